import { closeSync, fstatSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { holdersIn } from './checker';
import { type Holder, now, Recorder } from './history';
import type { Watching } from './observer';
import { Random } from './random';

const OWN = 'script.vnc';
const PIECES = 4;

/**
 * Writes the locks file as the tutorial's Python does: reads it, changes its own entry, empties the file, writes it again,
 * and knows of no mutex. Here it also takes its time for each of that. What others changed between its reading and its
 * writing is lost by it, so it notes what it writes of every file; nobody but it may lose what it wrote.
 */
async function write({ locksFile, history, files, seed }: Watching): Promise<void> {
    const recorder = new Recorder(history);
    const random = new Random(seed);
    const over = new AbortController();
    process.once('disconnect', () => over.abort());
    for (let turn = 0; !over.signal.aborted; turn++) {
        await delay(random.fraction() * 300);
        const start = now();
        const text = readFileSync(locksFile, 'utf8');
        const read = holdersIn(text);
        if (read === undefined) {
            recorder.trouble(`The locks file does not parse, and its only writer in place did not do it: ${text}`);
            continue;
        }
        const all = new Set([...files, ...read.keys(), OWN]);
        const who = 'the script';
        for (const file of all) {
            const see = { who, user: '', operation: 'see', file, message: '', turn } as const;
            recorder.begin(see, start)({ kind: 'seen', holder: read.get(file) });
        }
        await delay(random.fraction() * 20);
        const own = random.fraction() < 0.8 ? { user: 'Python', message: `script.${turn}` } : undefined;
        const ended = [...all].map((file) => {
            const value = file === OWN ? own : read.get(file);
            return recorder.begin({ who, user: 'Python', operation: 'dump', file, message: '', value, turn });
        });
        const { emptied, isInForce } = await dump(locksFile, textWith(text, own), () => delay(random.fraction() * 10));
        for (const end of ended) end({ kind: isInForce ? 'done' : 'none' }, emptied);
    }
    recorder.close();
}

/** @returns when the file was empty, and whether what was written was the locks file once it was whole */
async function dump(
    file: string,
    text: string,
    pause: () => Promise<void>,
): Promise<{ emptied: number; isInForce: boolean }> {
    const handle = openSync(file, 'w');
    const emptied = now();
    const length = Math.ceil(text.length / PIECES);
    for (let at = 0; at < text.length; at += length) {
        await pause();
        writeSync(handle, text.slice(at, at + length));
    }
    // Somebody may have put another file in its place meanwhile.
    const isInForce = statSync(file).ino === fstatSync(handle).ino;
    closeSync(handle);
    return { emptied, isInForce };
}

/** The text with another entry of its own; everything else stays as it is, as it does in Python. */
function textWith(text: string, own: Holder | undefined): string {
    const rest = text.replace(/,\n {4}"script\.vnc": \{[^}]*\}/, '');
    if (own === undefined) return rest;
    const fields = `"user": "${own.user}",\n        "timestamp": "2026-11-23T08:15:30+00:00",\n        "message": "${own.message}"`;
    return rest.replace(/\n\}\s*$/, () => `,\n    "${OWN}": {\n        ${fields}\n    }\n}`);
}

void write(JSON.parse(process.argv[2]!) as Watching);
