import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { ENTER, answerDialogs, withAnswer } from './support/dialogs';
import { settled } from './support/editors';
import { repeatUntil } from './support/events';
import { nextMessage, takeMessages } from './support/screen';
import { api, lockOf, me, onDisk, originalOf, readHolders, uriOf, useTidyShop, writeLocks } from './support/shop';

const file = '4801247.vnc';
const other = 'job12/op1.vnc';

describe('The question at saving', () => {
    let folder: string;

    useTidyShop({ jobSets: 'never' });
    before(async () => {
        folder = await mkdtemp(join(tmpdir(), 'copies-'));
    });
    after(() => rm(folder, { recursive: true }));

    /** Files that I changed while I held them, and that somebody else has now, or nobody. */
    async function edited(paths: readonly string[], holder: string | undefined): Promise<vscode.TextDocument[]> {
        await writeLocks(api, Object.fromEntries(paths.map((path) => [path, lockOf(me())])));
        const documents: vscode.TextDocument[] = [];
        for (const path of paths) {
            const { document } = await vscode.window.showTextDocument(uriOf(path), { preview: false });
            await settled(api, document.uri, false);
            // VS Code may still have it in memory as another test left it.
            await repeatUntil(
                () => document.getText() === originalOf(path).toString(),
                () => vscode.commands.executeCommand('workbench.action.files.revert'),
                () => `${path} was read again`,
            );
            const change = new vscode.WorkspaceEdit();
            change.insert(document.uri, new vscode.Position(0, 0), '(Ø 12)\n');
            assert.ok(await vscode.workspace.applyEdit(change));
            documents.push(document);
        }
        const locks = holder === undefined ? [] : paths.map((path) => [path, lockOf(holder)]);
        await writeLocks(api, Object.fromEntries(locks));
        takeMessages();
        return documents;
    }

    const isUnchanged = async (path: string): Promise<void> =>
        assert.deepEqual(await readFile(onDisk(path)), originalOf(path), `${path} was written.`);

    it('offers to save a copy: the unsaved text goes there, the file stays as it was and the edits stay open', async () => {
        const [document] = await edited([file], 'Bob');
        const copy = join(folder, 'my edits.vnc');
        const answered = answerDialogs('Save a Copy…');
        const said = nextMessage(/^Saved a copy to/);
        await withAnswer('showSaveDialog', vscode.Uri.file(copy), async () => {
            assert.equal(await document!.save(), false);
            await said;
        });
        answered();
        assert.equal(await readFile(copy, 'utf8'), `(Ø 12)\n${originalOf(file).toString()}`);
        await isUnchanged(file);
        assert.deepEqual([document!.isDirty, await readHolders()], [true, { [file]: 'Bob' }]);
    });

    it('writes no copy into the repository, where it could be run, nor over the file itself', async () => {
        const [document] = await edited([file], 'Bob');
        for (const target of [file, 'job12/copy.vnc']) {
            const answered = answerDialogs('Save a Copy…');
            const said = nextMessage(/was not written: a file of the repository changes only when it is checked out/);
            await withAnswer('showSaveDialog', uriOf(target), async () => {
                assert.equal(await document!.save(), false);
                await said;
            });
            answered();
        }
        await isUnchanged(file);
        await assert.rejects(readFile(onDisk('job12/copy.vnc')), { code: 'ENOENT' });
        assert.equal(document!.isDirty, true);
    });

    it('does no harm by Enter where somebody else has the file', async () => {
        const [document] = await edited([file], 'Bob');
        const asked = nextMessage(/the last save overwrites the other person’s work/);
        const answered = answerDialogs(ENTER);
        const copies = await readdir(folder);
        await withAnswer('showSaveDialog', undefined, async (isAsked) => {
            assert.equal(await document!.save(), false);
            await asked;
            await isAsked;
        });
        answered();
        await isUnchanged(file);
        assert.deepEqual(
            [document!.isDirty, await readdir(folder), await readHolders()],
            [true, copies, { [file]: 'Bob' }],
        );
    });

    it('does no harm by Enter where somebody else has several files', async () => {
        const documents = await edited([file, other], 'Bob');
        const asked = nextMessage(/^2 of the files to save are not checked out by you\./);
        const answered = answerDialogs(ENTER);
        await vscode.workspace.saveAll(false);
        await asked;
        answered();
        for (const path of [file, other]) await isUnchanged(path);
        assert.deepEqual(
            [documents.map(({ isDirty }) => isDirty), Object.values(await readHolders())],
            [
                [true, true],
                ['Bob', 'Bob'],
            ],
        );
    });
});
