import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CheckoutError } from '../../../src/core/base/errors';
import { defaultExtensions as extensions, locateRepository } from '../../../src/core/repository/locateRepository';
import { skipUnless } from '../../support/skips';
import { makeTemporaryFolder, removeFolder } from '../../support/temporaryWorkspace';

describe('Where the repository is', () => {
    let root: string;

    beforeEach(async () => (root = await makeTemporaryFolder()));
    afterEach(() => removeFolder(root));

    const make = (...files: string[]): void => {
        for (const file of files) {
            mkdirSync(dirname(join(root, file)), { recursive: true });
            writeFileSync(join(root, file), '');
        }
    };
    const refuses = async (location: { repository?: string; locksFile?: string }, about: string): Promise<void> => {
        await assert.rejects(locateRepository({ root, extensions, ...location }), (error) => {
            assert.ok(error instanceof CheckoutError);
            assert.equal(error.code, 'repositoryMissing');
            assert.equal(error.path, about);
            assert.ok(error.message.includes(about), error.message);
            return true;
        });
    };

    it('is the folder repo, whatever lies beside it', async () => {
        make('repo/a.txt', '4801247.mcam', 'locks.json');
        assert.deepEqual(await locateRepository({ root, extensions }), {
            repository: join(root, 'repo'),
            locksFile: join(root, 'locks.json'),
        });
    });

    for (const [name, file] of [
        ['a locks file', 'locks.json'],
        ['a CAM file, in any case', '4801247.MCAM'],
        ['a CAM file in a subfolder', 'job12/rough/op1.vnc'],
    ] as const) {
        it(`is the root itself when there is no repo and it has ${name}`, async () => {
            make(file);
            assert.deepEqual(await locateRepository({ root, extensions }), {
                repository: root,
                locksFile: join(root, 'locks.json'),
            });
        });
    }

    it('is nowhere when there is nothing of the sort', async () => {
        make('readme.txt', '.git/op1.vnc');
        await refuses({}, root);
    });

    it('is never another folder than the one that was named', async () => {
        make('repo/4801247.mcam', 'locks.json', 'file');
        await refuses({ repository: 'programs' }, join(root, 'programs'));
        await refuses({ repository: 'file' }, join(root, 'file'));
    });

    it('is not the root when repo is a link that leads nowhere now', async function () {
        skipUnless(this, 'junctions');
        make('locks.json', '4801247.mcam');
        symlinkSync(join(root, 'gone'), join(root, 'repo'), 'junction');
        await refuses({}, join(root, 'repo'));
    });

    it('is not a folder whose files are held in a locks file above', async () => {
        make('locks.json', 'repo/job12/op1.vnc', 'repo/job13/locks.json');
        const location = { root: join(root, 'repo', 'job12'), extensions };
        await assert.rejects(locateRepository(location), (error: Error) =>
            error.message.includes(join(root, 'locks.json')),
        );
        const named = await locateRepository({ ...location, locksFile: '../../locks.json' });
        assert.deepEqual(named, { repository: location.root, locksFile: join(root, 'locks.json') });
        const own = await locateRepository({ root: join(root, 'repo', 'job13'), extensions });
        assert.equal(own.locksFile, join(root, 'repo', 'job13', 'locks.json'));
    });

    it('counts relative paths from the root and takes absolute ones as they are', async () => {
        make('programs/5-axis/a.vnc');
        const expected = { repository: join(root, 'programs', '5-axis'), locksFile: join(root, 'programs', 'l.json') };
        const relative = { repository: 'programs/5-axis', locksFile: 'programs/l.json' };
        assert.deepEqual(await locateRepository({ root, extensions, ...relative }), expected);
        assert.deepEqual(await locateRepository({ root, extensions, ...expected }), expected);
    });
});
