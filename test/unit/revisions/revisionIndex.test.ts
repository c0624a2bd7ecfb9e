import * as assert from 'node:assert/strict';
import { appendFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { formatEvent, type HistoryEvent } from '../../../src/core/history/historyEvent';
import { readHistoryPieces } from '../../../src/core/history/historyReader';
import { RevisionIndex } from '../../../src/core/revisions/revisionIndex';
import { temporaryFolder } from '../support/temporaryFolder';

describe('The index of revisions', () => {
    const folder = temporaryFolder();
    const file = (): string => path.join(folder(), 'locks.history.jsonl');
    let reads = 0;
    const open = (): RevisionIndex =>
        new RevisionIndex((since) => {
            reads++;
            return readHistoryPieces(file(), since);
        });
    const event = (more: Partial<HistoryEvent>): HistoryEvent => ({
        time: '2026-11-30T08:00:00.000000+00:00',
        action: 'check-in',
        user: 'Al',
        message: '',
        ...more,
    });
    const kept = (name: string, number: number): HistoryEvent =>
        event({ file: name, revision: { number, size: 5, sha256: `${number}`.padStart(64, '0'), modified: '' } });
    const text = (events: readonly HistoryEvent[]): string => events.map((one) => `${formatEvent(one)}\n`).join('');
    const numbers = (index: RevisionIndex, name: string): number[] => index.of(name).map(({ number }) => number);
    beforeEach(() => (reads = 0));

    it('reads nothing before it is asked, and then only what is new', async () => {
        writeFileSync(
            file(),
            text([kept('a.vnc', 1), event({ file: 'a.vnc', action: 'check-out' }), kept('a.vnc', 2)]),
        );
        const index = open();
        assert.deepEqual([reads, numbers(index, 'a.vnc')], [0, []]);
        await Promise.all([index.refresh(), index.refresh()]);
        assert.deepEqual([reads, numbers(index, 'A.vnc'), index.latest('a.vnc')?.number], [1, [1, 2], 2]);
        appendFileSync(file(), text([kept('a.vnc', 3), kept('a.vnc', 3)]));
        await index.refresh();
        assert.deepEqual(numbers(index, 'a.vnc'), [1, 2, 3]);
        writeFileSync(file(), text([kept('b.vnc', 1)]));
        await index.refresh();
        assert.deepEqual([numbers(index, 'a.vnc'), numbers(index, 'b.vnc')], [[], [1]]);
    });

    it('knows what came while it was being read for somebody who asked before', async () => {
        writeFileSync(file(), text([kept('a.vnc', 1)]));
        let late: Promise<void> | undefined;
        const index = new RevisionIndex(async function* (since) {
            yield* readHistoryPieces(file(), since);
            if (late !== undefined) return;
            appendFileSync(file(), text([kept('a.vnc', 2)]));
            late = index.refresh();
        });
        await index.refresh();
        await late;
        assert.deepEqual(numbers(index, 'a.vnc'), [1, 2]);
    });

    it('follows a file and a folder that were renamed', async () => {
        const renamed = (from: string, to: string): HistoryEvent => event({ action: 'rename', from, file: to });
        writeFileSync(
            file(),
            text([
                kept('job/a.vnc', 1),
                kept('job/deep/b.vnc', 1),
                kept('job2/c.vnc', 1),
                renamed('job', 'Job 12'),
                kept('Job 12/a.vnc', 2),
                renamed('job 12/a.vnc', 'x.vnc'),
            ]),
        );
        const index = open();
        await index.refresh();
        assert.deepEqual(
            index.of('x.vnc').map(({ keptAs, number }) => `${keptAs}@${number}`),
            ['job/a.vnc@1', 'Job 12/a.vnc@2'],
        );
        assert.deepEqual(numbers(index, 'Job 12/deep/b.vnc'), [1]);
        assert.deepEqual([numbers(index, 'job2/c.vnc'), numbers(index, 'job/a.vnc')], [[1], []]);
        assert.ok(index.isKnown('job/a.vnc', 1) && !index.isKnown('job/a.vnc', 2));
    });

    it('keeps what it knows when the history cannot be read to its end, and goes on from there', async () => {
        const some = Array.from({ length: 4000 }, (_, number) => kept('a.vnc', number + 1));
        writeFileSync(file(), text(some.slice(0, 10)));
        let piecesUntilFailure = Infinity;
        const index = new RevisionIndex(async function* (since) {
            for await (const piece of readHistoryPieces(file(), since)) {
                if (piecesUntilFailure-- === 0) throw new Error('The share went away.');
                yield piece;
            }
        });
        const fail = async (): Promise<void> => {
            piecesUntilFailure = 3;
            await assert.rejects(index.refresh());
            piecesUntilFailure = Infinity;
        };
        await index.refresh();
        writeFileSync(file(), text([kept('b.vnc', 1), ...some]));
        await fail();
        assert.deepEqual([numbers(index, 'a.vnc').length, numbers(index, 'b.vnc')], [10, []]);
        await index.refresh();
        assert.deepEqual([numbers(index, 'a.vnc').length, numbers(index, 'b.vnc')], [4000, [1]]);
        const renamed = event({ action: 'rename', from: 'a.vnc', file: 'c.vnc' });
        appendFileSync(file(), text([renamed, ...some, kept('c.vnc', 4001)]));
        await fail();
        await index.refresh();
        assert.deepEqual([numbers(index, 'a.vnc').length, numbers(index, 'c.vnc').length], [4000, 4001]);
    });

    it('tells of many files and revisions, and what became of them', async () => {
        const events: HistoryEvent[] = [];
        for (let number = 1; number <= 25; number++) {
            for (let name = 0; name < 1000; name++) {
                events.push(event({ file: `${name}.vnc`, action: 'check-out' }), kept(`${name}.vnc`, number));
            }
        }
        events.push({ ...kept('7.vnc', 3), action: 'label', message: 'ECO 1182' });
        events.push(event({ file: '7.vnc', action: 'tidy', removed: [1, 2] }));
        writeFileSync(file(), text(events));
        const index = open();
        await index.refresh();
        assert.equal(numbers(index, '999.vnc').length, 25);
        assert.deepEqual(
            index.of('7.vnc').map(({ label, isRemoved }) => `${label}${isRemoved ? 'removed' : ''}`),
            ['removed', 'removed', 'ECO 1182', ...Array.from({ length: 22 }, () => '')],
        );
        const parts = [...index.all((name) => name.startsWith('99'))].map(([name]) => name);
        assert.deepEqual([parts.length, [...index.all()].length], [11, 1000]);
    });
});
