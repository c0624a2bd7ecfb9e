import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileCandidates } from '../../../src/core/repository/fileArgument';
import { skipUnless } from '../../support/skips';
import { makeTemporaryFolder, removeFolder } from '../../support/temporaryWorkspace';

describe('The file that an argument means', () => {
    let folder: string;
    let repository: string;
    let job: string;

    beforeEach(async () => {
        folder = await makeTemporaryFolder();
        repository = join(folder, 'repo');
        job = join(repository, 'job12');
        mkdirSync(job, { recursive: true });
        writeFileSync(join(job, 'op1.vnc'), '');
    });
    afterEach(() => removeFolder(folder));

    it('counts from the repository first when I am outside or at its root', async () => {
        assert.deepEqual(await fileCandidates('op1.vnc', repository, folder), ['op1.vnc']);
        assert.deepEqual(await fileCandidates('op1.vnc', repository, repository), ['op1.vnc']);
        assert.deepEqual(await fileCandidates('repo/op1.vnc', repository, folder), ['repo/op1.vnc', 'op1.vnc']);
        assert.deepEqual(await fileCandidates('op1.vnc', repository, undefined), ['op1.vnc']);
    });

    it('counts from the current folder first when I am below the root of the repository', async () => {
        assert.deepEqual(await fileCandidates('op1.vnc', repository, job), ['job12/op1.vnc', 'op1.vnc']);
        assert.deepEqual(await fileCandidates('../op1.vnc', repository, job), ['op1.vnc']);
    });

    it('takes detours out of a path and joins it as the locks file has it', async () => {
        assert.deepEqual(await fileCandidates('./job12//../job12/op1.vnc', repository, undefined), ['job12/op1.vnc']);
        const decomposed = 'job12/Größe.vnc'.normalize('NFD');
        assert.deepEqual(await fileCandidates(decomposed, repository, undefined), ['job12/Größe.vnc']);
    });

    it('knows the repository under another name, also for a file that has vanished', async function () {
        skipUnless(this, 'junctions');
        const link = join(folder, 'S');
        symlinkSync(repository, link, 'junction');
        for (const name of ['op1.vnc', 'gone.vnc']) {
            const [real, linked] = [join(job, name), join(link, 'job12', name)];
            assert.deepEqual(await fileCandidates(linked, repository, folder), [`job12/${name}`]);
            assert.deepEqual(await fileCandidates(real, link, folder), [`job12/${name}`]);
            assert.deepEqual(await fileCandidates(name, link, job), [`job12/${name}`, name]);
        }
    });

    it('is none outside the repository', async () => {
        const outside = [folder, repository, join(folder, 'op1.vnc'), '../op1.vnc', '../repository/op1.vnc'];
        for (const argument of outside)
            assert.deepEqual(await fileCandidates(argument, repository, folder), [], argument);
    });

    it('keeps its name when it is a link that leaves the repository, so that its holder can check it in', async () => {
        writeFileSync(join(folder, 'elsewhere.vnc'), '');
        symlinkSync(join(folder, 'elsewhere.vnc'), join(repository, 'link.vnc'));
        assert.deepEqual(await fileCandidates('link.vnc', repository, folder), ['link.vnc']);
    });
});
