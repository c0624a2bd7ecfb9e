import * as assert from 'node:assert/strict';
import {
    chmodSync,
    mkdirSync,
    readFileSync,
    readdirSync,
    readlinkSync,
    renameSync,
    rmSync,
    statSync,
    symlinkSync,
    truncateSync,
    utimesSync,
    writeFileSync,
} from 'node:fs';
import * as path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CheckoutError, type FailureCode } from '../../../src/core/base/errors';
import { LocksFile, type Change } from '../../../src/core/locks/locksFile';
import type { Failpoint } from '../../../src/core/mutex/failpoints';
import { newLock } from '../../../src/core/locks/holder';
import type { LockTable } from '../../../src/core/locks/lockTable';
import { skipUnless } from '../../support/skips';
import { Child } from '../support/child';
import { heldByAl, keysOf, temporaryLocksFile } from '../support/temporaryLocksFile';

describe('LocksFile', function () {
    const { folder, file, open, content } = temporaryLocksFile();
    /** Makes the locks file a link. */
    const link = (target: string, test: Mocha.Context): void => {
        skipUnless(test, 'links');
        symlinkSync(target, file());
    };

    /** A change that takes one more file, and calls `first` in the middle of the first try. */
    function adding(name: string, first: () => void = () => undefined): Change<number> {
        let tries = 0;
        return (table) => {
            if (tries++ === 0) first();
            const lock = newLock('Bob', 'PC', '', new Date(0));
            return { table: table.find(name) ? table : table.with([{ path: name, lock }]), result: tries };
        };
    }
    const stands =
        (name: string) =>
        (table: LockTable): boolean =>
            table.find(name) !== undefined;
    const add = (name: string, first?: () => void): Promise<{ table: LockTable; result: number }> =>
        open().update(adding(name, first), stands(name));

    it('takes a missing file for no locks, and makes it at the first change', async () => {
        assert.deepEqual(keysOf((await open().reader.read()).table), []);
        await add('x.vnc');
        assert.deepEqual(content(), ['x.vnc']);
        assert.deepEqual(readdirSync(folder()), ['locks.json', 'locks.json.bak']);
    });

    it('does not take a file that got lost for no locks, and says so', async () => {
        await add('x.vnc');
        rmSync(file());
        const lost = { code: 'locksFileDamaged', message: /it is missing, though there is a copy of it/ };
        await assert.rejects(open().reader.read(), lost);
        await assert.rejects(add('y.vnc'), lost);
        assert.deepEqual(readdirSync(folder()), ['locks.json.bak']);
        assert.equal((await open().previewRestore()).current, 'missing');
        await open().restoreBackup(new Date(0));
        await add('y.vnc');
        assert.deepEqual(content(), ['x.vnc', 'y.vnc']);
    });

    it('waits for a client that removes the old file before it renames the new one', async () => {
        await add('x.vnc');
        const meanwhile = async <T>(begin: () => Promise<T>): Promise<T> => {
            const away = `${file()}.away`;
            renameSync(file(), away);
            const begun = begin();
            await delay(40); // The client's own pace.
            renameSync(away, file());
            return begun;
        };
        const { table } = await meanwhile(() => open().reader.read());
        assert.deepEqual(keysOf(table), ['x.vnc']);
        await meanwhile(() => add('y.vnc'));
        assert.deepEqual(content(), ['x.vnc', 'y.vnc']);
    });

    for (const [what, bytes] of [
        ['an empty file', Buffer.from('')],
        ['a truncated one', Buffer.from('{"x.vnc": {"user": "Al"')],
        ['an array', Buffer.from('[]')],
        ['garbage', Buffer.from([0xff, 0xfe, 0, 0x80])],
        ['Latin-1', Buffer.from('{"Fr\u00e4sen.vnc": {"user": "Al"}}', 'latin1')],
        ['UTF-16', Buffer.from('\ufeff{}', 'utf16le')],
    ] as const) {
        it(`refuses ${what} and leaves it as it is, byte for byte`, async () => {
            writeFileSync(file(), bytes);
            await assert.rejects(open().reader.read(), { code: 'locksFileDamaged' });
            await assert.rejects(add('x.vnc'), { code: 'locksFileDamaged', path: file() });
            assert.deepEqual(readFileSync(file()), bytes);
            assert.deepEqual(readdirSync(folder()), ['locks.json']);
        });
    }

    it('refuses one that is larger than any list of locks, and leaves it as it is', async () => {
        writeFileSync(file(), '');
        truncateSync(file(), 200 * 2 ** 20); // Sparse: no disk is filled.
        await assert.rejects(open().reader.read(), { code: 'locksFileDamaged', message: /it is larger than 32 MB/ });
        await assert.rejects(add('x.vnc'), { code: 'locksFileDamaged' });
        writeFileSync(`${file()}.bak`, heldByAl('a.vnc'));
        assert.equal((await open().previewRestore()).current, 'damaged');
        const { setAside } = await open().restoreBackup(new Date(0));
        assert.deepEqual(content(), ['a.vnc']);
        assert.equal(statSync(setAside!).size, 200 * 2 ** 20);
    });

    it('does not make one that is larger than it would read', async () => {
        const before = JSON.stringify({ notes: 'x'.repeat(32 * 2 ** 20 - 100) });
        writeFileSync(file(), before);
        await assert.rejects(add('x.vnc'), {
            code: 'locksFileNotWritable',
            message: /larger than 32 MB\. Remove entries/,
        });
        assert.equal(readFileSync(file(), 'utf8'), before);
        assert.deepEqual(readdirSync(folder()), ['locks.json']);
    });

    it('reads through a symbolic link, and does not put a file in its place', async function () {
        writeFileSync(path.join(folder(), 'real.json'), heldByAl('a.vnc'));
        link('real.json', this);
        assert.deepEqual(keysOf((await open().reader.read()).table), ['a.vnc']);
        await assert.rejects(add('x.vnc'), {
            code: 'locksFileNotWritable',
            message: /^\S*locks\.json is a symbolic link.*--locks/,
        });
        assert.equal(readlinkSync(file()), 'real.json');
        assert.equal(readFileSync(path.join(folder(), 'real.json'), 'utf8'), heldByAl('a.vnc'));
        assert.deepEqual(readdirSync(folder()), ['locks.json', 'real.json']);
    });

    it('does not take a symbolic link that leads nowhere for no locks', async function () {
        link('unplugged/real.json', this);
        await assert.rejects(open().reader.read(), {
            code: 'locksFileUnreachable',
            message: /leads nowhere, .* Check where the link leads, /,
        });
        await assert.rejects(open().reader.stamp(), { code: 'locksFileUnreachable' });
        await assert.rejects(add('x.vnc'), { code: 'locksFileUnreachable' });
        assert.equal(readlinkSync(file()), 'unplugged/real.json');
    });

    it('says that it cannot be reached when its folder is gone, or it is a folder', async () => {
        mkdirSync(file());
        await assert.rejects(open().reader.read(), { code: 'locksFileUnreachable' });
        await assert.rejects(add('x.vnc'), { code: 'locksFileUnreachable' });
        rmSync(folder(), { recursive: true });
        await assert.rejects(open().reader.read(), { code: 'locksFileUnreachable' });
        await assert.rejects(open().reader.stamp(), { code: 'locksFileUnreachable' });
    });

    it('waits for a program that truncates and writes in place', async () => {
        writeFileSync(file(), '');
        const reading = open().reader.read();
        const adding = add('x.vnc');
        await delay(20); // The writer's own pace.
        writeFileSync(file(), heldByAl('y.vnc').slice(0, 9));
        await delay(20);
        writeFileSync(file(), heldByAl('y.vnc'));
        assert.equal(keysOf((await reading).table)[0], 'y.vnc');
        await adding;
        assert.deepEqual(content(), ['y.vnc', 'x.vnc']);
    });

    it('keeps entries and fields that it does not know, in place', async () => {
        const before =
            '{\n    "_comment": [\n        1.0\n    ],\n    "10.vnc": {\n        "colour": null,\n        "user": "Al",\n        "x": {}\n    },\n    "9.vnc": {\n        "user": "Bo"\n    }\n}';
        writeFileSync(file(), before);
        await add('x.vnc');
        assert.ok(readFileSync(file(), 'utf8').startsWith(before.slice(0, -2)));
    });

    it('keeps the last good copy', async () => {
        for (const name of ['x.vnc', 'y.vnc']) {
            await add(name);
            assert.equal(readFileSync(`${file()}.bak`, 'utf8'), readFileSync(file(), 'utf8'));
        }
    });

    it('has a copy of locks that others wrote before it replaces them for the first time', async () => {
        const theirs = heldByAl('a.vnc');
        writeFileSync(file(), theirs);
        let copied = '';
        const atFailpoint = (moment: Failpoint): void => {
            if (moment === 'beforeRename') copied = readFileSync(`${file()}.bak`, 'utf8');
        };
        await new LocksFile(file(), { owner: { user: 'Bob', host: 'PC' }, timeout: 60_000, atFailpoint }).update(
            adding('b.vnc'),
            () => false,
        );
        assert.equal(copied, theirs);
        assert.deepEqual(content(), ['a.vnc', 'b.vnc']);
    });

    it('writes nothing when the change changes nothing', async () => {
        writeFileSync(file(), heldByAl('x.vnc'));
        await add('x.vnc');
        assert.equal(readFileSync(file(), 'utf8'), heldByAl('x.vnc'));
        assert.deepEqual(readdirSync(folder()), ['locks.json']);
    });

    it('keeps the permissions of the file, and gives them to the copy', async function () {
        skipUnless(this, 'modes');
        const locks = open();
        for (const mode of [0o664, 0o600, 0o644, 0o640]) {
            writeFileSync(file(), '{}');
            chmodSync(file(), mode);
            for (const name of ['x.vnc', 'y.vnc']) {
                await locks.update(adding(name), stands(name));
                for (const each of [file(), `${file()}.bak`]) {
                    assert.equal((statSync(each).mode & 0o777).toString(8), mode.toString(8), `${name} ${each}`);
                }
            }
        }
    });

    for (const [how, write] of [
        ['in place', (text: string) => writeFileSync(file(), text)],
        [
            'by a rename',
            (text: string) => {
                writeFileSync(`${file()}.new`, text);
                renameSync(`${file()}.new`, file());
            },
        ],
    ] as const) {
        it(`does not overwrite what somebody else wrote ${how} between its read and its rename`, async function () {
            if (how === 'by a rename') skipUnless(this, 'openFilesReplaced');
            writeFileSync(file(), heldByAl('a.vnc'));
            const { table, result } = await add('x.vnc', () => write(heldByAl('other.vnc')));
            assert.equal(result, 2);
            assert.deepEqual(keysOf(table), ['other.vnc', 'x.vnc']);
            assert.deepEqual(content(), ['other.vnc', 'x.vnc']);
        });
    }

    it('does not overwrite what somebody else wrote in place with the same length and, in whole seconds, time', async () => {
        const write = (name: string): void => {
            writeFileSync(file(), heldByAl(name));
            utimesSync(file(), 1_000_000, 1_000_000);
        };
        write('a.vnc');
        const { result } = await add('x.vnc', () => write('b.vnc'));
        assert.equal(result, 2);
        assert.deepEqual(content(), ['b.vnc', 'x.vnc']);
    });

    it('does not bring back what was in a file that somebody removed between its read and its rename', async () => {
        writeFileSync(file(), heldByAl('a.vnc'));
        const { result } = await add('x.vnc', () => rmSync(file()));
        assert.equal(result, 2);
        assert.deepEqual(content(), ['x.vnc']);
    });

    it('does not overwrite a file that appeared between its read and its rename', async () => {
        await add('x.vnc', () => writeFileSync(file(), heldByAl('b.vnc')));
        assert.deepEqual(content(), ['b.vnc', 'x.vnc']);
    });

    it('does not overwrite the first locks of somebody else, even when they come after its last look', async () => {
        let isLate = true;
        const atFailpoint = (moment: string): void => {
            if (moment !== 'beforeRename' || !isLate) return;
            isLate = false;
            writeFileSync(file(), heldByAl('b.vnc'));
        };
        const locks = new LocksFile(file(), { owner: { user: 'Bob', host: 'PC' }, timeout: 60_000, atFailpoint });
        await locks.update(adding('x.vnc'), stands('x.vnc'));
        assert.deepEqual(content(), ['b.vnc', 'x.vnc']);
        assert.deepEqual(readdirSync(folder()), ['locks.json', 'locks.json.bak']);
    });

    /** A change whose table is out of date by the time it is written, for as long as others are busy. */
    function disturbed(areBusy: () => boolean): { change: Change<void>; writes: () => number; last: () => string } {
        let writes = 0;
        const last = (): string => `${'x'.repeat(writes)}.vnc`;
        const change: Change<void> = (table) => {
            if (areBusy()) {
                writes++;
                writeFileSync(file(), heldByAl(last()));
            }
            const lock = newLock('Bob', 'PC', '', new Date());
            return { table: table.with([{ path: 'mine.vnc', lock }]), result: undefined };
        };
        return { change, writes: () => writes, last };
    }

    it('goes through once others are done who kept writing without the mutex', async () => {
        let left = 4;
        const { change, writes, last } = disturbed(() => left-- > 0);
        await open().update(change, stands('mine.vnc'));
        assert.equal(writes(), 4);
        assert.deepEqual(content(), [last(), 'mine.vnc']);
    });

    it('gives up, and says so, when others never stop writing without the mutex', async () => {
        const { change, last } = disturbed(() => true);
        await assert.rejects(open().update(change, stands('mine.vnc')), {
            code: 'changeUnconfirmed',
            message:
                /^Other programs kept changing .*locks\.json at the same moment, so this change could not be confirmed\./,
        });
        assert.deepEqual(content(), [last()]);
        assert.deepEqual(readdirSync(folder()), ['locks.json']);
    });

    describe('that also changes what is in a file', () => {
        const failing = (code: string, failure: FailureCode = 'fileNotRestored') =>
            new CheckoutError(failure, 'The file was not restored.', undefined, {
                cause: Object.assign(new Error(code), { code }),
            });
        /** A change under which these come, one a try, while the file is changed. @returns how often it was tried */
        async function changingFile(...errors: readonly Error[]): Promise<number> {
            let tries = 0;
            const changing = async (): Promise<void> => {
                const error = errors[tries++];
                if (error !== undefined) throw error;
                assert.deepEqual(content(), ['a.vnc'], 'The locks change last.');
            };
            writeFileSync(file(), heldByAl('a.vnc'));
            await open()
                .update(adding('x.vnc'), stands('x.vnc'), changing)
                .catch((error: unknown) => assert.equal(error, errors[tries - 1]));
            return tries;
        }

        it('tries once more when the connection to the server broke', async () => {
            assert.equal(await changingFile(failing('EIO')), 2);
            assert.deepEqual(content(), ['a.vnc', 'x.vnc']);
        });

        it('gives up when it broke again, and changes no lock', async () => {
            assert.equal(await changingFile(failing('EIO'), failing('ETIMEDOUT')), 2);
            assert.deepEqual(content(), ['a.vnc']);
        });

        it('gives up at once where the disk refused, or where nobody knows what became of the file', async () => {
            for (const error of [failing('ENOSPC'), failing('EIO', 'changeUnconfirmed')]) {
                assert.equal(await changingFile(error), 1);
                assert.deepEqual(content(), ['a.vnc']);
            }
            assert.deepEqual(readdirSync(folder()).sort(), ['locks.json', 'locks.json.bak']);
        });
    });

    it('starts again when its mutex was taken over meanwhile', async function () {
        skipUnless(this, 'removedOpenFiles');
        writeFileSync(file(), '{}');
        const { result } = await add('x.vnc', () => {
            rmSync(`${file()}.lock`, { recursive: true });
            writeFileSync(file(), heldByAl('b.vnc'));
        });
        assert.equal(result, 2);
        assert.deepEqual(content(), ['b.vnc', 'x.vnc']);
        assert.deepEqual(readdirSync(folder()), ['locks.json', 'locks.json.bak']);
    });

    it('leaves the mutex alone once another program has taken it over', async function () {
        skipUnless(this, 'removedOpenFiles');
        writeFileSync(file(), '{}');
        const locks = new LocksFile(file(), { owner: { user: 'Bob', host: 'PC' }, timeout: 300 });
        const change = adding('x.vnc', () => {
            rmSync(`${file()}.lock`, { recursive: true });
            mkdirSync(`${file()}.lock`);
            writeFileSync(path.join(`${file()}.lock`, 'owner'), '{"token":"other"}');
        });
        await assert.rejects(locks.update(change, stands('x.vnc')), { code: 'mutexTimeout' });
        assert.equal(readFileSync(file(), 'utf8'), '{}');
        assert.equal(readFileSync(path.join(`${file()}.lock`, 'owner'), 'utf8'), '{"token":"other"}');
    });

    it('loses no change of several processes and objects', async () => {
        const children = ['a', 'b', 'c'].map((user) => Child.start('checkOutMany', file(), user, '15'));
        const own = Promise.all(Array.from({ length: 10 }, (_, index) => add(`own-${index}.vnc`)));
        const told = (await Promise.all(children.map((child) => child.end()))).flat();
        await own;
        assert.equal(told.length, 45);
        const there = new Set(content());
        assert.equal(there.size, 55);
        assert.ok(told.every((name) => there.has(name)));
        assert.deepEqual(readdirSync(folder()), ['locks.json', 'locks.json.bak']);
    });

    it('goes on after a process is killed in the middle of a change', async () => {
        const child = Child.start('checkOutMany', file(), 'a', '1000');
        const told = [await child.line()];
        await child.kill();
        const locks = new LocksFile(file(), { owner: { user: 'Bob', host: 'PC' }, timeout: 60_000, staleAfter: 2000 });
        await locks.update(adding('x.vnc'), stands('x.vnc'));
        assert.ok(content().includes('x.vnc'));
        assert.ok(content().includes(told[0]!));
        assert.deepEqual(readdirSync(folder()), ['locks.json', 'locks.json.bak']);
    });

    it('makes the change and warns when the copy cannot be written', async () => {
        mkdirSync(path.join(`${file()}.bak`, 'in'), { recursive: true });
        const warnings: string[] = [];
        const locks = new LocksFile(file(), { owner: { user: 'Bob', host: 'PC' }, timeout: 60_000 }, (warning) =>
            warnings.push(warning),
        );
        await locks.update(adding('x.vnc'), stands('x.vnc'));
        assert.deepEqual(content(), ['x.vnc']);
        assert.equal(warnings.length, 1);
        assert.match(warnings[0]!, /^The change was made, but the last good copy .* could not be updated/);
    });
});
