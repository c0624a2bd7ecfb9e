import { join } from 'node:path';
import { endingSignals } from '../support/processes';
import { makeTemporaryFolder, removeFolder } from '../support/temporaryWorkspace';
import { openWindows } from './openWindows';
import { copySampleShop } from './sampleShop';
import { timed } from './timed';
import { startSites } from './twoSites';

const whatToClick = `
Start here: click Check Out, the pencil at the top right of the editor, and change the program. Then save it, and check
it in. The tree beside it shows who has what.`;

/** Opens the extension on a sample shop, until the window is closed or Ctrl-C is pressed. */
export function start(): Promise<boolean> {
    return inScratch(async (scratch, ended) => {
        const folder = join(scratch, 'sample');
        await timed('Copying the sample shop', () => copySampleShop(folder));
        const window = { what: 'The sample', folder, dataFolder: join(scratch, 'data') };
        await openWindows([window], whatToClick, ended);
    });
}

/** Opens it at two sites with a lock server, each on a copy of the sample shop and as somebody else. */
export function startWithServer(): Promise<boolean> {
    return inScratch(startSites);
}

/** Gives a folder that goes away afterwards, whatever comes. */
async function inScratch(work: (folder: string, ended: Promise<void>) => Promise<void>): Promise<boolean> {
    const ended = interrupted();
    const scratch = await makeTemporaryFolder();
    try {
        await work(scratch, ended);
        return true;
    } finally {
        await removeFolder(scratch);
    }
}

/** Resolves at Ctrl-C and its like. One may come twice: from the terminal, and through the process that started this one. */
async function interrupted(): Promise<void> {
    return new Promise((resolve) => {
        for (const name of endingSignals) process.on(name, () => resolve());
    });
}
