import * as assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Change } from '../../../src/core/locks/locksFile';
import { newLock } from '../../../src/core/locks/holder';
import { heldByAl, keysOf, temporaryLocksFile } from '../support/temporaryLocksFile';

describe('A restore of the last good copy', function () {
    const { folder, file, open, content } = temporaryLocksFile();

    it('puts it in force and keeps what was there, byte for byte', async () => {
        const lock = newLock('Bob', 'PC', '', new Date(0));
        const taking: Change<void> = (before) => ({ table: before.with([{ path: 'x.vnc', lock }]), result: undefined });
        await open().update(taking, () => assert.fail('Nobody interfered.'));
        const damaged = Buffer.from([0x7b, 0xfc, 0x0a, 0]);
        writeFileSync(file(), damaged);
        const { table, setAside } = await open().restoreBackup(new Date(0));
        assert.deepEqual(keysOf(table), ['x.vnc']);
        assert.deepEqual(content(), ['x.vnc']);
        assert.equal(setAside, `${file()}.1970-01-01T00-00-00-000Z.damaged`);
        assert.deepEqual(readFileSync(setAside), damaged);
        rmSync(file());
        assert.equal((await open().restoreBackup(new Date(1))).setAside, undefined);
        assert.deepEqual(content(), ['x.vnc']);
    });

    it('is shown before it is made, and nothing is done by that', async () => {
        writeFileSync(`${file()}.bak`, heldByAl('kept.vnc'));
        assert.equal((await open().previewRestore()).current, 'missing');
        writeFileSync(file(), heldByAl('new.vnc'));
        const { current, backup } = await open().previewRestore();
        assert.deepEqual(
            [typeof current === 'string' ? current : keysOf(current), keysOf(backup)],
            [['new.vnc'], ['kept.vnc']],
        );
        writeFileSync(file(), 'damaged');
        assert.equal((await open().previewRestore()).current, 'damaged');
        assert.equal(readFileSync(file(), 'utf8'), 'damaged');
        assert.deepEqual(readdirSync(folder()), ['locks.json', 'locks.json.bak']);
    });

    for (const [what, change] of [
        ['the file was repaired', () => writeFileSync(file(), heldByAl('repaired.vnc'))],
        ['the file was changed, to the same size', () => writeFileSync(file(), 'DAMAGED')],
        ['the file was removed', () => rmSync(file())],
        ['the copy was replaced', () => writeFileSync(`${file()}.bak`, heldByAl('other.vnc'))],
    ] as const) {
        it(`changes nothing when ${what} since a person was asked`, async () => {
            writeFileSync(file(), 'damaged');
            writeFileSync(`${file()}.bak`, heldByAl('good.vnc'));
            const preview = await open().previewRestore();
            change();
            const before = [file(), `${file()}.bak`].map((name) => existsSync(name) && readFileSync(name, 'utf8'));
            await assert.rejects(open().restoreBackup(new Date(0), preview), {
                code: 'restoreOutdated',
                message:
                    /changed while you were deciding, so nothing was restored\. Look at what a restore would change/,
            });
            assert.deepEqual(
                [file(), `${file()}.bak`].map((name) => existsSync(name) && readFileSync(name, 'utf8')),
                before,
            );
            assert.deepEqual(
                readdirSync(folder()).filter((name) => !name.endsWith('.bak')),
                existsSync(file()) ? ['locks.json'] : [],
            );
        });
    }

    it('puts in force what a person agreed to, also where no file was or another program only touched it', async () => {
        writeFileSync(`${file()}.bak`, heldByAl('good.vnc'));
        await open().restoreBackup(new Date(0), await open().previewRestore());
        assert.deepEqual(content(), ['good.vnc']);
        writeFileSync(file(), 'damaged');
        const preview = await open().previewRestore();
        writeFileSync(file(), 'damaged');
        utimesSync(file(), 5, 5);
        await open().restoreBackup(new Date(0), preview);
        assert.deepEqual(content(), ['good.vnc']);
    });

    it('does not replace what somebody writes at that moment, and sets nothing aside then', async () => {
        writeFileSync(file(), 'damaged');
        writeFileSync(`${file()}.bak`, heldByAl('good.vnc'));
        const restoring = open().restoreBackup(new Date(0));
        // The mutex is there before anything is read.
        while (!existsSync(`${file()}.lock`)) await delay(0);
        while (!readdirSync(folder()).some((name) => name.endsWith('.damaged'))) await delay(0);
        writeFileSync(file(), heldByAl('theirs.vnc'));
        await assert.rejects(restoring, { code: 'changeUnconfirmed' });
        assert.deepEqual(content(), ['theirs.vnc']);
        assert.deepEqual(readdirSync(folder()), ['locks.json', 'locks.json.bak']);
    });

    it('changes nothing where the copy is missing or damaged', async () => {
        writeFileSync(file(), 'damaged');
        await assert.rejects(open().restoreBackup(new Date(0)), { code: 'noBackup' });
        const deep = `{"a": ${'['.repeat(1000)}${']'.repeat(1000)}}`;
        const huge = Buffer.alloc(33 * 2 ** 20, ' ');
        for (const bad of ['', 'x', '[]', deep, huge, Buffer.from([0x7b, 0xfc, 0x7d])]) {
            writeFileSync(`${file()}.bak`, bad);
            await assert.rejects(open().previewRestore(), { code: 'noBackup' });
            await assert.rejects(open().restoreBackup(new Date(0)), { code: 'noBackup' });
        }
        assert.equal(readFileSync(file(), 'utf8'), 'damaged');
        assert.equal(existsSync(`${file()}.lock`), false);
    });
});
