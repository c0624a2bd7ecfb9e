import { createHash } from 'node:crypto';
import { linkSync, mkdirSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';
import { foldPath } from '../../src/core/base/repositoryPath';
import { formatTimestamp } from '../../src/core/base/time';
import { checkInEvent } from '../../src/core/history/eventBuilders';
import { formatEvent, type RevisionFacts } from '../../src/core/history/historyEvent';
import { nameOfRevision } from '../../src/core/revisions/revisionNames';

const people = ['Alice', 'Bob', 'Carol', 'Dave', 'Jürgen'];
const messages = ['', 'Feed of tool 5 reduced', 'Prüfmaß geändert', 'Proven on machine 4'];
/** From this size on the product puts a history aside, in bytes. */
const PART_BYTES = 5 * 2 ** 20;
/** So many names may one file have everywhere. */
const MOST_NAMES = 10_000;
const HOUR_MS = 3_600_000;

/** A program of about so many bytes, of which no two are the same. */
export function programOf(bytes: number, version: number): string {
    const blocks = [`O${1000 + version}`];
    let number = version;
    for (let size = 0; size < bytes; size += blocks.at(-1)!.length + 1) {
        number = (number * 1_103_515_245 + 12_345) % 2 ** 31;
        const [x, y] = [(number % 100_000) / 1000, ((number >> 7) % 100_000) / 1000];
        blocks.push(`N${10 * blocks.length} G1 X${x.toFixed(3)} Y${y.toFixed(3)} F${200 + (number % 7) * 50}`);
    }
    return `${blocks.join('\n')}\n`;
}

/**
 * Makes a history in which each file was checked in so many times, in turn, and what was kept then, beside `locks.json`.
 * @param files paths inside the repository
 */
export function makeRevisions(shop: string, files: readonly string[], revisionsEach: number): void {
    makeHistory(shop, files, revisionsEach);
    const content = gzipSync('M30\n');
    let source = '';
    let names = MOST_NAMES;
    for (const file of files) {
        const folder = path.join(shop, 'locks.revisions', foldPath(file));
        mkdirSync(folder, { recursive: true });
        for (let number = 1; number <= revisionsEach; number++) {
            const kept = path.join(folder, nameOfRevision(number, file));
            // Names of one content take neither the time nor the place of a million contents.
            if (names++ < MOST_NAMES) linkSync(source, kept);
            else {
                writeFileSync((source = kept), content);
                names = 1;
            }
        }
    }
}

function makeHistory(shop: string, files: readonly string[], revisionsEach: number): void {
    const events = files.length * revisionsEach;
    let part = 1;
    let lines: string[] = [];
    let bytes = 0;
    const write = (name: string): void => {
        writeFileSync(path.join(shop, name), lines.join(''));
        [lines, bytes] = [[], 0];
    };
    for (let event = 0; event < events; event++) {
        const number = Math.floor(event / files.length) + 1;
        const line = lineOf(files[event % files.length]!, number, event, events);
        lines.push(line);
        bytes += line.length;
        if (bytes >= PART_BYTES) write(`locks.history.${part++}.jsonl`);
    }
    write('locks.history.jsonl');
}

function lineOf(file: string, number: number, event: number, events: number): string {
    const user = people[event % people.length]!;
    const host = `CAM-PC-0${event % people.length}`;
    const timeMs = Date.now() - (events - event) * 1000;
    const time = formatTimestamp(new Date(timeMs));
    const checkedOut = formatTimestamp(new Date(timeMs - HOUR_MS));
    const content = { size: 4, sha256: hashOf(`${file}@${number}`) };
    const before = number === 1 ? undefined : { size: 4, sha256: hashOf(`${file}@${number - 1}`) };
    const revision: RevisionFacts = { number, ...content, modified: time };
    const facts = { user, host, message: messages[event % messages.length]!, keptFrom: undefined };
    const ended = { user, host, timestamp: checkedOut, message: 'Working on revisions' };
    const checkIn = { ...facts, action: 'check-in', before, after: content, revision } as const;
    return `${formatEvent({ ...checkInEvent(file, ended, checkIn), time })}\n`;
}

function hashOf(text: string): string {
    return createHash('sha256').update(text).digest('hex');
}
