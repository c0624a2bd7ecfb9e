import * as assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { FileStamp } from '../../../src/core/disk/fileStamp';
import { isTemporary, StagedFile, temporaryPath } from '../../../src/core/disk/stagedFile';
import { skipUnless } from '../../support/skips';
import { endedAtExit } from '../support/endedAtExit';
import { isOpen } from '../support/openFiles';
import { temporaryFolder } from '../support/temporaryFolder';

describe('StagedFile', () => {
    const folder = temporaryFolder();
    const target = (): string => path.join(folder(), 'x.json');
    const text = Buffer.from('new');

    const stage = async (where = folder(), mode?: number): Promise<StagedFile> => {
        const staged = await StagedFile.create(path.join(where, 'staged'));
        await staged.write(text, { durable: true, rights: mode === undefined ? undefined : { mode } });
        return staged;
    };

    beforeEach(() => writeFileSync(target(), 'old'));

    it('replaces another file, with the permissions that are asked for', async () => {
        const staged = await stage(folder(), 0o640);
        assert.equal(readFileSync(target(), 'utf8'), 'old');
        assert.equal(await staged.replace(target()), 'replaced');
        assert.equal(readFileSync(target(), 'utf8'), 'new');
        if (process.platform !== 'win32') assert.equal(statSync(target()).mode & 0o777, 0o640);
        await staged.remove();
        assert.deepEqual(readdirSync(folder()), ['x.json']);
    });

    it('replaces nothing and leaves nothing behind when it is removed, closed or open', async () => {
        await (await stage()).remove();
        const closed = await stage();
        await closed.close();
        await closed.remove();
        assert.equal(readFileSync(target(), 'utf8'), 'old');
        assert.deepEqual(readdirSync(folder()), ['x.json']);
    });

    it('replaces nothing when its folder is taken away', async () => {
        const workplace = path.join(folder(), 'mutex');
        mkdirSync(workplace);
        const staged = await stage(workplace);
        await staged.close();
        rmSync(workplace, { recursive: true });
        assert.equal(await staged.replace(target()), 'untouched');
        assert.equal(readFileSync(target(), 'utf8'), 'old');
        assert.deepEqual(readdirSync(folder()), ['x.json']);
    });

    it('tells whether it was made with the rights that are asked for, and has them', async function () {
        skipUnless(this, 'modes');
        const umask = process.umask(0o022);
        try {
            for (const [mode, hasOtherRights, isAsMade] of [
                [0o644, false, true],
                [0o600, false, false],
                [0o664, true, false],
                [undefined, false, true],
                [undefined, true, true],
            ] as const) {
                for (const [durable, isGroupNeeded] of [
                    [true, true],
                    [false, false],
                ] as const) {
                    const staged = await StagedFile.create(path.join(folder(), 'staged'));
                    const rights = mode === undefined ? undefined : { mode };
                    const options = { durable, rights, hasOtherRights, isGroupNeeded };
                    assert.equal(await staged.write(text, options), isAsMade);
                    assert.equal(statSync(staged.path).mode & 0o777, mode ?? 0o644);
                    await staged.remove();
                }
            }
        } finally {
            process.umask(umask);
        }
    });

    it('keeps its stamp in the place of the file that it replaces', async () => {
        for (const rights of [{ mode: 0o640 }, undefined]) {
            const staged = await StagedFile.create(path.join(folder(), 'staged'));
            await staged.write(text, { durable: false, rights });
            const [stamp] = await Promise.all([staged.stamp(), staged.close()]);
            await staged.replace(target());
            assert.deepEqual(stamp, FileStamp.of(statSync(target(), { bigint: true })));
        }
    });

    it('has a name that tells what it is', () => {
        const name = path.basename(temporaryPath(path.join(folder(), 'a.vnc'), randomUUID()));
        assert.ok(name.startsWith('a.vnc.') && isTemporary(name), name);
        for (const other of ['a.vnc', 'a.tmp', `${name}.bak`, `a.vnc.${randomUUID()}`, `${randomUUID()}.tmp`]) {
            assert.equal(isTemporary(other), false, other);
        }
    });

    it('may be closed already when the process ends', async () => {
        const staged = await stage();
        await staged.close();
        staged.closeAtExit();
        await staged.remove();
        assert.deepEqual(readdirSync(folder()), ['x.json']);
    });

    it('is removed when the rename fails', async () => {
        rmSync(target());
        mkdirSync(path.join(target(), 'in'), { recursive: true });
        const staged = await stage();
        await assert.rejects(staged.replace(target()));
        assert.deepEqual(readdirSync(folder()), ['x.json']);
    });

    it('is removed and closed, also where it is gone already, and not said to be where it cannot', async function () {
        const removed = await StagedFile.create(path.join(folder(), 'a'));
        await removed.remove();
        assert.deepEqual(readdirSync(folder()), ['x.json']);
        const gone = await StagedFile.create(path.join(folder(), 'b'));
        await gone.close();
        rmSync(gone.path);
        await gone.remove();
        const stuck = await StagedFile.create(path.join(folder(), 'c'));
        await stuck.close();
        rmSync(stuck.path);
        mkdirSync(stuck.path);
        await assert.rejects(stuck.remove(), { code: /^(EISDIR|EPERM|EACCES)$/ });
        skipUnless(this, 'systemInFiles');
        // What is removed while it is open has that in its name.
        assert.equal(isOpen(`${removed.path} (deleted)`), false);
    });

    it('is closed when the process ends', async function () {
        skipUnless(this, 'systemInFiles');
        const staged = await StagedFile.create(path.join(folder(), 'a'));
        endedAtExit.push(staged);
        assert.equal(isOpen(staged.path), true);
        staged.closeAtExit();
        assert.equal(isOpen(staged.path), false);
    });
});
