import * as assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import * as path from 'node:path';
import { formatEvent, type HistoryEvent } from '../../../src/core/history/historyEvent';
import { HistoryFile } from '../../../src/core/history/historyFile';
import { skipUnless } from '../../support/skips';
import { temporaryFolder } from '../support/temporaryFolder';

describe('The file of a history', () => {
    const folder = temporaryFolder();
    const at = (name: string): string => path.join(folder(), name);
    const file = (): string => at('locks.history.jsonl');
    const event = (name: string, more: Partial<HistoryEvent> = {}): HistoryEvent => ({
        time: 'T',
        action: 'check-out',
        file: name,
        user: 'Al',
        message: '',
        ...more,
    });
    const line = (name: string, more: Partial<HistoryEvent> = {}): string => `${formatEvent(event(name, more))}\n`;
    const warnings: string[] = [];
    const open = (largest?: number): HistoryFile =>
        new HistoryFile(at('locks.json'), (warning) => warnings.push(warning), largest);
    const write = (name: string, isMade = true, largest?: number): Promise<void> =>
        open(largest).follow([event(name)], Promise.resolve(isMade));
    const read = async (): Promise<(string | undefined)[]> =>
        (await open().read()).events.map(({ file: name }) => name);
    beforeEach(() => void warnings.splice(0));

    it('is neither made nor changed nor warned of by a change that was not made', async () => {
        await write('a.vnc', false);
        assert.deepEqual(readdirSync(folder()), []);
        writeFileSync(file(), line('b.vnc'));
        await write('a.vnc', false);
        assert.equal(readFileSync(file(), 'utf8'), line('b.vnc'));
        mkdirSync(at('folder'));
        await new HistoryFile(at('folder/gone/locks.json'), (warning) => warnings.push(warning)).follow(
            [event('a.vnc')],
            Promise.resolve(false),
        );
        rmSync(file());
        mkdirSync(file());
        await write('a.vnc', false);
        assert.deepEqual(warnings, []);
    });

    it('is not made by a change that has nothing to tell', async () => {
        await open().follow([], Promise.resolve(true));
        assert.deepEqual(readdirSync(folder()), []);
        writeFileSync(file(), '{"torn');
        await open().follow(Promise.resolve([]), Promise.resolve(true));
        assert.deepEqual([readFileSync(file(), 'utf8'), warnings], ['{"torn', []]);
    });

    it('has a line for each event, and no other, also where it was empty or not whole', async () => {
        writeFileSync(file(), '');
        await write('a.vnc');
        await write('b.vnc');
        assert.equal(readFileSync(file(), 'utf8'), line('a.vnc') + line('b.vnc'));
        writeFileSync(file(), '{"torn');
        await write('c.vnc');
        assert.equal(readFileSync(file(), 'utf8'), `{"torn\n${line('c.vnc')}`);
    });

    it('can be written by everybody who may make files beside it, and not only by its maker', async function () {
        skipUnless(this, 'modes');
        const umask = process.umask(0o077);
        try {
            for (const [ofFolder, ofFile] of [
                [0o755, 0o644],
                [0o775, 0o664],
                [0o777, 0o666],
            ] as const) {
                const shop = at(ofFolder.toString(8));
                mkdirSync(shop);
                chmodSync(shop, ofFolder);
                const history = new HistoryFile(path.join(shop, 'locks.json'), assert.fail);
                await history.follow([event('a.vnc')], Promise.resolve(true));
                assert.equal(statSync(history.file).mode & 0o777, ofFile);
            }
        } finally {
            process.umask(umask);
        }
    });

    it('becomes as private as the locks file, and stays as it is where the same people read both', async function () {
        skipUnless(this, 'modes');
        chmodSync(folder(), 0o755);
        for (const [before, ofLocks, after] of [
            [0o644, 0o600, 0o600],
            [0o600, 0o644, 0o644],
            [0o666, 0o644, 0o666],
            [0o600, 0o600, 0o600],
        ] as const) {
            writeFileSync(file(), '');
            chmodSync(file(), before);
            await open().follow([event('a.vnc')], Promise.resolve(true), { mode: ofLocks });
            assert.equal((statSync(file()).mode & 0o777).toString(8), after.toString(8));
        }
    });

    it('is put aside at its largest size, after the highest number, and all are read in the order of their numbers', async () => {
        for (const number of [2, 10]) writeFileSync(at(`locks.history.${number}.jsonl`), line(`${number}.vnc`));
        for (const name of [
            'locks.history.3.jsonl.bak',
            'docks.history.6.jsonl',
            'locks.history.x.7.jsonl',
            'xlocks.history.4.jsonl',
            'locks.history.x5.jsonl',
            'other.6.jsonl',
        ]) {
            writeFileSync(at(name), line('never.vnc'));
        }
        writeFileSync(file(), line('11.vnc'));
        await write('12.vnc', true, line('11.vnc').length + 1);
        assert.equal(existsSync(at('locks.history.11.jsonl')), false);
        await write('13.vnc', true, 2 * line('11.vnc').length);
        assert.equal(readFileSync(at('locks.history.11.jsonl'), 'utf8'), line('11.vnc') + line('12.vnc'));
        assert.deepEqual(await read(), ['13.vnc', '12.vnc', '11.vnc', '10.vnc', '2.vnc']);
    });

    it('may have blank lines, which do not count as torn', async () => {
        writeFileSync(file(), `\n  \n${line('a.vnc')}\r\n`);
        assert.deepEqual(await open().read(), { events: [event('a.vnc')], skipped: 0 });
    });

    it('is told of a file under each name that it had', async () => {
        const lines = [
            line('a.vnc', { message: 'Rev A' }),
            line('b.vnc', { message: 'another file' }),
            line('c.vnc', { action: 'rename', from: 'A.vnc' }),
            line('C.vnc', { action: 'check-in' }),
            line('a.vnc', { message: 'a new file of the old name' }),
            line('d.vnc', { action: 'rename', from: 'c.vnc' }),
            line('d.vnc'),
        ];
        writeFileSync(file(), lines.join(''));
        const told = async (name: string, limit?: number): Promise<(string | undefined)[]> =>
            (await open().read({ file: name, limit })).events.map((one) => one.message || `${one.action} ${one.file}`);
        assert.deepEqual(await told('D.vnc'), [
            'check-out d.vnc',
            'rename d.vnc',
            'check-in C.vnc',
            'rename c.vnc',
            'Rev A',
        ]);
        assert.deepEqual(await told('d.vnc', 2), ['check-out d.vnc', 'rename d.vnc']);
        assert.deepEqual(await told('d.vnc', 0), []);
    });

    it('says why it cannot be read or written', async () => {
        mkdirSync(file());
        await assert.rejects(open().read(), {
            code: 'historyUnreadable',
            path: file(),
            message:
                /^The history .*locks\.history\.jsonl cannot be read, because it is a folder.* not a file\. Move it away, and try again\.$/,
        });
        await write('a.vnc');
        assert.equal(warnings.length, 1);
        assert.match(
            warnings[0]!,
            /could not be written into the history .*, because it is a folder.* not a file\. Move it away/,
        );
    });

    it('is never a pipe, which nobody may be reading', async function () {
        skipUnless(this, 'pipes');
        spawnSync('mkfifo', [file()]);
        await write('a.vnc');
        assert.equal(warnings.length, 1);
        assert.match(warnings[0]!, /because it is a pipe and not a file\. Move it away/);
    });

    describe('tells what was in a file at its check-out', () => {
        const after = { size: 7 };
        const told = async (...lines: readonly string[]): Promise<unknown> => {
            writeFileSync(file(), lines.join(''));
            const contents = await open().contentsAtCheckOut(['A.vnc', 'b.vnc']);
            return Object.fromEntries([...contents].map(([name, { content }]) => [name, content]));
        };

        it('by its last event, if a check-out began with that and says so', async () => {
            assert.deepEqual(await told(line('a.vnc', { after: { size: 1 } }), line('a.VNC', { after })), {
                'a.vnc': after,
            });
            assert.deepEqual(await told(line('a.vnc', { after }), line('a.vnc', { action: 'check-in', after })), {});
            assert.deepEqual(await told(line('a.vnc')), {});
            assert.deepEqual(await told(line('a.vnc', { after }), line('b.vnc', { after: { size: 8 } })), {
                'a.vnc': after,
                'b.vnc': { size: 8 },
            });
        });

        it('and does not take a restore for its end', async () => {
            const restore = line('a.vnc', { action: 'restore', after: { size: 9 } });
            assert.deepEqual(await told(line('a.vnc', { after }), restore), { 'a.vnc': after });
        });

        it('and does not take for its end what may happen during it', async () => {
            for (const action of ['found', 'label', 'tidy', 'hand-over', 'delete'] as const) {
                const during = line('a.vnc', { action, after: { size: 9 } });
                assert.deepEqual(await told(line('a.vnc', { after }), during), { 'a.vnc': after }, action);
            }
        });

        it('under the name that it had then', async () => {
            const toA = line('a.vnc', { action: 'rename', from: 'job/first.vnc' });
            const folderRenamed = line('job', { action: 'rename', from: 'old job' });
            const lines = [line('old job/FIRST.vnc', { after }), folderRenamed, toA];
            assert.deepEqual(await told(...lines), { 'a.vnc': after });
            assert.deepEqual(await told(line('a.vnc', { after }), toA), {});
            const otherRenamed = line('c.vnc', { action: 'rename', from: 'd.vnc' });
            assert.deepEqual(await told(line('a.vnc', { after }), otherRenamed), { 'a.vnc': after });
        });

        it('also far from the end, up to a limit', async () => {
            const others = (bytes: number): string =>
                line('other.vnc', { message: 'x'.repeat(500) }).repeat(bytes / 500);
            assert.deepEqual(await told(line('a.vnc', { after }), others(100_000)), { 'a.vnc': after });
            assert.deepEqual(await told(line('a.vnc', { after }), others(300_000)), {});
        });

        it('and nothing where there is no history, or a folder in its place', async () => {
            assert.deepEqual(await open().contentsAtCheckOut(['a.vnc']), new Map());
            mkdirSync(file());
            assert.deepEqual(await open().contentsAtCheckOut(['a.vnc']), new Map());
        });
    });
});
