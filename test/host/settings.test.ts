import assert from 'node:assert/strict';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { readLiveSettings } from '../../src/model/settings';
import { record, waitFor } from './support/events';
import { assertSame } from './support/same';
import { acceptAll, acceptInVain, asksForJob, asksForMessage } from './support/quickInput';
import { assertSaid } from './support/screen';
import { resetSettings, set, setWhileSlow } from './support/settings';
import {
    api,
    colleague,
    inShop,
    labels,
    lockOf,
    readHolders,
    readLocksText,
    repositoryOf,
    row,
    uriOf,
    useTidyShop,
    writeLocks,
} from './support/shop';

const variable = 'CNC_CHECKOUT_TEST_FOLDER';

describe('A setting', () => {
    useTidyShop();
    afterEach(async () => {
        await rm(inShop('elsewhere'), { recursive: true, force: true });
        delete process.env[variable];
    });

    it('userName is the name under which files are held', async () => {
        await set(api, 'userName', ' Zoë Smith ', vscode.ConfigurationTarget.Global);
        await acceptAll(
            [asksForJob('4801247.vnc'), asksForMessage('4801247.vnc')],
            'cncCheckout.checkOut',
            uriOf('4801247.vnc'),
        );
        assert.deepEqual(await readHolders(), { '4801247.vnc': 'Zoë Smith' });
        assert.equal((await row(api, '4801247.vnc')).item.contextValue, 'file present heldByMe');
        assert.equal(api.statusBarItem.text, '$(edit) 1 checked out');
        await resetSettings(api);
        assert.equal((await row(api, '4801247.vnc')).item.contextValue, 'file present heldByOthers');
        assert.equal(api.statusBarItem.text, '$(edit) 0');
    });

    it('repository is a folder, with variables filled in', async () => {
        await mkdir(inShop('elsewhere/parts'), { recursive: true });
        await writeFile(inShop('elsewhere/parts/7.vnc'), '%\n');
        process.env[variable] = 'elsewhere';
        for (const value of [
            'elsewhere/parts',
            '${workspaceFolder}/elsewhere/parts',
            `\${workspaceFolder}/\${env:${variable}}/parts`,
            inShop('elsewhere', 'parts'),
        ]) {
            await set(api, 'repository', value);
            assert.equal(repositoryOf(api).repository.options.root, inShop('elsewhere', 'parts'), value);
            assert.deepEqual(await labels(api), ['7.vnc'], value);
        }
        // Where everyone finds it who opens that folder.
        assert.equal(repositoryOf(api).locksFile, inShop('elsewhere', 'parts', 'locks.json'));
        await resetSettings(api);
        assert.equal(repositoryOf(api).repository.options.root, inShop('repo'));
    });

    it('repository, if its folder does not exist, waits for the share and never falls back to another folder', async () => {
        await set(api, 'repository', 'elsewhere');
        assert.deepEqual([api.repositories.state, api.repositories.all.length], ['unreachable', 0]);
        assert.equal(api.statusBarItem.text, '$(debug-disconnect) Share unreachable');
        assert.deepEqual(await labels(api), []);
        await vscode.commands.executeCommand('cncCheckout.checkOut', uriOf('4801247.vnc'));
        assertSaid(/4801247\.vnc is not inside a repository/);
        assert.equal(await readLocksText(), '');
        await mkdir(inShop('elsewhere'));
        await vscode.commands.executeCommand('cncCheckout.refresh');
        assert.equal(api.repositories.state, 'empty');
        assert.equal(api.statusBarItem.text, '$(edit) 0');
    });

    it('repository, if it is not set and there is no repo, is the workspace folder or none', async () => {
        await rename(inShop('repo'), inShop('elsewhere'));
        try {
            await set(api, 'mutexTimeout', 14);
            assert.equal(repositoryOf(api).repository.options.root, inShop());
            assert.ok((await labels(api)).includes('elsewhere'));
            await set(api, 'fileExtensions', ['.nobody-has-this']);
            assert.deepEqual([api.repositories.state, api.repositories.all.length], ['noRepository', 0]);
            assert.deepEqual(await labels(api), []);
        } finally {
            await rename(inShop('elsewhere'), inShop('repo'));
        }
    });

    it('locksFile names the locks file', async () => {
        await mkdir(inShop('elsewhere'));
        const file = inShop('elsewhere', 'who has what.json');
        await writeFile(file, JSON.stringify({ '4801247.vnc': lockOf('Alice', 'Hers') }));
        await set(api, 'locksFile', 'elsewhere/who has what.json');
        assert.equal((await row(api, '4801247.vnc')).item.description, 'Alice · 2 h ago · Hers');
        await acceptAll([asksForMessage('4801247.mcam')], 'cncCheckout.checkOut', uriOf('4801247.mcam'));
        const locks = JSON.parse(await readFile(file, 'utf8')) as object;
        assert.deepEqual(Object.keys(locks), ['4801247.vnc', '4801247.mcam']);
        assert.equal(await readLocksText(), '');
        await set(api, 'locksFile', undefined);
        assert.equal(repositoryOf(api).locksFile, file, 'It is found without the setting, too.');
    });

    it('fileExtensions selects files, ignoring case and with or without a dot', async () => {
        await set(api, 'fileExtensions', ['VNC', '.txt']);
        assert.deepEqual(await labels(api), ['job12', 'job13', '4801247.vnc', 'notes.txt']);
        assert.deepEqual(await labels(api, await row(api, 'job13', 'Größe 40')), ['op1.VNC']);
        await acceptAll([], 'cncCheckout.checkOut', uriOf('4801247.mcam'));
        assertSaid(/^4801247\.mcam cannot be checked out, because only files that end in \.vnc, \.txt can be\.$/);
        assert.equal(await readLocksText(), '');
        await acceptAll([asksForMessage('notes.txt')], 'cncCheckout.checkOut', uriOf('notes.txt'));
        assert.deepEqual(Object.keys(await readHolders()), ['notes.txt']);
    });

    it('requireMessage rejects an empty message', async () => {
        await set(api, 'requireMessage', true);
        const required = asksForMessage('4801247.vnc').replace('optional, ', '');
        const questions = [asksForJob('4801247.vnc'), required];
        await acceptInVain(questions, 3, 'cncCheckout.checkOut', uriOf('4801247.vnc'));
        assert.equal(await readLocksText(), '');
        await set(api, 'requireMessage', undefined);
        await acceptAll(
            [asksForJob('4801247.vnc'), asksForMessage('4801247.vnc')],
            'cncCheckout.checkOut',
            uriOf('4801247.vnc'),
        );
        assert.deepEqual(Object.keys(await readHolders()), ['4801247.vnc']);
    });

    it('of the wrong type is ignored', async () => {
        await set(api, 'repository', 5);
        await set(api, 'fileExtensions', '.txt');
        assert.equal(repositoryOf(api).repository.options.root, inShop('repo'));
        assert.deepEqual(await labels(api), ['job12', 'job13', '4801247.mcam', '4801247.vnc']);
    });

    it('that needs no other repository is in force before one is open again', async () => {
        const session = repositoryOf(api);
        for (const [key, value] of Object.entries({
            requireMessage: true,
            askForCheckInMessage: true,
            keepVersionsUpTo: 1,
            keepRevisionsOfParts: 'all',
            keepRevisionsOfPrograms: '10',
            editProtection: 'off',
            jobSets: 'never',
            warnAboutStalePrograms: false,
            warnAboutOutsideChanges: false,
        })) {
            const before = repositoryOf(api);
            const old = before.settings;
            await setWhileSlow(api, key, value, () => {
                assertSame(repositoryOf(api), before, 'repository');
                assert.deepEqual(before.settings, { ...old, ...readLiveSettings(before.folder) });
                assert.notDeepEqual(before.settings, old, key);
            });
        }
        assert.ok(repositoryOf(api) !== session);
    });

    it('that changes keeps the locks shown and open folders watched', async () => {
        await writeLocks(api, { '4801247.vnc': lockOf('Alice', 'Hers') });
        const before = repositoryOf(api);
        before.openFolders.add('job12');
        await set(api, 'mutexTimeout', 14);
        const after = repositoryOf(api);
        assert.ok(after !== before);
        assert.deepEqual([...after.openFolders], ['', 'job12']);
        after.openFolders.delete('job12');
        assert.equal((await row(api, '4801247.vnc')).item.description, 'Alice · 2 h ago · Hers');
    });

    it('that changes ends the polling under the old settings', async () => {
        const before = repositoryOf(api);
        await set(api, 'mutexTimeout', 14);
        const after = repositoryOf(api);
        const changes = record(api.repositories.onDidChange);
        // The old session would have seen the first check-out by the time the second is seen.
        for (const file of ['4801247.vnc', '4801247.mcam']) {
            await colleague('Bob').checkOut([file], '');
            const isSeen = (): boolean => after.file(file)?.state === 'heldByOthers';
            await waitFor(api.repositories.onDidChange, isSeen, `the check-out of ${file} was seen`);
        }
        changes.stop();
        assert.ok(changes.fired.some(({ session }) => session === after));
        assert.ok(!changes.fired.some(({ session }) => session === before));
        assert.equal(before.file('4801247.vnc')?.lock, undefined);
    });
});
