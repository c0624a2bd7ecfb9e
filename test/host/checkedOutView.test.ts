import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { set } from './support/settings';
import { api, lockOf, me, uriOf, useTidyShop, writeLocks } from './support/shop';

const DAY = 24 * 60;

describe('The view of what is checked out', () => {
    useTidyShop();

    /** The rows, each with those below it. */
    async function shown(): Promise<[row: string, below: string[]][]> {
        const { checkedOutTree: tree } = api;
        const text = ({ label, description }: vscode.TreeItem): string => `${label as string}: ${description}`;
        const all: [string, string[]][] = [];
        for (const node of await tree.getChildren()) {
            const below = await tree.getChildren(node);
            all.push([text(tree.getTreeItem(node)), below.map((each) => text(tree.getTreeItem(each)))]);
        }
        return all;
    }

    async function icons(): Promise<Record<string, string>> {
        const { checkedOutTree: tree } = api;
        const nodes = (await Promise.all((await tree.getChildren()).map((node) => tree.getChildren(node)))).flat();
        return Object.fromEntries(
            nodes.map((node) => {
                const { label, iconPath } = tree.getTreeItem(node);
                return [label, iconPath instanceof vscode.ThemeIcon ? iconPath.id : ''];
            }),
        );
    }

    it('lists my files first, then everybody’s, each with age, folder and message', async () => {
        await writeLocks(api, {
            'job12/op2.vnc': lockOf('bob', 'Feeds'),
            '4801247.vnc': lockOf('Alice', 'Rev C', 5),
            'job13/Größe 40/op1.VNC': lockOf(me(), 'Deburr', 2 * DAY + 1),
            'job12/op1.vnc': lockOf('Bob'),
        });
        assert.deepEqual(await shown(), [
            [`${me()}: you · 1 file`, ['op1.VNC: 2 days ago · job13/Größe 40 · Deburr']],
            ['Alice: 1 file', ['4801247.vnc: 5 min ago · Rev C']],
            ['Bob: 2 files', ['op1.vnc: 2 h ago · job12', 'op2.vnc: 2 h ago · job12 · Feeds']],
        ]);
    });

    it('stays whole whatever filter and grouping the tree of all files has', async () => {
        await writeLocks(api, { '4801247.vnc': lockOf('Alice', '', 5) });
        await vscode.commands.executeCommand('cncCheckout.filterMine');
        await vscode.commands.executeCommand('cncCheckout.groupByJob');
        assert.deepEqual(await shown(), [['Alice: 1 file', ['4801247.vnc: 5 min ago']]]);
    });

    it('is empty once everything is checked in', async () => {
        await writeLocks(api, { '4801247.vnc': lockOf(me()) });
        assert.equal((await shown()).length, 1);
        await vscode.commands.executeCommand('cncCheckout.checkIn', uriOf('4801247.vnc'), [uriOf('4801247.vnc')]);
        await writeLocks(api, {});
        assert.deepEqual(await shown(), []);
    });

    it('says of nobody that they have something while the locks file is damaged', async () => {
        await writeLocks(api, { '4801247.vnc': lockOf('Alice') });
        await writeLocks(api, '{"4801247.vnc": {');
        const rows = JSON.stringify(await shown());
        assert.doesNotMatch(rows, /Alice/);
    });

    it('marks a check-out with a clock that is older than the setting says, mine too', async () => {
        await writeLocks(api, {
            '4801247.vnc': lockOf('Alice', '', 8 * DAY),
            '4801247.mcam': lockOf('Alice', '', 6 * DAY),
            'job12/op1.vnc': lockOf(me(), '', 8 * DAY),
            'job12/op2.vnc': lockOf(me(), '', 6 * DAY),
        });
        const usual = { '4801247.vnc': 'watch', '4801247.mcam': 'lock', 'op1.vnc': 'watch', 'op2.vnc': 'edit' };
        assert.deepEqual(await icons(), usual);
        await set(api, 'markCheckOutsOlderThan', 5);
        assert.deepEqual(new Set(Object.values(await icons())), new Set(['watch']));
        await set(api, 'markCheckOutsOlderThan', 0);
        assert.deepEqual(new Set(Object.values(await icons())), new Set(['lock', 'edit']));
    });
});
