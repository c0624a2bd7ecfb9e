import { provideWindowsNode, whyNoWindows } from '../windows/windowsNode';
import { browserObstacle, installBrowserVSCode } from './browserVSCode';
import { chooseVSCode } from './chooseVSCode';
import { provideBrowser } from './chromium';
import { explain } from './explain';
import { hasPostgresPackage, providePostgres } from './postgres/postgresPrograms';
import { provideFaultyDisks } from '../faults/support/provideFaultyDisks';
import { whyNoSmbShare } from '../smb/support/smbShare';

/**
 * Installs what the suites would install when they need it. A script of its own, so that a check can run beside it: it
 * waits for the programs that it runs without doing anything else.
 */
async function provide(): Promise<void> {
    provideFaultyDisks();
    whyNoSmbShare();
    if (whyNoWindows() === undefined) await provideWindowsNode();
    if (hasPostgresPackage()) await providePostgres();
    provideBrowser();
    await chooseVSCode('current');
    if (browserObstacle() === undefined) await installBrowserVSCode('current');
}

provide().catch((error: unknown) => {
    console.error(explain(error));
    process.exitCode = 1;
});
