import * as assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { formatEvent, type HistoryEvent } from '../../../src/core/history/historyEvent';
import { readHistoryPieces, readHistorySince, type HistoryMark } from '../../../src/core/history/historyReader';
import { temporaryFolder } from '../support/temporaryFolder';

describe('A history that is read on', () => {
    const folder = temporaryFolder();
    const file = (part?: number): string =>
        path.join(folder(), `locks.history${part === undefined ? '' : `.${part}`}.jsonl`);
    const line = (name: string): string => {
        const event: HistoryEvent = { time: '', action: 'check-out', file: name, user: 'Älice', message: '' };
        return `${formatEvent(event)}\n`;
    };
    let mark: HistoryMark | undefined;
    let isWhole: boolean;
    const next = async (): Promise<(string | undefined)[]> => {
        const step = await readHistorySince(file(), mark);
        ({ mark, isWhole } = step);
        return step.events.map((event) => event.file);
    };
    beforeEach(() => (mark = undefined));

    it('gives each event once, also of a line that was half written at the first look', async () => {
        assert.deepEqual([await next(), isWhole], [[], true]);
        assert.deepEqual([await next(), isWhole], [[], false]);
        writeFileSync(file(), line('a') + line('b').slice(0, 10));
        assert.deepEqual(await next(), ['a']);
        appendFileSync(file(), line('b').slice(10));
        assert.deepEqual(await next(), ['b']);
        assert.deepEqual([await next(), isWhole], [[], false]);
    });

    it('goes on across files that were put aside meanwhile', async () => {
        writeFileSync(file(1), line('a'));
        writeFileSync(file(), line('b'));
        assert.deepEqual(await next(), ['a', 'b']);
        appendFileSync(file(), line('c'));
        renameSync(file(), file(2));
        writeFileSync(file(3), line('d'));
        writeFileSync(file(), line('e'));
        assert.deepEqual([await next(), isWhole], [['c', 'd', 'e'], false]);
        renameSync(file(), file(4));
        assert.deepEqual([await next(), isWhole], [[], false]);
        writeFileSync(file(), line('f'));
        assert.deepEqual([await next(), isWhole], [['f'], false]);
    });

    it('begins again, and says so, when somebody moved the files or wrote into them', async () => {
        writeFileSync(file(), line('a') + line('b'));
        await next();
        writeFileSync(file(), line('x') + line('y') + line('z'));
        assert.deepEqual([await next(), isWhole], [['x', 'y', 'z'], true]);
        rmSync(file());
        assert.deepEqual([await next(), isWhole], [[], true]);
    });

    it('begins again when a long one was cut short', async () => {
        const names = Array.from({ length: 10 }, (_, index) => `${index}`);
        writeFileSync(file(), names.map(line).join(''));
        assert.deepEqual(await next(), names);
        writeFileSync(file(), names.slice(0, 6).map(line).join(''));
        assert.deepEqual([await next(), isWhole], [names.slice(0, 6), true]);
    });

    it('begins again when files were changed that were put aside, and others put aside meanwhile', async () => {
        for (const change of [
            () => writeFileSync(file(1), line('a') + line('added')),
            () => rmSync(file(1)),
            () => writeFileSync(file(2), line('other')),
        ]) {
            mark = undefined;
            for (const each of [1, 2, 3]) rmSync(file(each), { force: true });
            writeFileSync(file(1), line('a'));
            writeFileSync(file(), line('b'));
            await next();
            renameSync(file(), file(2));
            writeFileSync(file(), line('c'));
            change();
            const all = await next();
            assert.equal(isWhole, true);
            mark = undefined;
            assert.deepEqual(await next(), all);
            assert.equal(all.at(-1), 'c');
        }
    });

    it('misses nothing when a file is put aside late that came after the last look', async () => {
        writeFileSync(file(1), '');
        assert.deepEqual(await next(), []);
        writeFileSync(file(), line('a'));
        renameSync(file(), file(1));
        writeFileSync(file(), line('b'));
        assert.deepEqual([await next(), isWhole], [['a', 'b'], true]);
    });

    it('comes in pieces of whole lines, and can be read on from each that has a mark', async () => {
        writeFileSync(file(1), line('a') + line('b'));
        writeFileSync(file(), line('c'));
        await next();
        const [long, rest] = [`${'x'.repeat(1000)}.vnc`, ['d', 'e', 'f', 'g']];
        appendFileSync(file(), rest.map(line).join(''));
        renameSync(file(), file(2));
        writeFileSync(file(), line(long) + line('h') + line('torn').slice(0, 9));
        const all = [...rest, long, 'h'];
        let told = 0;
        for await (const { lines, isBeginning, mark: at } of readHistoryPieces(file(), mark, 100)) {
            assert.equal(isBeginning, false);
            told += lines.toString().split('\n').length - 1;
            const { events } = await readHistorySince(file(), at);
            assert.deepEqual(
                events.map((event) => event.file),
                all.slice(told),
            );
        }
        assert.equal(told, all.length);
    });

    it('says that it cannot be read, and why', async () => {
        mkdirSync(file());
        await assert.rejects(readHistorySince(file()), {
            code: 'historyUnreadable',
            message: /it is a folder.* not a file\. Move it away/,
        });
        await assert.rejects(readHistorySince(path.join(folder(), 'gone', 'locks.history.jsonl')), {
            code: 'historyUnreadable',
        });
    });
});
