import assert from 'node:assert/strict';
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import * as vscode from 'vscode';
import { commandsToTerminals, keysThatLeadAway, keysThatTrouble } from '../unit/support/attacks';
import { waitFor } from './support/events';
import { acceptAll, asksForJob, asksForMessage, asksToRelease } from './support/quickInput';
import { assertSaid, takeQuestions } from './support/screen';
import { skipUnless } from '../support/skips';
import {
    api,
    inShop,
    labels,
    lockOf,
    me,
    onDisk,
    readLocksText,
    repositoryOf,
    row,
    rows,
    uriOf,
    useTidyShop,
    writeLocks,
} from './support/shop';

/** Anything that is not just shown. */
const command = /[^\P{Cc}\n]|\p{Bidi_Control}/u;

describe('A hostile locks file', () => {
    const openTabs = (): number => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).length;

    /** A locks file with these keys, `__proto__` too. */
    const held = (keys: readonly string[], lock: object): string =>
        `{${keys.map((key) => `${JSON.stringify(key)}: ${JSON.stringify(lock)}`).join(', ')}}`;

    useTidyShop();

    it('shows no key that leads outside, and only rows inside the repository', async () => {
        const keys = [...keysThatLeadAway, ...keysThatTrouble];
        await writeLocks(api, held(keys, lockOf(me(), commandsToTerminals)));
        await vscode.commands.executeCommand('cncCheckout.filterCheckedOut');
        const shown = await rows(api);
        assert.equal(shown.length, keysThatTrouble.length);
        for (const { node, item } of shown) {
            const tooltip = (await api.tree.resolveTreeItem(item, node)).tooltip;
            const texts = [item.label, item.description, tooltip, item.accessibilityInformation?.label];
            for (const text of texts) {
                assert.ok(typeof text === 'string');
                assert.doesNotMatch(text, command);
            }
            assert.doesNotMatch(relative(onDisk('.'), item.resourceUri?.fsPath ?? '..'), /^\.\.($|[\\/])/);
            // Nothing is there, so nothing opens it.
            assert.equal(item.command, undefined);
        }
        assert.equal(api.statusBarItem.text, `$(edit) ${keysThatTrouble.length} checked out`);
        assert.ok(typeof api.statusBarItem.tooltip === 'string');
        assert.doesNotMatch(api.statusBarItem.tooltip, command);
    });

    it('survives a check-out and a check-in unchanged, with keys that lead outside', async () => {
        const text = held([...keysThatLeadAway, ...keysThatTrouble], lockOf('Eve', commandsToTerminals));
        await writeLocks(api, text);
        await acceptAll(
            [asksForJob('4801247.vnc'), asksForMessage('4801247.vnc')],
            'cncCheckout.checkOut',
            uriOf('4801247.vnc'),
        );
        assert.equal(repositoryOf(api).file('4801247.vnc')?.state, 'heldByMe');
        await acceptAll([asksToRelease('4801247.vnc')], 'cncCheckout.checkIn', uriOf('4801247.vnc'));
        assert.equal(JSON.stringify(JSON.parse(await readLocksText())), JSON.stringify(JSON.parse(text)));
    });

    it('opens and copies nothing outside of the repository', async () => {
        await writeFile(inShop('outside.vnc'), 'secret');
        await writeLocks(api, held(['../outside.vnc', 'gone.vnc', 'notes.txt'], lockOf(me())));
        await vscode.env.clipboard.writeText('before');
        await vscode.commands.executeCommand('cncCheckout.copyLockDetails', '../outside.vnc');
        assert.equal(await vscode.env.clipboard.readText(), 'before');
        const session = repositoryOf(api);
        for (const path of ['../outside.vnc', 'gone.vnc', 'notes.txt', inShop('outside.vnc')]) {
            await vscode.commands.executeCommand('cncCheckout.openFile', { session, path });
            if (session.file(path) !== undefined)
                assertSaid(`${path} is no longer a file of the repository, so it was not opened.`);
        }
        assert.deepEqual(takeQuestions(), []);
        assert.equal(openTabs(), 0);
        for (const name of ['checkOut', 'checkIn', 'copyLockDetails']) {
            await acceptAll([], `cncCheckout.${name}`, vscode.Uri.file(inShop('outside.vnc')));
            assertSaid(/outside\.vnc is not inside a repository/);
        }
        assert.equal(await vscode.env.clipboard.readText(), 'before');
        await rm(inShop('outside.vnc'));
    });

    it('opens no held file other than CAM files in a folder that was not listed yet', async () => {
        await mkdir(onDisk('tools'));
        await writeFile(onDisk('tools/setup.exe'), 'MZ\u0000');
        try {
            await writeLocks(api, { 'tools/setup.exe': lockOf(me()) });
            const session = repositoryOf(api);
            await vscode.commands.executeCommand('cncCheckout.openFile', { session, path: 'tools/setup.exe' });
            assertSaid('tools/setup.exe is no longer a file of the repository, so it was not opened.');
            assert.equal(openTabs(), 0);
        } finally {
            await rm(onDisk('tools'), { recursive: true });
        }
    });

    it('does not follow a link that replaced a folder or file', async function () {
        skipUnless(this, 'links');
        const { repository } = repositoryOf(api);
        const folder = await row(api, 'job12');
        const file = await row(api, 'job12', 'op1.vnc');
        await mkdir(inShop('elsewhere'));
        await writeFile(inShop('elsewhere/op1.vnc'), 'secret');
        await writeFile(inShop('elsewhere/other.vnc'), 'secret');
        await rename(onDisk('job12'), inShop('moved'));
        try {
            await symlink('../elsewhere', onDisk('job12'));
            await vscode.commands.executeCommand('cncCheckout.openFile', file.node);
            assertSaid('job12/op1.vnc is no longer a file of the repository, so it was not opened.');
            assert.equal(openTabs(), 0);
            await repository.look('job12');
            assert.deepEqual(await labels(api, folder), [
                'The folder job12 is a link now, and links are not followed.',
            ]);
            await acceptAll([asksForMessage('op1.vnc')], 'cncCheckout.checkOut', uriOf('job12/op1.vnc'));
            assertSaid(/^job12\/op1\.vnc is not in the repository/);
            assert.equal(await readLocksText(), '');
            await repository.refresh();
            assert.ok(!(await labels(api)).includes('job12'));
        } finally {
            await rm(onDisk('job12'));
            await rename(inShop('moved'), onDisk('job12'));
            await rm(inShop('elsewhere'), { recursive: true });
        }
        const isBack = (): boolean => repository.snapshot.file('job12/op1.vnc') !== undefined;
        await repository.lookEverywhere();
        await waitFor(api.repositories.onDidChange, isBack, 'the folder was back');
    });

    it('of 30,000 locks is shown and counted', async () => {
        const keys = Array.from({ length: 30_000 }, (_, index) => `job ${index % 500}/${index}.vnc`);
        await writeLocks(api, held(keys, lockOf(me(), 'Rev C')));
        assert.equal(api.statusBarItem.text, '$(edit) 30000 checked out');
        assert.ok(typeof api.statusBarItem.tooltip === 'string');
        assert.match(api.statusBarItem.tooltip, /\n… and 29985 more\nYou are /);
        await vscode.commands.executeCommand('cncCheckout.filterMine');
        const ranges = await api.tree.getChildren();
        const rows = await Promise.all(ranges.map((range) => api.tree.getChildren(range)));
        assert.equal(rows.flat().length, 30_000);
    });
});
