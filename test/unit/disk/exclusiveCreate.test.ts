import * as assert from 'node:assert/strict';
import { existsSync, linkSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { ExclusiveCreate, hasNoLinks } from '../../../src/core/disk/exclusiveCreate';
import { replaceFile } from '../../../src/core/disk/replaceFile';
import { temporaryFolder } from '../support/temporaryFolder';

describe('ExclusiveCreate', () => {
    const folder = temporaryFolder();
    const staged = (): string => path.join(folder(), 'staged.tmp');
    const target = (): string => path.join(folder(), 'x.json');
    beforeEach(() => writeFileSync(staged(), 'ours'));

    it('gives the file its name and leaves no staged file', async () => {
        await new ExclusiveCreate(staged(), target()).run();
        assert.equal(readFileSync(target(), 'utf8'), 'ours');
        assert.equal(existsSync(staged()), false);
    });

    it('lets nobody see a part of it: under the new name is the staged file itself', async () => {
        const { ino } = statSync(staged(), { bigint: true });
        await new ExclusiveCreate(staged(), target()).run();
        assert.equal(statSync(target(), { bigint: true }).ino, ino);
    });

    it('does not take the file of somebody else for a part of its own', async () => {
        writeFileSync(target(), 'ou');
        const creation = new ExclusiveCreate(staged(), target());
        await assert.rejects(creation.run(), { code: 'EEXIST' });
        await creation.removePartialCopy();
        assert.equal(readFileSync(target(), 'utf8'), 'ou');
    });

    it('leaves the file of somebody else as it is', async () => {
        writeFileSync(target(), 'theirs');
        const creation = new ExclusiveCreate(staged(), target());
        await assert.rejects(creation.run(), { code: 'EEXIST' });
        await creation.removePartialCopy();
        assert.equal(readFileSync(target(), 'utf8'), 'theirs');
        assert.equal(await replaceFile(staged(), target(), { isNew: true }), 'untouched');
        assert.equal(readFileSync(target(), 'utf8'), 'theirs');
        assert.equal(existsSync(staged()), false);
    });

    it('takes its own file for made when the answer to the first request got lost', async () => {
        linkSync(staged(), target());
        assert.equal(await replaceFile(staged(), target(), { isNew: true }), 'replaced');
        assert.equal(readFileSync(target(), 'utf8'), 'ours');
        assert.equal(existsSync(staged()), false);
    });

    it('knows the answers of disks and clients that have no hard links', () => {
        const failure = (code: string): Error => Object.assign(new Error(code), { code });
        for (const code of ['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'EINVAL', 'EISDIR', 'UNKNOWN']) {
            assert.equal(hasNoLinks(failure(code)), true, code);
        }
        for (const error of [
            failure('EEXIST'),
            failure('ENOENT'),
            failure('EACCES'),
            failure('EIO'),
            new Error('a bug'),
        ]) {
            assert.equal(hasNoLinks(error), false, error.message);
        }
    });

    it('throws when there is no folder for it', async () => {
        const creation = new ExclusiveCreate(staged(), path.join(folder(), 'none', 'x.json'));
        await assert.rejects(creation.run(), { code: 'ENOENT' });
        mkdirSync(path.join(folder(), 'none'));
        await creation.run();
    });
});
