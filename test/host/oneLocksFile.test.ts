import assert from 'node:assert/strict';
import { readFile, rm, symlink } from 'node:fs/promises';
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { RepositorySession } from '../../src/model/repositorySession';
import { readSettings } from '../../src/model/settings';
import { settled } from './support/editors';
import { waitFor } from './support/events';
import { acceptAll, asksForMessage } from './support/quickInput';
import { assertSaid } from './support/screen';
import { resetSettings, set } from './support/settings';
import {
    api,
    colleague,
    inShop,
    labels,
    lockOf,
    me,
    onDisk,
    originalOf,
    readHolders,
    repositoryOf,
    uriOf,
    useTidyShop,
    writeLocks,
} from './support/shop';

const file = '4801247.vnc';
const unset = 'CNC_CHECKOUT_TEST_NOT_SET';

describe('A file that the Explorer reaches by another path than the repository', () => {
    const original = originalOf(file).toString();
    const link = (path = ''): string => inShop('by another path', path);
    const linked = (path: string): vscode.Uri => vscode.Uri.file(link(path));

    useTidyShop();
    before(() => symlink(inShop('repo'), trimmed(link()), 'junction'));
    after(() => rm(trimmed(link())));

    /** Opens a file by its other path, and waits until the extension knows it. */
    async function show(path: string): Promise<vscode.TextDocument> {
        const { document } = await vscode.window.showTextDocument(linked(path));
        const isKnown = (): boolean => api.repositories.find(document.uri)?.path === path;
        await waitFor(api.repositories.onDidChange, isKnown, `${path} was found behind the link`);
        return document;
    }

    it('is read-only until it is checked out, from there, under its one key', async () => {
        const document = await show('job12/op1.vnc');
        await settled(api, document.uri, true);
        await acceptAll([asksForMessage('op1.vnc')], 'cncCheckout.checkOut', linked('job12/op1.vnc'));
        await settled(api, document.uri, false);
        assert.deepEqual(await readHolders(), { 'job12/op1.vnc': me() });
    });

    it('has the badges and the menus of the file that it is', async () => {
        await show('job12/op1.vnc');
        assert.deepEqual(repositoryOf(api).diskPathsOf(file), [onDisk(file), link(file)]);
        assert.deepEqual(repositoryOf(api).diskPathsOf(''), [inShop('repo'), trimmed(link())]);
    });

    it('is not saved without a question while somebody else holds it', async () => {
        await writeLocks(api, { [file]: lockOf(me()) });
        const document = await show(file);
        await settled(api, document.uri, false);
        const change = new vscode.WorkspaceEdit();
        change.insert(document.uri, new vscode.Position(0, 0), '(X)\n');
        assert.ok(await vscode.workspace.applyEdit(change));
        await writeLocks(api, { [file]: lockOf('Bob') });
        assert.equal(await document.save(), false);
        assert.equal(await readFile(onDisk(file), 'utf8'), original);
        await writeLocks(api, { [file]: lockOf(me()) });
        assert.equal(await document.save(), true);
    });
});

function trimmed(folder: string): string {
    return folder.replace(/[\\/]$/, '');
}

describe('The repository of a folder', () => {
    useTidyShop();
    afterEach(() => rm(inShop('elsewhere'), { recursive: true, force: true }));

    for (const [what, folder] of [
        ['a job', onDisk('job12')],
        ['the repository itself', inShop('repo')],
    ] as const) {
        it(`that is ${what} is the one that the whole shop has`, async () => {
            await colleague('Bob').checkOut(['job12/op1.vnc'], 'His');
            const opened = { uri: vscode.Uri.file(folder), name: basename(folder), index: 0 };
            const log = vscode.window.createOutputChannel('Log of a test', { log: true });
            const { lockServers } = api.repositories;
            const nothing = (): void => undefined;
            const context = { log, warn: nothing, onMoved: nothing, lockServers };
            const session = await RepositorySession.open(opened, readSettings(opened), context);
            try {
                await session.repository.refresh();
                assert.equal(session.locksFile, inShop('locks.json'));
                assert.equal(session.file('job12/op1.vnc')?.lock?.user, 'Bob');
                assert.equal(session.pathOf(uriOf('job12/op1.vnc')), 'job12/op1.vnc');
                const [outcome] = await session.repository.checkOut(['job12/op1.vnc'], '');
                assert.equal(outcome?.refusal?.code, 'heldByOther');
            } finally {
                session.dispose();
                log.dispose();
            }
        });
    }

    it('is refused, in a sentence and until it is set right, when it is a part of what the locks file is for', async () => {
        await colleague('Bob').checkOut(['job12/op1.vnc'], 'His');
        await set(api, 'repository', 'repo/job12');
        assert.deepEqual([api.repositories.state, api.repositories.all.length], ['refused', 0]);
        assert.equal(api.statusBarItem.text, '$(warning) No check-outs here');
        assertSaid(/locks\.json records the files of .*repo, not of .*job12/);
        await vscode.commands.executeCommand('cncCheckout.checkOut', uriOf('job12/op1.vnc'));
        assert.deepEqual(await readHolders(), { 'job12/op1.vnc': 'Bob' });
        await resetSettings(api);
        assert.ok((await labels(api)).includes('job12'));
    });

    for (const key of ['repository', 'locksFile']) {
        it(`is refused when ${key} uses a variable that is not set, which is no empty text`, async () => {
            for (const value of [`\${env:${unset}}`, `\${env:${unset}}/locks.json`]) {
                await set(api, key, value);
                assert.deepEqual([api.repositories.state, api.repositories.all.length], ['refused', 0], value);
                assert.match(api.repositories.refusal ?? '', new RegExp(`cncCheckout\\.${key} uses .* ${unset},`));
            }
        });
    }

    it('is polled at least every ten minutes, whatever number is set', async () => {
        for (const [key, written, milliseconds] of [
            ['pollInterval', 1e9, 600_000],
            ['pollInterval', -1, 200],
            ['mutexTimeout', 1e9, 600_000],
            ['mutexTimeout', 0, 1000],
        ] as const) {
            await set(api, key, written);
            assert.equal(repositoryOf(api).settings[key], milliseconds, `${key} ${written}`);
        }
        await set(api, 'keepVersionsUpTo', 1e300);
        assert.equal(repositoryOf(api).settings.keepVersionsUpTo, 1_000_000 * 2 ** 20);
    });
});
