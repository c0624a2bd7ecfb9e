import * as assert from 'node:assert/strict';
import { appendFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { formatEvent, type HistoryEvent } from '../../../src/core/history/historyEvent';
import { readHistorySince } from '../../../src/core/history/historyReader';
import { RevisionIndex } from '../../../src/core/revisions/revisionIndex';
import { temporaryFolder } from '../support/temporaryFolder';

describe('The index of revisions', () => {
    const folder = temporaryFolder();
    const file = (): string => path.join(folder(), 'locks.history.jsonl');
    let reads = 0;
    const open = (): RevisionIndex =>
        new RevisionIndex((since, isWanted) => {
            reads++;
            return readHistorySince(file(), since, isWanted);
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

    it('leaves out of 50,000 events what tells of no revision, without reading it closer', async () => {
        const events: HistoryEvent[] = [];
        for (let number = 1; number <= 25; number++) {
            for (let name = 0; name < 1000; name++) {
                events.push(event({ file: `${name}.vnc`, action: 'check-out' }), kept(`${name}.vnc`, number));
            }
        }
        writeFileSync(file(), text(events));
        let asked = 0;
        const index = new RevisionIndex((since, isWanted) =>
            readHistorySince(file(), since, (line) => {
                const wanted = isWanted(line);
                if (wanted) asked++;
                return wanted;
            }),
        );
        await index.refresh();
        assert.deepEqual([asked, numbers(index, '999.vnc').length], [25_000, 25]);
    });
});
