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
        placeholder: 'Type a part number or folder; select a file to open it',
        first: [],
        checkOut: (item) => checkOutFiles(context, [item.resource]),
        checkIn: (item) => checkInWithJobs(context, [item.resource]),
    });
    if (chosen !== undefined && 'resource' in chosen) await openResource(chosen.resource);
}
