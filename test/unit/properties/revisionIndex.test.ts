import * as assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import * as fc from 'fast-check';
import { formatEvent, type HistoryEvent } from '../../../src/core/history/historyEvent';
import { HistoryParts } from '../../../src/core/history/historyParts';
import { readHistoryPieces } from '../../../src/core/history/historyReader';
import { RevisionIndex } from '../../../src/core/revisions/revisionIndex';
import { temporaryFolder } from '../support/temporaryFolder';
import { trying } from './support/cases';
import { RevisionModel } from './support/revisionModel';

const deep = `${Array.from({ length: 18 }, (_, level) => `f${level}`).join('/')}/deep.vnc`;
const names = [
    'a.vnc',
    'A.VNC',
    'job/a.vnc',
    'Job/b.mcam',
    'job/deep/c.vnc',
    'job2/a.vnc',
    '__proto__',
    'constructor',
    'Kühl/Maß ς.vnc',
    'KÜHL/maß σ.vnc',
    'quote".vnc',
    'back\\slash.vnc',
    '',
    '/a.vnc',
    'job//a.vnc',
    '\ud800',
    deep,
];
const folders = ['job', 'JOB', 'job/deep', 'job2', 'new', 'Kühl', '', 'job/', path.posix.dirname(deep), 'f0'];
const texts = [
    '',
    'Feed of T5',
    'Prüfmaß "T5"\\',
    'revision',
    'undo',
    'a\u0001\n\t\u007f',
    '\u2028 日本',
    '{"file":"a.vnc"}',
];
const hashes = ['ab'.repeat(32), '09'.repeat(32), 'AB'.repeat(32), '', 'none', 'ä'.repeat(64)];
const numbers = [1, 2, 3, 4, 5, Number.MAX_SAFE_INTEGER, 2 ** 53];

const name = fc.constantFrom(...names);
const text = fc.constantFrom(...texts);
const number = fc.constantFrom(...numbers);
const content = fc.record({
    size: fc.constantFrom(0, 7, 7, 7, 7, 7, 7, 1.5, -1, 1e21),
    sha256: fc.constantFrom(...hashes),
});
const revision = fc.record({
    number,
    size: fc.constantFrom(0, 5, 6, 7, 8, 9, 123_456, Number.MAX_SAFE_INTEGER, 2 ** 53, 1.5, -1),
    sha256: fc.constantFrom(...hashes),
    modified: fc.constantFrom('', '2026-11-30T08:00:00.000000+00:00'),
});
const perhaps = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });

/** An event with its keys in the order in which the product writes them, and whatever they may have. */
const event = fc
    .record({
        action: fc.constantFrom('check-in', 'check-in', 'check-in', 'found', 'undo', 'label', 'tidy', 'restore', 'rename', 'check-out'), // prettier-ignore
        file: perhaps(fc.oneof({ weight: 4, arbitrary: name }, fc.constantFrom(...folders))),
        from: perhaps(fc.oneof(name, fc.constantFrom(...folders))),
        user: text,
        host: perhaps(text),
        message: text,
        checkedOut: perhaps(fc.record({ time: text, message: text, user: perhaps(text), host: perhaps(text) })),
        kept: perhaps(fc.constant(true)),
        before: perhaps(content),
        after: perhaps(content),
        revision: perhaps(revision),
        restoredFrom: perhaps(number),
        removed: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, fc.array(number, { maxLength: 3 })),
        isWithoutTime: fc.boolean(),
    })
    .map(({ from, isWithoutTime, ...more }) => ({
        ...more,
        ...(more.action === 'rename' && { from }),
        ...(isWithoutTime && { time: '' }),
    }));

/** How another program, or a hostile one, may write the same line. */
const spellings: readonly ((line: string, end: string) => string)[] = [
    ...Array.from({ length: 20 }, () => (line: string) => line),
    (line) => JSON.stringify(JSON.parse(line)),
    (line) => line.replaceAll('":', '": ').replaceAll(',"', ', "'),
    (line) => `${line}\r`,
    (line) => JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(line) as object).toReversed())),
    (line) => line.replace('"file":', String.raw`"\u0066ile":`).replace('"revision":', String.raw`"revisi\u006fn":`),
    (line) =>
        line.replace('"check-in"', String.raw`"check\u002din"`).replace('"removed":', String.raw`"\u0072emoved":`),
    (line) => line.replace(/\}$/, ',"file":"job/a.vnc"}'),
    (line) => line.replace('"user":', '"file":"job/a.vnc","user":'),
    (line) => line.replace(/\}$/, ',"revision":{"number":4,"size":1,"sha256":"x"}}'),
    (line) => line.replace('"number":', '"number":2,"number":'),
    (line) => line.replace(/"size":\d+/, '"size":007'),
    (line) => line.replace('"user":', '"__proto__":{"file":"a.vnc","revision":{"number":1}},"user":'),
    (line, end) => line.slice(0, line.length - end.length),
    (line) => `${line}${line}`,
    (line) => `${line}\n`,
    () => '',
    () => '\u0000\uffff{]',
    () => `${'['.repeat(2000)}"revision"`,
];

/** A line that somebody writes at a time. */
interface Line {
    readonly facts: object;
    readonly spell: (line: string, end: string) => string;
    readonly end: string;
}

/** What happens to a history. Of what is written, so many bytes come later, or never. */
type Step =
    | { readonly kind: 'write'; readonly lines: readonly Line[]; readonly late: number }
    | { readonly kind: 'read'; readonly bytes: number }
    | { readonly kind: 'putAside' | 'claim' | 'moveLate' | 'replace' | 'remove' };

const line: fc.Arbitrary<Line> = fc.record({
    facts: event,
    spell: fc.constantFrom(...spellings),
    end: fc.string({ minLength: 1, maxLength: 9 }),
});
const step: fc.Arbitrary<Step> = fc.oneof(
    {
        weight: 6,
        arbitrary: fc.record({
            kind: fc.constant('write' as const),
            lines: fc.array(line, { maxLength: 8 }),
            late: fc.oneof(fc.constant(0), fc.nat(400)),
        }),
    },
    {
        weight: 4,
        arbitrary: fc.record({ kind: fc.constant('read' as const), bytes: fc.constantFrom(1, 7, 300, 2 ** 18) }),
    },
    {
        weight: 3,
        arbitrary: fc.record({ kind: fc.constantFrom('putAside', 'claim', 'moveLate', 'replace', 'remove') }),
    },
);

/** A history on disk, and the index of it. */
class Shop {
    readonly current: string;
    private readonly claims: string[] = [];
    private parts = 0;
    private bytes = 1;
    private clock = Date.UTC(2026, 0, 1);
    /** What is not written yet. */
    private late = Buffer.alloc(0);
    readonly index = new RevisionIndex((since) => readHistoryPieces(this.current, since, this.bytes));

    constructor(private readonly folder: string) {
        this.current = path.join(folder, 'locks.history.jsonl');
    }

    async take(step: Step): Promise<void> {
        if (step.kind === 'write') this.write(step.lines, step.late);
        else if (step.kind === 'read') {
            this.bytes = step.bytes;
            await this.index.refresh();
            this.compare(new RevisionModel(await this.texts()));
        } else if (step.kind === 'claim') {
            const claim = this.nextPart();
            writeFileSync(claim, '');
            this.claims.push(claim);
        } else if (existsSync(this.current)) {
            this.late = Buffer.alloc(0);
            if (step.kind === 'putAside') renameSync(this.current, this.nextPart());
            if (step.kind === 'moveLate') renameSync(this.current, this.claims.shift() ?? this.nextPart());
            if (step.kind === 'replace')
                writeFileSync(this.current, `${this.lineOf({ action: 'check-out', user: 'Al' })}\n`);
            if (step.kind === 'remove') rmSync(this.current);
        }
    }

    private write(lines: readonly Line[], late: number): void {
        const texts = lines.map(({ facts, spell, end }) => `${spell(this.lineOf(facts), end)}\n`);
        const all = Buffer.concat([this.late, Buffer.from(texts.join(''))]);
        const now = Math.max(0, all.length - late);
        appendFileSync(this.current, all.subarray(0, now));
        this.late = all.subarray(now);
    }

    private lineOf(facts: object): string {
        this.clock += 1000;
        const time = new Date(this.clock).toISOString();
        return formatEvent({ time, ...facts } as HistoryEvent);
    }

    private nextPart(): string {
        return path.join(this.folder, `locks.history.${++this.parts}.jsonl`);
    }

    /** The oldest first. */
    private async texts(): Promise<readonly string[]> {
        const files: string[] = [];
        for await (const file of new HistoryParts(path.join(this.folder, 'locks.history')).newestFirst()) {
            files.unshift(file);
        }
        return files.filter((file) => existsSync(file)).map((file) => readFileSync(file, 'utf8'));
    }

    private compare(model: RevisionModel): void {
        const { index } = this;
        assert.deepEqual(new Map(index.all()), model.files);
        for (const asked of new Set([...names, ...model.files.keys()])) {
            assert.deepEqual(index.of(asked), model.of(asked));
            assert.deepEqual(index.latest(asked), model.of(asked).at(-1));
            assert.equal(index.hasGap(asked), model.hasGap(asked));
            assert.deepEqual(index.gapsOf(asked), model.gapsOf(asked));
            for (const one of hashes) assert.equal(index.restoredFrom(asked, one), model.restoredFrom(asked, one));
            for (const one of numbers) assert.equal(index.isKnown(asked, one), model.isKnown(asked, one));
        }
    }
}

describe('The index of revisions', () => {
    const folder = temporaryFolder();

    it('is what all lines of the history say, however they are written, put aside, and read in pieces', async () => {
        await fc.assert(
            fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
                const shop = new Shop(mkdtempSync(path.join(folder(), 'shop-')));
                for (const each of [...steps, { kind: 'read', bytes: 64 } as const]) await shop.take(each);
            }),
            trying(200, 20),
        );
    });
});
