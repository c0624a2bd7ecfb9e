import * as assert from 'node:assert/strict';
import {
    chmodSync,
    linkSync,
    mkdirSync,
    mkdtempSync,
    readFileSync,
    renameSync,
    rmSync,
    symlinkSync,
    unlinkSync,
    utimesSync,
    writeFileSync,
} from 'node:fs';
import * as path from 'node:path';
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

    for (const [what, change, message] of [
        ['got a second name', () => linkSync(file(), `${file()}.second`), /has a second name \(a hard link\)/],
        ['was made read-only', () => chmodSync(file(), 0o444), /is read-only, so nothing was changed/],
    ] as const) {
        it(`refuses a change once the file ${what}`, async () => {
            writeFileSync(file(), heldByAl('a.vnc'));
            const before = await open().readSource();
            assert.equal(await open().isStill(before), true);
            change();
            await assert.rejects(open().isStill(before), { code: 'locksFileNotWritable', message });
        });
    }

    it('says what is wrong with a damaged file, and gives what it read of it', async () => {
        writeFileSync(file(), '[]');
        const content = await open().readPatiently();
        assert.ok('damage' in content);
        assert.match(content.damage.message, /does not hold an object/);
        assert.equal(content.source?.text, '[]');
        await assert.rejects(open().readTable(), { code: 'locksFileDamaged' });
        writeFileSync(file(), Buffer.from('{"Fr\u00e4sen.vnc": {"user": "Al"}}', 'latin1'));
        await assert.rejects(open().read(), {
            code: 'locksFileDamaged',
            message: /is damaged: it is not UTF-8 text\./,
        });
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
            await assert.rejects(look(), {
                code: 'locksFileUnreachable',
                message: `The locks file ${file()} cannot be read, because its folder is not there, so nobody can tell who has checked out what. Check that the share is connected, and try again.`,
            });
        }
    });

    describe('whose share is replaced by another', () => {
        let other = '';
        let inOther = '';

        beforeEach(function () {
            skipUnless(this, 'anotherDisk');
            other = mkdtempSync('/dev/shm/cnc-checkout-');
            inOther = path.join(other, 'locks.json');
            mkdirSync(path.join(folder(), 'disk'));
            mount(path.join(folder(), 'disk'));
        });
        afterEach(() => rmSync(other, { recursive: true, force: true }));

        /** Puts a disk in the place of the share. */
        function mount(disk: string): void {
            const share = path.join(folder(), 'share');
            rmSync(share, { force: true });
            symlinkSync(disk, share);
        }
        const openOnShare = (): LocksReader => {
            const onShare = path.join(folder(), 'share', 'locks.json');
            return new LocksReader(onShare, new LocksErrors(onShare));
        };

        it('does not take the empty folder that it leaves for no locks', async () => {
            const reader = openOnShare();
            writeFileSync(path.join(folder(), 'disk', 'locks.json'), heldByAl('a.vnc'));
            await reader.read();
            mount(other);
            for (const look of [() => reader.read(), () => reader.stamp(), () => reader.readSource()]) {
                await assert.rejects(look(), {
                    code: 'locksFileUnreachable',
                    message: /because another disk is in its place, .* Check that the share is connected/,
                });
            }
            mount(path.join(folder(), 'disk'));
            assert.deepEqual(keysOf((await reader.read()).table), ['a.vnc']);
        });

        it('does not take it for no locks either where there was no file before', async () => {
            const reader = openOnShare();
            assert.deepEqual((await reader.read()).table.entries, []);
            mount(other);
            await assert.rejects(reader.read(), { code: 'locksFileUnreachable' });
        });

        it('believes the other disk once a locks file is there', async () => {
            const reader = openOnShare();
            await reader.read();
            mount(other);
            writeFileSync(inOther, heldByAl('b.vnc'));
            assert.deepEqual(keysOf((await reader.read()).table), ['b.vnc']);
            unlinkSync(inOther);
            assert.deepEqual((await reader.read()).table.entries, []);
            mount(path.join(folder(), 'disk'));
            await assert.rejects(reader.read(), { code: 'locksFileUnreachable' });
        });
    });
});
