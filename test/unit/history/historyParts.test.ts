import * as assert from 'node:assert/strict';
import {
    appendFileSync,
    mkdirSync,
    readdirSync,
    readFileSync,
    renameSync,
    rmSync,
    symlinkSync,
    truncateSync,
    writeFileSync,
} from 'node:fs';
import * as path from 'node:path';
import type { HistoryEvent } from '../../../src/core/history/historyEvent';
import { HistoryFile } from '../../../src/core/history/historyFile';
import { skipUnless } from '../../support/skips';
import { temporaryFolder } from '../support/temporaryFolder';

describe('The parts of a history', () => {
    const folder = temporaryFolder();
    const at = (name: string): string => path.join(folder(), name);
    const part = (number: number): string => at(`locks.history.${number}.jsonl`);
    const event = (name: string, time = '2026-11-26T08:00:00.000000+00:00'): HistoryEvent => ({
        time,
        action: 'check-in',
        file: name,
        user: 'Bob',
        message: '',
    });
    const warnings: string[] = [];
    const open = (largest?: number): HistoryFile =>
        new HistoryFile(at('locks.json'), (warning) => warnings.push(warning), largest);
    const filesIn = async (): Promise<(string | undefined)[]> =>
        (await open().read()).events.map(({ file }) => file).toReversed();
    beforeEach(() => warnings.splice(0));

    it('lose no event when several programs put them aside at the same time', async function () {
        skipUnless(this, 'atomicAppends');
        const names = Array.from({ length: 300 }, (_, index) => `${index}.vnc`);
        for (let round = 0; round < names.length; round += 12) {
            const each = names.slice(round, round + 12);
            await Promise.all(each.map((name) => open(500).follow([event(name)], Promise.resolve(true))));
        }
        assert.deepEqual(warnings, []);
        assert.deepEqual(new Set(await filesIn()), new Set(names));
        assert.equal((await filesIn()).length, names.length);
    });

    it('never replace each other, also when one is moved late, after others went on', async () => {
        await open(1).follow([event('old.vnc', '2026-01-01T00:00:00.000000+00:00')], Promise.resolve(true));
        await open(1).follow([event('next.vnc', '2026-01-02T00:00:00.000000+00:00')], Promise.resolve(true));
        // The name that was claimed for a move which the share carries out only now.
        writeFileSync(part(2), '');
        await open(1).follow([event('newer.vnc', '2026-01-03T00:00:00.000000+00:00')], Promise.resolve(true));
        renameSync(at('locks.history.jsonl'), part(2));
        await open(1).follow([event('newest.vnc', '2026-01-04T00:00:00.000000+00:00')], Promise.resolve(true));
        assert.deepEqual(await filesIn(), ['old.vnc', 'next.vnc', 'newer.vnc', 'newest.vnc']);
        const lines = readdirSync(folder())
            .filter((name) => name.startsWith('locks.history'))
            .map((name) => readFileSync(at(name), 'utf8').split('\n').length - 1);
        assert.deepEqual(lines, [1, 1, 1, 1]);
    });

    it('are refused with a sentence when one is a device, a folder, or too large to be ours', async function () {
        await open().follow([event('a.vnc')], Promise.resolve(true));
        writeFileSync(part(1), '');
        truncateSync(part(1), 300 * 2 ** 20);
        await assert.rejects(
            open().read(),
            /The history .*locks\.history\.1\.jsonl cannot be read, because it is larger than 256 MB\. Move it away/,
        );
        rmSync(part(1));
        mkdirSync(part(1));
        await assert.rejects(open().read(), /locks\.history\.1\.jsonl cannot be read, because it is a folder/);
        rmSync(part(1), { recursive: true });
        skipUnless(this, 'links');
        symlinkSync('/dev/zero', part(1));
        const before = process.memoryUsage.rss();
        await assert.rejects(
            open().read(),
            /locks\.history\.1\.jsonl cannot be read, because it is a device and not a file\. Move it away/,
        );
        assert.ok(process.memoryUsage.rss() - before < 100 * 2 ** 20, 'It reads none of it.');
        assert.equal((await open().read({ limit: 1 })).events.length, 1, 'The newest part is enough for a few.');
    });

    it('have a size together, which says how much there is to read', async () => {
        assert.equal(await open().bytes(), 0);
        writeFileSync(part(1), 'x'.repeat(100));
        assert.equal(await open().bytes(), 100);
        writeFileSync(at('locks.history.jsonl'), 'x'.repeat(20));
        writeFileSync(part(7), 'x'.repeat(3));
        assert.equal(await open().bytes(), 123);
    });

    it('tell what was in a file at its check-out, also right after the file of it was put aside', async () => {
        const checkOut = { ...event('a.vnc'), action: 'check-out', after: { size: 7 } } as const;
        await open(1).follow([checkOut], Promise.resolve(true));
        await open(1).follow([event('b.vnc')], Promise.resolve(true));
        assert.deepEqual(readdirSync(folder()).sort(), ['locks.history.1.jsonl', 'locks.history.jsonl']);
        const known = async (): Promise<unknown> => (await open().contentsAtCheckOut(['A.vnc'])).get('a.vnc')?.content;
        assert.deepEqual(await known(), { size: 7 });
        rmSync(at('locks.history.jsonl'));
        assert.deepEqual(await known(), { size: 7 }, 'The next file is not begun yet.');
        const later = `${JSON.stringify(event('other.vnc'))}\n`.repeat(500);
        appendFileSync(part(1), later);
        writeFileSync(at('locks.history.jsonl'), later.slice(0, later.indexOf('\n') + 1));
        assert.ok(later.length > 2 ** 15);
        assert.deepEqual(await known(), { size: 7 }, 'It lies far from the end of the last part.');
    });
});
