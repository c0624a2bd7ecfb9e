import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { FolderEvents } from '../../src/model/folderEvents';
import { makeTemporaryFolder, removeFolder } from '../support/temporaryWorkspace';

describe('Folder events', () => {
    let events: FolderEvents;
    let outside: string;
    before(async () => (outside = await makeTemporaryFolder()));
    after(() => removeFolder(outside));
    beforeEach(() => (events = new FolderEvents()));
    afterEach(() => events.dispose());

    /** Waits for what a folder reports of a name. */
    function next(folder: string, wanted: string, name: string): Promise<void> {
        return new Promise((resolve) => {
            const watching = events.watch(folder, (event, reported) => {
                if (event !== wanted || reported !== name) return;
                watching.dispose();
                resolve();
            });
        });
    }

    for (const where of ['in the workspace', 'outside'] as const) {
        it(`tell of files that come, are written and go: ${where}`, async () => {
            const folder =
                where === 'outside'
                    ? outside
                    : join(vscode.workspace.workspaceFolders![0]!.uri.fsPath, 'repo', 'folder events');
            mkdirSync(folder, { recursive: true });
            const file = join(folder, 'new.vnc');
            // What VS Code watches, it watches a moment later: the file is written until that is so.
            const came = next(folder, 'cameOrWent', 'new.vnc');
            const trying = setInterval(() => {
                rmSync(file, { force: true });
                writeFileSync(file, '%');
            }, 500);
            await came;
            clearInterval(trying);
            writeFileSync(file, '%');
            const written = next(folder, 'written', 'new.vnc');
            const writing = setInterval(() => writeFileSync(file, `${performance.now()}`), 500);
            await written;
            clearInterval(writing);
            const went = next(folder, 'cameOrWent', 'new.vnc');
            renameSync(file, join(folder, 'newer.vnc'));
            await went;
            if (where !== 'outside') rmSync(folder, { recursive: true });
        });
    }
});
