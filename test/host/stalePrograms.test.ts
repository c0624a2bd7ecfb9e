import assert from 'node:assert/strict';
import { mkdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { waitFor } from './support/events';
import { setWhileSlow } from './support/settings';
import { api, lockOf, onDisk, repositoryOf, row, uriOf, useTidyShop, writeLocks } from './support/shop';

const DAY = 24 * 60 * 60_000;

describe('A program that is older than its part', () => {
    const problems = (path: string): string[] =>
        vscode.languages.getDiagnostics(uriOf(path)).map(({ message }) => message);
    /** Gives a file the time of so many milliseconds before the last change of another. */
    const postBefore = async (program: string, part: string, milliseconds: number): Promise<void> => {
        const time = new Date((await stat(onDisk(part))).mtimeMs - milliseconds);
        await utimes(onDisk(program), time, time);
    };
    const waitForProblems = (path: string, count: number): Promise<void> =>
        waitFor(
            vscode.languages.onDidChangeDiagnostics,
            () => problems(path).length === count,
            `${path} had ${count} problems`,
        );

    useTidyShop();
    // Only programs in view are checked.
    beforeEach(() => vscode.commands.executeCommand('cncCheckout.files.focus'));
    afterEach(async () => {
        await postBefore('4801247.vnc', '4801247.mcam', 0);
        await waitForProblems('4801247.vnc', 0);
    });

    it('is marked in the tree and in the Problems panel, until it is posted again', async () => {
        await postBefore('4801247.vnc', '4801247.mcam', 2 * DAY + 5000);
        await waitForProblems('4801247.vnc', 1);
        assert.deepEqual(problems('4801247.vnc'), [
            'Posted 2 days before 4801247.mcam was last changed. Post it again, or check that the change does not affect this program.',
        ]);
        const { node, item } = await row(api, '4801247.vnc');
        assert.equal(item.description, 'posted 2 days before 4801247.mcam was last changed');
        assert.ok(item.iconPath instanceof vscode.ThemeIcon && item.iconPath.id === 'warning');
        assert.equal(item.contextValue, 'file present available stale');
        const { tooltip } = await api.tree.resolveTreeItem(item, node);
        assert.match(
            typeof tooltip === 'string' ? tooltip : '',
            /\nStale: posted 2 days before 4801247\.mcam was last changed\n/,
        );
        await writeFile(onDisk('4801247.vnc'), '%\nO1247 (POSTED AGAIN)\n%\n');
        await waitForProblems('4801247.vnc', 0);
        assert.equal((await row(api, '4801247.vnc')).item.description, '');
    });

    it('still names the holder in the tree', async () => {
        await writeLocks(api, { '4801247.vnc': lockOf('Dave', 'New holder') });
        await postBefore('4801247.vnc', '4801247.mcam', 3 * 60_000 + 5000);
        await waitForProblems('4801247.vnc', 1);
        const { item } = await row(api, '4801247.vnc');
        assert.equal(
            item.description,
            'Dave · 2 h ago · New holder · posted 3 min before 4801247.mcam was last changed',
        );
        assert.ok(item.iconPath instanceof vscode.ThemeIcon && item.iconPath.id === 'lock');
    });

    it('is not reported where the setting turns the warning off', async () => {
        await postBefore('4801247.vnc', '4801247.mcam', DAY);
        await waitForProblems('4801247.vnc', 1);
        await setWhileSlow(api, 'warnAboutStalePrograms', false, async () => {
            await waitForProblems('4801247.vnc', 0);
            assert.equal((await row(api, '4801247.vnc')).item.description, '');
        });
        assert.equal((await row(api, '4801247.vnc')).item.description, '');
    });

    it('is checked in a closed folder only if one of its files is open', async () => {
        await mkdir(onDisk('4801300'));
        for (const name of ['4801300.mcam', '4801300-op1.vnc', '4801301.mcam', '4801301.vnc']) {
            await writeFile(onDisk(`4801300/${name}`), '');
        }
        try {
            await postBefore('4801300/4801300-op1.vnc', '4801300/4801300.mcam', DAY);
            await postBefore('4801300/4801301.vnc', '4801300/4801301.mcam', DAY);
            await repositoryOf(api).repository.lookEverywhere();
            await vscode.window.showTextDocument(uriOf('4801300/4801300-op1.vnc'));
            await waitForProblems('4801300/4801300-op1.vnc', 1);
            assert.deepEqual(problems('4801300/4801301.vnc'), []);
        } finally {
            await rm(onDisk('4801300'), { recursive: true });
            await vscode.commands.executeCommand('cncCheckout.refresh');
        }
        await waitForProblems('4801300/4801300-op1.vnc', 0);
    });
});
