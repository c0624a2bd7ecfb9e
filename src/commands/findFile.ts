import * as vscode from 'vscode';
import { REVEAL_IN_VIEW } from '../commandIds';
import type { RepositoryResource } from '../model/repositories';
import { checkInWithJobs } from './shared/checkInFiles';
import { checkOutFiles } from './shared/checkOutFiles';
import type { CommandContext } from './shared/commandContext';
import { showFileActions } from './shared/fileActions';
import { allFileItems } from './shared/filePick';
import { openResource } from './shared/openResource';

/** Find File in Repository…: lists every file by part number, to open, check out or check in. */
export async function findFile(context: CommandContext): Promise<void> {
    const chosen = await showFileActions(allFileItems(context.repositories), {
        title: 'Find File in Repository',
        placeholder: 'Type a part number, a folder or a name, in any order; select a file to open it',
        first: [],
        checkOut: (item) => checkOutFiles(context, [item.resource]),
        checkIn: (item) => checkInWithJobs(context, [item.resource]),
        reveal: ({ resource }) => reveal(resource),
    });
    if (chosen === undefined || !('resource' in chosen)) return;
    await reveal(chosen.resource);
    await openResource(chosen.resource);
}

async function reveal(resource: RepositoryResource): Promise<void> {
    await vscode.commands.executeCommand(REVEAL_IN_VIEW, resource, { keepsFocus: true });
}
