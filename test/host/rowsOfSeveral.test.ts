import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { answerDialogs } from './support/dialogs';
import { acceptAll, acceptInVain, asksForMessage, choose } from './support/quickInput';
import { assertSaid, takeButtons, takeMessages, takeQuestions } from './support/screen';
import { waitFor } from './support/events';
import {
    api,
    onDisk,
    lockOf,
    me,
    readHolders,
    repositoryOf,
    row,
    uriOf,
    useTidyShop,
    writeLocks,
    type Row,
} from './support/shop';

const execute = vscode.commands.executeCommand;

describe('A row that stands for several files', () => {
    useTidyShop({ jobSets: 'never' });

    /** The row of somebody in the view of what is checked out. */
    async function holder(name: string): Promise<Row> {
        for (const node of await api.checkedOutTree.getChildren()) {
            const item = api.checkedOutTree.getTreeItem(node);
            if (item.label === name) return { node, item };
        }
        return assert.fail(`${name} has no row.`);
    }

    it('of a folder says how many files are below it, and how many are checked out', async () => {
        const described = async (name: string): Promise<unknown> => (await row(api, name)).item.description;
        assert.deepEqual([await described('job12'), await described('job13')], ['3 files', '1 file']);
        await writeLocks(api, {
            'job12/op1.vnc': lockOf('Alice'),
            'job12/op2.vnc': lockOf(me()),
            'job13/Größe 40/op1.VNC': lockOf('Alice'),
        });
        assert.deepEqual(
            [await described('job12'), await described('job13')],
            ['3 files · 2 checked out', '1 file · 1 checked out'],
        );
        // No number is better than a wrong one.
        await writeLocks(api, '{"job12/op1.vnc": {');
        assert.equal(await described('job12'), '3 files');
    });

    it('of a folder checks out everything below it', async () => {
        const { node, item } = await row(api, 'job12');
        assert.equal(item.contextValue, 'folder available');
        await acceptAll([asksForMessage('3 files')], 'cncCheckout.checkOut', node, [node]);
        assert.deepEqual(await readHolders(), {
            'job12/fixture plate.mcam': me(),
            'job12/op1.vnc': me(),
            'job12/op2.vnc': me(),
        });
        assert.equal((await row(api, 'job12')).item.contextValue, 'folder heldByMe');
    });

    it('of a folder checks out what is available, and says what somebody else has', async () => {
        await writeLocks(api, { 'job12/op1.vnc': lockOf('Alice', 'Feeds'), 'job12/op2.vnc': lockOf(me()) });
        const { node } = await row(api, 'job12');
        takeMessages();
        await execute('cncCheckout.checkOutAtOnce', node, [node]);
        assertSaid(/^job12\/op1\.vnc .*by Alice.*“Feeds”/);
        assert.deepEqual(await readHolders(), {
            'job12/op1.vnc': 'Alice',
            'job12/op2.vnc': me(),
            'job12/fixture plate.mcam': me(),
        });
    });

    it('of a folder checks in what is mine, and leaves what is a colleague’s', async () => {
        await writeLocks(api, { 'job12/op1.vnc': lockOf('Alice'), 'job12/op2.vnc': lockOf(me()) });
        const { node } = await row(api, 'job12');
        await execute('cncCheckout.checkIn', node, [node]);
        assert.deepEqual(await readHolders(), { 'job12/op1.vnc': 'Alice' });
    });

    it('of a holder takes over everything that they have, with one question and one reason', async () => {
        await writeLocks(api, {
            'job12/op1.vnc': lockOf('Alice', 'Feeds'),
            '4801247.vnc': lockOf('Alice'),
            'job12/op2.vnc': lockOf('Bob'),
        });
        const { node, item } = await holder('Alice');
        assert.match(item.contextValue ?? '', /\bheldByOthers\b/);
        const answered = answerDialogs('Take Over');
        takeMessages();
        await choose([{ types: 'Alice is on holiday' }], 'cncCheckout.takeOver', node, [node]);
        answered();
        assert.equal(takeQuestions().length, 1);
        assert.match(takeMessages()[0]!, /^Take over 2 files from Alice\?\n.*“Feeds”/s);
        assert.deepEqual(await readHolders(), { 'job12/op1.vnc': me(), '4801247.vnc': me(), 'job12/op2.vnc': 'Bob' });
        for (const path of ['job12/op1.vnc', '4801247.vnc']) {
            assert.equal(repositoryOf(api).file(path)?.lock?.message, 'Alice is on holiday');
        }
    });

    it('of a holder takes over nothing without a reason', async () => {
        await writeLocks(api, { 'job12/op1.vnc': lockOf('Alice') });
        const { node } = await holder('Alice');
        const answered = answerDialogs('Take Over');
        const question =
            'Take Over op1.vnc: Why do you take over, and what are you going to change? (visible to everyone, kept in the history)';
        await acceptInVain([question], 3, 'cncCheckout.takeOver', node, [node]);
        answered();
        assert.deepEqual(await readHolders(), { 'job12/op1.vnc': 'Alice' });
    });

    it('may be selected with others: each command takes what it applies to and names the rest', async () => {
        await writeLocks(api, { '4801247.vnc': lockOf('Alice', 'Rev C'), '4801247.mcam': lockOf(me()) });
        const nodes = [
            (await row(api, 'job12')).node,
            (await row(api, '4801247.vnc')).node,
            (await row(api, 'job12', 'op1.vnc')).node,
        ];
        takeMessages();
        await acceptAll([asksForMessage('4 files')], 'cncCheckout.checkOut', nodes[0], nodes);
        assertSaid(/^4801247\.vnc .*by Alice.*“Rev C”/);
        const mine = Object.entries(await readHolders()).filter(([, user]) => user === me());
        assert.deepEqual(mine.map(([path]) => path).sort(), [
            '4801247.mcam',
            'job12/fixture plate.mcam',
            'job12/op1.vnc',
            'job12/op2.vnc',
        ]);
    });

    it('may be selected with others to take over: what nobody else has is named and left', async () => {
        await writeLocks(api, { '4801247.vnc': lockOf('Alice'), 'job12/op1.vnc': lockOf('Bob') });
        const nodes = [
            (await row(api, 'job12')).node,
            (await row(api, '4801247.vnc')).node,
            (await row(api, '4801247.mcam')).node,
        ];
        const answered = answerDialogs('Take Over');
        takeMessages();
        await choose([{ types: 'Rush order' }], 'cncCheckout.takeOver', nodes[0], nodes);
        answered();
        const said = takeMessages();
        assert.ok(said.includes('4801247.mcam is not checked out.'), said.join('\n'));
        assert.ok(said.some((text) => /^Take over 2 files from (?:Alice and Bob|Bob and Alice)\?/.test(text)));
        assert.deepEqual(await readHolders(), { '4801247.vnc': me(), 'job12/op1.vnc': me() });
    });
});

describe('A refusal', () => {
    const file = '4801247.vnc';
    useTidyShop();

    it('offers what helps, and what does no harm first: reading the file', async () => {
        await writeLocks(api, { [file]: lockOf('Alice', 'Rev C') });
        const before = await readHolders();
        takeButtons();
        await execute('cncCheckout.checkOut', uriOf(file));
        assertSaid(/^4801247\.vnc .*by Alice.*“Rev C”/);
        assert.deepEqual(takeButtons(), ['Open Read-Only', 'Copy Lock Details', 'Take Over…']);
        const opened = waitFor(
            vscode.window.onDidChangeActiveTextEditor,
            (editor) => (editor ?? vscode.window.activeTextEditor)?.document.uri.fsPath === onDisk(file),
            `${file} was open`,
        );
        await execute('notification.acceptPrimaryAction');
        await opened;
        assert.deepEqual(await readHolders(), before);
    });
});
