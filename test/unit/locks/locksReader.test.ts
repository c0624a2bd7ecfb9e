import * as assert from 'node:assert/strict';
import { readFileSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { LocksErrors } from '../../../src/core/locks/locksErrors';
import { LocksReader } from '../../../src/core/locks/locksReader';
import { skipUnless } from '../../support/skips';
import { heldByAl, keysOf, temporaryLocksFile } from '../support/temporaryLocksFile';

describe('LocksReader', () => {
    const { folder, file } = temporaryLocksFile();
    const open = (): LocksReader => new LocksReader(file(), new LocksErrors(file()));

    it('gives the stamp of what it read, until the file changes', async () => {
        const reader = open();
        assert.deepEqual([(await reader.read()).stamp, await reader.stamp()], [undefined, undefined]);
        writeFileSync(file(), heldByAl('a.vnc'));
        const { table, stamp } = await reader.read();
        assert.deepEqual([keysOf(table), await reader.stamp()], [['a.vnc'], stamp]);
        writeFileSync(file(), heldByAl('longer.vnc'));
        assert.notDeepEqual(await reader.stamp(), stamp);
    });

    it('tells whether the file is still what it was, and that there still is none', async () => {
        const reader = open();
        const none = await reader.readSource();
        assert.equal(await reader.isStill(none), true);
        writeFileSync(file(), heldByAl('a.vnc'));
        const before = await reader.readSource();
        assert.deepEqual([await reader.isStill(before), await reader.isStill(none)], [true, false]);
        renameSync(file(), `${file()}.away`);
        assert.equal(await reader.isStill(before), false);
    });

    it('tells by the text whether a file with a coarse time is still what it was', async () => {
        const write = (text: string): void => {
            writeFileSync(file(), text);
            utimesSync(file(), 1000, 1000);
        };
        write(heldByAl('a.vnc'));
        const before = await open().readSource();
        write(heldByAl('b.vnc'));
        assert.equal(await open().isStill(before), false);
        write(heldByAl('a.vnc'));
        assert.equal(await open().isStill(before), true);
    });

    it('refuses a change once a link has taken the place of the file', async function () {
        skipUnless(this, 'links');
        writeFileSync(file(), heldByAl('a.vnc'));
        const before = await open().readSource();
        renameSync(file(), `${file()}.real`);
        symlinkSync(`${file()}.real`, file());
        await assert.rejects(open().isStill(before), { code: 'locksFileNotWritable', message: /symbolic link/ });
    });

    it('says what is wrong with a damaged file, and gives what it read of it', async () => {
        writeFileSync(file(), '[]');
        const content = await open().readPatiently();
        assert.ok('damage' in content);
        assert.match(content.damage.message, /does not hold an object/);
        assert.equal(content.source?.text, '[]');
        await assert.rejects(open().readTable(), { code: 'locksFileDamaged' });
    });

    it('takes a file that is missing beside its last good copy for damage, and gives that copy', async () => {
        writeFileSync(`${file()}.bak`, heldByAl('a.vnc'));
        await assert.rejects(open().read(), { code: 'locksFileDamaged', message: /though there is a copy/ });
        const { table, source } = await open().readBackup();
        assert.deepEqual([keysOf(table), source?.text], [['a.vnc'], readFileSync(`${file()}.bak`, 'utf8')]);
    });

    it('says why the last good copy cannot be used', async () => {
        await assert.rejects(open().readBackup(), { code: 'noBackup', message: /there is none/ });
        writeFileSync(`${file()}.bak`, '');
        await assert.rejects(open().readBackup(), { code: 'noBackup', message: /it is empty/ });
    });

    it('does not take a folder that is gone for no locks', async () => {
        rmSync(folder(), { recursive: true });
        for (const look of [() => open().read(), () => open().stamp(), () => open().readSource()]) {
            await assert.rejects(look(), { code: 'locksFileUnreachable' });
        }
    });
});
