import assert from 'node:assert/strict';
import { mkdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { guardedFile } from '../../src/model/protection';
import type { TreeNode } from '../../src/views/treeNodes';
import { record, repeatUntil, waitFor } from './support/events';
import { assertSame } from './support/same';
import { assertSaid } from './support/screen';
import {
    api,
    colleague,
    commandLine,
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

/** The ids of the rows that were redrawn, for each time; `undefined` for all rows. */
function drawn(fired: readonly (readonly TreeNode[] | undefined)[]): unknown[] {
    return fired.map((nodes) => nodes?.map((node) => api.tree.getTreeItem(node).id));
}

describe('The tree', () => {
    useTidyShop();

    it('shows folders first, then CAM files only', async () => {
        assert.deepEqual(await labels(api), ['job12', 'job13', '4801247.mcam', '4801247.vnc']);
    });

    it('sorts numbers as numbers and without regard to case', async () => {
        await mkdir(onDisk('sorting/Z last'), { recursive: true });
        await mkdir(onDisk('sorting/a first'));
        for (const name of ['op10.vnc', 'op2.vnc', 'Op1.VNC', 'op1a.mcam'])
            await writeFile(onDisk(`sorting/${name}`), '');
        try {
            await vscode.commands.executeCommand('cncCheckout.refresh');
            const shown = await labels(api, await row(api, 'sorting'));
            assert.deepEqual(shown, ['a first', 'Z last', 'Op1.VNC', 'op1a.mcam', 'op2.vnc', 'op10.vnc']);
        } finally {
            await rm(onDisk('sorting'), { recursive: true });
        }
    });

    it('shows nested folders, also with a name outside ASCII', async () => {
        assert.deepEqual(await labels(api, await row(api, 'job13')), ['Größe 40']);
        const file = await row(api, 'job13', 'Größe 40', 'op1.VNC');
        assert.equal(file.item.resourceUri?.fsPath, onDisk('job13/Größe 40/op1.VNC'));
        assert.equal(file.item.collapsibleState, vscode.TreeItemCollapsibleState.None);
        const parent = api.tree.getParent(file.node);
        assertSame(parent, (await row(api, 'job13', 'Größe 40')).node, 'row');
        assertSame(api.tree.getParent((await row(api, 'job13')).node), undefined, 'row');
    });

    it('shows who has a held file, for how long, and why', async () => {
        await writeLocks(api, { '4801247.vnc': lockOf('Alice', 'Working on revisions') });
        assert.equal((await row(api, '4801247.vnc')).item.description, 'Alice · 2 h ago · Working on revisions');
        assert.equal((await row(api, '4801247.mcam')).item.description, '');
    });

    it('tells the states apart by icon, colour and context', async () => {
        await writeLocks(api, {
            '4801247.vnc': lockOf('Alice'),
            '4801247.mcam': lockOf(me().toUpperCase()),
            'gone.vnc': lockOf('Bob'),
            'gone too.vnc': lockOf(me()),
        });
        const look = async (label: string): Promise<unknown[]> => {
            const { item } = await row(api, label);
            assert.ok(item.iconPath instanceof vscode.ThemeIcon);
            // The id of a colour is there, but the types of VS Code do not say so.
            const color: { readonly id?: string } | undefined = item.iconPath.color;
            return [item.contextValue, item.iconPath.id, color?.id];
        };
        const theirs = 'cncCheckout.heldByOthersForeground';
        const missing = 'cncCheckout.missingForeground';
        assert.deepEqual(await look('4801247.vnc'), ['file present heldByOthers', 'lock', theirs]);
        const mine = 'cncCheckout.heldByMeForeground';
        assert.deepEqual(await look('4801247.mcam'), ['file present heldByMe', 'edit', mine]);
        assert.deepEqual(await look('gone.vnc'), ['file missing heldByOthers', 'circle-slash', missing]);
        assert.deepEqual(await look('gone too.vnc'), ['file missing heldByMe', 'circle-slash', missing]);
        const { item } = await row(api, 'job12', 'op1.vnc');
        assert.equal(item.contextValue, 'file present available');
        assert.equal(item.iconPath instanceof vscode.ThemeIcon && item.iconPath.id, 'file');
    });

    it('shows a lock of a missing file in its folder, where it cannot be opened', async () => {
        await writeLocks(api, { 'job12/gone.vnc': lockOf('Bob', 'Old'), 'job99/gone.vnc': lockOf('Bob') });
        const inFolder = await row(api, 'job12', 'gone.vnc');
        assert.equal(inFolder.item.description, 'missing · Bob · 2 h ago · Old');
        assert.equal(inFolder.item.command, undefined);
        assert.equal((await row(api, 'job12', 'op1.vnc')).item.command?.command, 'cncCheckout.openFile');
        // Its folder is gone as well, so that the nearest one that is there has to show it.
        assert.ok((await labels(api)).includes('gone.vnc'));
    });

    it('shows what other people typed as text', async () => {
        const hostile = '[x](command:workbench.action.quit) <b>**bold**</b>\u0007\u202e\r\nsecond\u001b[31mline';
        await writeLocks(api, { '4801247.vnc': { ...lockOf('Ali\u0000ce', hostile), host: 'PC\n1' } });
        const { node, item } = await row(api, '4801247.vnc');
        const tooltip = (await api.tree.resolveTreeItem(item, node)).tooltip;
        assert.ok(typeof tooltip === 'string', 'A Markdown tooltip would turn the message into a link.');
        assert.ok(
            tooltip.includes(
                'Message: [x](command:workbench.action.quit) <b>**bold**</b>‹U+0007›‹U+202E›\nsecond‹U+001B›[31mline',
            ),
        );
        assert.ok(tooltip.includes('Checked out by Ali‹U+0000›ce, 2 h ago\n'));
        assert.ok(tooltip.includes('Computer: PC 1\n'));
        const shown = [tooltip.replaceAll('\n', ''), item.description, item.accessibilityInformation?.label].join('');
        assert.doesNotMatch(shown, /[\p{Cc}\u202e]/u);
    });

    it('adds size and last change to a tooltip on demand', async () => {
        const { node, item } = await row(api, '4801247.mcam');
        assert.equal(item.tooltip, undefined);
        const { tooltip } = await api.tree.resolveTreeItem(item, node);
        assert.ok(typeof tooltip === 'string');
        // Check-ins of other tests may have kept it.
        assert.match(tooltip, /^4801247\.mcam\nAvailable\n(?:Revision: \d+\n)?Size: 8 bytes\nLast change: /);
    });

    it('filters by checked out and by mine, as a flat list', async () => {
        await writeLocks(api, { 'job12/op2.vnc': lockOf('Alice', 'Hers'), 'job12/op1.vnc': lockOf(me(), 'Mine') });
        const { fired, stop } = record(api.tree.onDidChangeTreeData);
        await vscode.commands.executeCommand('cncCheckout.filterCheckedOut');
        assert.deepEqual(await labels(api), ['op1.vnc', 'op2.vnc']);
        assert.equal((await row(api, 'op2.vnc')).item.description, 'Alice · 2 h ago · Hers · job12');
        await vscode.commands.executeCommand('cncCheckout.filterMine');
        assert.deepEqual(await labels(api), ['op1.vnc']);
        await vscode.commands.executeCommand('cncCheckout.filterAll');
        assert.deepEqual((await labels(api)).slice(0, 2), ['job12', 'job13']);
        stop();
        assert.deepEqual(drawn(fired), [undefined, undefined, undefined]);
    });

    it("shows a colleague's check-out without a refresh, and redraws only that row and its folder's", async () => {
        const folder = await row(api, 'job12');
        const file = await row(api, 'job12', 'op1.vnc');
        const { node } = file;
        await row(api, 'job12', 'op2.vnc');
        const { fired, stop } = record(api.tree.onDidChangeTreeData);
        await commandLine('check-out', 'job12/op1.vnc', '--user', 'Bob', '--message', 'Deburr');
        const shown = (): boolean => api.tree.getTreeItem(node).description === 'Bob · just now · Deburr';
        await waitFor(api.tree.onDidChangeTreeData, shown, "Bob's check-out was shown");
        await commandLine('check-in', 'job12/op1.vnc', '--user', 'Bob');
        const free = (): boolean => api.tree.getTreeItem(node).description === '';
        await waitFor(api.tree.onDidChangeTreeData, free, "Bob's check-in was shown");
        await repositoryOf(api).repository.refresh();
        stop();
        const both = [folder.item.id, file.item.id];
        assert.deepEqual(drawn(fired), [both, both]);
    });

    it('shows new and removed programs in a folder on its own', async () => {
        const has = async (): Promise<boolean> => (await labels(api)).includes('new.vnc');
        assert.equal(await has(), false);
        const session = repositoryOf(api);
        const known = (): boolean => session.file('new.vnc') !== undefined;
        await writeFile(onDisk('new.vnc'), '');
        await waitFor(api.tree.onDidChangeTreeData, known, 'the new file was shown');
        assert.equal(await has(), true);
        await rm(onDisk('new.vnc'));
        await waitFor(api.tree.onDidChangeTreeData, () => !known(), 'the file was gone');
        assert.equal(await has(), false);
    });

    it('watches a folder that is expanded', async () => {
        const { openFolders, repository } = repositoryOf(api);
        // The rows arrive some time after the focus; no event says when VS Code has drawn them, or has closed an editor
        // of a test before and given the focus to somebody else.
        const inTree = async (command: string): Promise<void> => {
            await vscode.commands.executeCommand('cncCheckout.files.focus');
            await vscode.commands.executeCommand('list.focusFirst');
            await vscode.commands.executeCommand(command);
        };
        const isOpen = (): boolean => openFolders.has('job12');
        await repeatUntil(
            isOpen,
            () => inTree('list.expand'),
            () => 'job12 was expanded',
        );
        await writeFile(onDisk('job12/added.vnc'), '');
        try {
            const known = (): boolean => repository.snapshot.file('job12/added.vnc') !== undefined;
            // Not of the tree: rows that are just being asked for need not be drawn again.
            await waitFor(api.repositories.onDidChange, known, 'the new file was seen');
        } finally {
            await rm(onDisk('job12/added.vnc'));
        }
        await repeatUntil(
            () => !isOpen(),
            () => inTree('list.collapse'),
            () => 'job12 was collapsed',
        );
    });

    it('fires nothing when nothing changed', async () => {
        await colleague('Bob').checkOut(['4801247.vnc'], 'Deburr');
        const { repository } = repositoryOf(api);
        await repository.refresh();
        await rows(api);
        const tree = record(api.tree.onDidChangeTreeData);
        const repositories = record(api.repositories.onDidChange);
        const future = new Date(Date.now() + 5000);
        // Another stamp, another inode, the same locks.
        await writeFile(inShop('copy'), await readLocksText());
        await utimes(inShop('copy'), future, future);
        await rename(inShop('copy'), inShop('locks.json'));
        await repository.poll();
        await repository.refresh();
        await repository.lookEverywhere();
        tree.stop();
        repositories.stop();
        assert.deepEqual([drawn(tree.fired), repositories.fired.length], [[], 0]);
    });

    it('does not redraw rows for a change in a closed folder', async () => {
        const { repository } = repositoryOf(api);
        await mkdir(onDisk('closed'));
        await repository.refresh();
        await rows(api);
        await writeFile(onDisk('closed/op1.vnc'), '');
        const tree = record(api.tree.onDidChangeTreeData);
        await repository.lookEverywhere();
        tree.stop();
        try {
            assert.equal(repository.snapshot.file('closed/op1.vnc')?.state, 'available');
            assert.deepEqual(drawn(tree.fired), []);
        } finally {
            await rm(onDisk('closed'), { recursive: true });
            await repository.refresh();
        }
    });

    it('returns 3,000 rows for 3,000 files, each immediately', async () => {
        await mkdir(onDisk('many'));
        const names = Array.from({ length: 3000 }, (_, index) => `part ${index + 1}.vnc`);
        await Promise.all(names.map((name) => writeFile(onDisk(`many/${name}`), '')));
        try {
            await vscode.commands.executeCommand('cncCheckout.refresh');
            const nodes = await api.tree.getChildren((await row(api, 'many')).node);
            // A promise has no label: VS Code would wait for it, row by row.
            const items = nodes.map((node) => api.tree.getTreeItem(node));
            assert.deepEqual(
                items.map(({ label }) => label),
                names,
            );
        } finally {
            await rm(onDisk('many'), { recursive: true });
        }
    });

    it('shows a very large folder as ranges that count the checked-out files', async () => {
        await mkdir(onDisk('huge'));
        const names = Array.from({ length: 5200 }, (_, index) => `part ${index + 1}.vnc`);
        await Promise.all(names.map((name) => writeFile(onDisk(`huge/${name}`), '')));
        try {
            await vscode.commands.executeCommand('cncCheckout.refresh');
            const folder = await row(api, 'huge');
            const ranges = await rows(api, folder);
            assert.deepEqual(
                [ranges[0]?.item.label, ranges[0]?.item.description, ranges.at(-1)?.item.description],
                ['part 1.vnc … part 1000.vnc', '1000 files', '200 files'],
            );
            const files = (await Promise.all(ranges.map((range) => rows(api, range)))).flat();
            assert.deepEqual(
                files.map(({ item }) => item.label),
                names,
            );
            const { node } = files[1200]!;
            assertSame(api.tree.getParent(node), ranges[1]!.node, 'row');
            assertSame(api.tree.getParent(ranges[1]!.node), folder.node, 'row');
            const { fired, stop } = record(api.tree.onDidChangeTreeData);
            await writeLocks(api, { 'huge/part 1201.vnc': lockOf('Alice') });
            stop();
            assert.deepEqual(drawn(fired), [[folder, files[1200]!, ranges[1]!].map(({ item }) => item.id)]);
            assert.equal((await rows(api, folder))[1]?.item.description, '1000 files · 1 checked out');
        } finally {
            await rm(onDisk('huge'), { recursive: true });
        }
    });

    it('shows a file as held whose entry cannot be read as a lock, and says why and what to do', async () => {
        await writeLocks(api, '{".\\\\4801247.vnc": {"user": null}}');
        const { node, item } = await row(api, '4801247.vnc');
        assert.equal(item.description, 'holder cannot be read');
        assert.equal(item.contextValue, 'file present heldByOthers');
        assert.equal(guardedFile(api.repositories, uriOf('4801247.vnc'))?.holder, 'others');
        const { tooltip } = await api.tree.resolveTreeItem(item, node);
        const why =
            /its entry “\.\\4801247\.vnc” in the locks file names no holder\. Repair or remove that entry first\./;
        assert.ok(typeof tooltip === 'string');
        assert.match(tooltip, why);
        await vscode.commands.executeCommand('cncCheckout.checkOut', node);
        assertSaid(why);
        await vscode.commands.executeCommand('cncCheckout.takeOver', node);
        assertSaid(why);
        await vscode.commands.executeCommand('cncCheckout.filterCheckedOut');
        await vscode.commands.executeCommand('cncCheckout.groupByHolder');
        assert.deepEqual(await labels(api), ['Holder cannot be read']);
    });

    it('says at its top which entries of the locks file name no file, and which do not count', async () => {
        await writeLocks(
            api,
            '{"C:\\\\a.vnc": {"user": "Alice"}, "4801247.vnc": {"user": "Bob"}, "4801247.VNC": {"user": "Eve"}}',
        );
        const [strange = '', idle = '', ...others] = await labels(api);
        assert.match(strange, /^The locks file has an entry that names no file .*: “C:\\a\.vnc” \(Alice\)/);
        assert.match(idle, /^The locks file has an entry that does not count, .*: “4801247\.VNC” \(Eve\)/);
        assert.equal(others.length, 4);
        await writeLocks(api, {});
        assert.equal((await rows(api)).length, 4);
    });

    it('shows a notice in a folder that can no longer be read', async () => {
        await mkdir(onDisk('short-lived'));
        await vscode.commands.executeCommand('cncCheckout.refresh');
        const folder = await row(api, 'short-lived');
        await rm(onDisk('short-lived'), { recursive: true });
        // Not waited for: a click into a folder may come before the news that it is gone.
        await repositoryOf(api).repository.look('short-lived');
        const [notice, ...others] = await rows(api, folder);
        assert.equal(others.length, 0);
        assert.equal(notice?.item.label, 'The folder short-lived is gone.');
        assert.equal(notice?.item.contextValue, 'notice');
    });
});
