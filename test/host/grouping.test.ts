import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { assertSame } from './support/same';
import { acceptAll, asksForMessage, asksToRelease } from './support/quickInput';
import { set } from './support/settings';
import {
    api,
    labels,
    lockOf,
    me,
    onDisk,
    readHolders,
    repositoryOf,
    row,
    rows,
    useTidyShop,
    writeLocks,
} from './support/shop';

describe('The tree, grouped', () => {
    const group = (by: string): Thenable<unknown> => vscode.commands.executeCommand(`cncCheckout.groupBy${by}`);

    useTidyShop();

    it('by job, shows the files of a job as one row of their folder, and the others unchanged', async () => {
        await writeLocks(api, { '4801247.vnc': lockOf('Alice', 'Rev C') });
        await group('Job');
        assert.deepEqual(await labels(api), ['job12', 'job13', '4801247']);
        const job = await row(api, '4801247');
        assert.equal(job.item.description, '2 files · 1 checked out');
        assert.deepEqual(await labels(api, job), ['4801247.mcam', '4801247.vnc']);
        assert.equal((await row(api, '4801247', '4801247.vnc')).item.description, 'Alice · 2 h ago · Rev C');
        // op1 and op2 are no numbers of a job.
        assert.deepEqual(await labels(api, await row(api, 'job12')), ['fixture plate.mcam', 'op1.vnc', 'op2.vnc']);
        const file = await row(api, '4801247', '4801247.vnc');
        assertSame(api.tree.getParent(file.node), job.node, 'row');
        assertSame(api.tree.getParent(job.node), undefined, 'row');
    });

    it('by job, follows changes of the files', async () => {
        await group('Job');
        const before = await row(api, '4801247');
        await writeLocks(api, { '4801247.vnc': lockOf('Alice') });
        assert.equal(api.tree.getTreeItem(before.node).description, '2 files · 1 checked out');
        await writeFile(onDisk('4801247-op2.vnc'), '%\n');
        try {
            await repositoryOf(api).repository.refresh();
            const after = await row(api, '4801247');
            assertSame(after.node, before.node, 'row');
            assert.deepEqual(await labels(api, after), ['4801247-op2.vnc', '4801247.mcam', '4801247.vnc']);
        } finally {
            await rm(onDisk('4801247-op2.vnc'));
            await repositoryOf(api).repository.refresh();
        }
    });

    it('by job, follows the job pattern', async () => {
        await set(api, 'jobPattern', '^(op)');
        await group('Job');
        assert.deepEqual(await labels(api, await row(api, 'job12')), ['fixture plate.mcam', 'op']);
        assert.deepEqual(await labels(api, await row(api, 'job12', 'op')), ['op1.vnc', 'op2.vnc']);
    });

    it('by holder, lists who has what, the user first', async () => {
        await writeLocks(api, {
            'job12/op2.vnc': lockOf('BOB', 'Feeds'),
            '4801247.vnc': lockOf('Alice'),
            '4801247.mcam': lockOf(me()),
            'job12/op1.vnc': lockOf('Bob'),
        });
        await group('Holder');
        assert.deepEqual(await labels(api), [me(), 'Alice', 'Bob']);
        const described = (await rows(api)).map(({ item }) => item.description);
        assert.deepEqual(described, ['you · 1 file', '1 file', '2 files']);
        const bobs = await row(api, 'Bob');
        assert.deepEqual(await labels(api, bobs), ['op1.vnc', 'op2.vnc']);
        const file = await row(api, 'Bob', 'op2.vnc');
        assert.equal(file.item.description, '2 h ago · job12 · Feeds');
        assertSame(api.tree.getParent(file.node), bobs.node, 'row');
    });

    it('works with a filter', async () => {
        await writeLocks(api, {
            '4801247.mcam': lockOf(me()),
            '4801247.vnc': lockOf(me()),
            'job12/op1.vnc': lockOf(me()),
            'job12/op2.vnc': lockOf('Bob'),
        });
        await vscode.commands.executeCommand('cncCheckout.filterMine');
        await group('Holder');
        assert.deepEqual(await labels(api), [me()]);
        await group('Job');
        assert.deepEqual(await labels(api), ['4801247', 'op1.vnc']);
        await vscode.commands.executeCommand('cncCheckout.filterCheckedOut');
        assert.deepEqual(await labels(api), ['4801247', 'op1.vnc', 'op2.vnc']);
    });

    it('checks a whole job out and in by its row', async () => {
        await group('Job');
        const { node, item } = await row(api, '4801247');
        assert.equal(item.contextValue, 'group job available');
        await acceptAll([asksForMessage('2 files')], 'cncCheckout.checkOut', node, [node]);
        assert.deepEqual(await readHolders(), { '4801247.mcam': me(), '4801247.vnc': me() });
        assert.equal(api.tree.getTreeItem(node).contextValue, 'group job heldByMe');
        const nodes = [node, (await row(api, '4801247', '4801247.vnc')).node];
        await acceptAll([asksToRelease('2 files')], 'cncCheckout.checkIn', node, nodes);
        assert.deepEqual(await readHolders(), {});
    });

    it('by job, shows a very large folder as ranges', async () => {
        await mkdir(onDisk('huge'));
        const numbers = Array.from({ length: 5100 }, (_, index) => 4_900_000 + index);
        const files = numbers.flatMap((number) => [`${number}.mcam`, `${number}.vnc`]);
        await Promise.all(files.map((name) => writeFile(onDisk(`huge/${name}`), '')));
        try {
            await vscode.commands.executeCommand('cncCheckout.refresh');
            await group('Job');
            const ranges = await rows(api, await row(api, 'huge'));
            assert.equal(ranges[0]?.item.label, '4900000.mcam … 4900999.mcam');
            assert.equal(ranges[0].item.description, '1000 jobs and files');
            const jobs = await rows(api, ranges[0]);
            assert.equal(jobs.length, 1000);
            assert.equal(jobs[7]?.item.label, '4900007');
            assert.deepEqual(await labels(api, jobs[7]), ['4900007.mcam', '4900007.vnc']);
            assertSame(api.tree.getParent(jobs[7].node), ranges[0].node, 'row');
        } finally {
            await rm(onDisk('huge'), { recursive: true });
            await repositoryOf(api).repository.refresh();
        }
    });
});
