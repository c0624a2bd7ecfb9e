import type { Scenario } from '../stress/scenarios';
import { hitAtMoments, killAnybody, leaveMutex, stopAnybody } from '../stress/disturbances';
import { launchHere } from '../stress/launch';
import { openFolder, type Place } from '../stress/shop';
import { WindowsMembers } from './windowsMembers';
import type { WindowsNode } from './windowsNode';

/** A folder in which every other process is one of Windows, the first of them of this system. */
async function openPlace(node: WindowsNode): Promise<Place> {
    const here = await openFolder();
    const members = await WindowsMembers.open(node);
    const there = `Z:${here.folder.replaceAll('/', '\\')}`;
    return {
        ...here,
        doors: [here.folder, there],
        launch: (folder, script, args, env, ends) =>
            folder === there ? members.launch(script, args, env, ends) : launchHere(folder, script, args, env, ends),
        close: async () => {
            await members.close();
            await here.close();
        },
    };
}

/** What Windows and Linux do on one folder. */
export function sharedScenarios(node: WindowsNode): Scenario[] {
    const open = (): Promise<Place> => openPlace(node);
    return [
        { name: 'Windows and Linux', open, staleAfter: 10_000, mayFail: [], isCounted: true, weight: 1 },
        {
            name: 'Windows and Linux: kill -9',
            open,
            disturbances: [killAnybody, hitAtMoments('SIGKILL')],
            staleAfter: 2000,
            mayFail: [],
            weight: 2,
        },
        {
            name: 'Windows and Linux: stop longer than stale',
            open,
            disturbances: [stopAnybody, leaveMutex],
            staleAfter: 2000,
            // Who is stopped while they read the locks keeps the file open: Windows replaces no open file.
            mayFail: ['changeUnconfirmed', 'locksFileNotWritable'],
            weight: 2,
        },
    ];
}
