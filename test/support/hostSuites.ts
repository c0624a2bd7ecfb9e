import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Age } from './browserVSCode';
import { chooseVSCode } from './chooseVSCode';
import { type HostLaunch, launchInBrowser, launchOnDesktop } from './launchVSCode';
import { countsFrom } from './mochaProcess';
import { root } from './root';
import { type Counts, REPORT } from './runSuites';
import { makeTemporaryWorkspace } from './temporaryWorkspace';
import { calmSettings } from './vscodeSettings';

type HostSuite = 'host' | 'host-restricted' | 'bench-host';

/** What one run has that is its own. */
export interface HostVariant {
    /** The extension that is developed; without it this one. */
    readonly extensionFolder?: string;
    /** Without it a temporary one with a few files. */
    readonly workspaceFolder?: string;
    readonly environment?: NodeJS.ProcessEnv;
}

/** Runs the suites of one folder of `test` inside the extension host of a real VS Code. */
export async function runHostSuites(suites: HostSuite, age: Age, variant: HostVariant = {}): Promise<Counts> {
    const vscode = await chooseVSCode(age);
    const workspace = await makeTemporaryWorkspace();
    try {
        return await countsFrom(`The tests in VS Code (${suites})`, async ({ folder, environment, doing }) => {
            const report = join(folder, REPORT);
            const launch: HostLaunch = {
                extensionFolder: variant.extensionFolder ?? root,
                testsModule: join(root, 'out', 'test', suites, 'index.js'),
                workspaceFolder: variant.workspaceFolder ?? workspace.folder,
                dataFolder: join(folder, 'data'),
                consoleFile: join(folder, 'console.txt'),
                settings: settingsFor(suites),
                restricted: suites === 'host-restricted',
                environment: { ...variant.environment, ...environment },
                doing,
            };
            await mkdir(launch.dataFolder);
            await Promise.all([report, launch.consoleFile].map((file) => writeFile(file, '')));
            let code: number | undefined;
            try {
                code = await (vscode.kind === 'desktop'
                    ? launchOnDesktop(vscode, launch)
                    : launchInBrowser(vscode, launch));
                return code;
            } finally {
                // What VS Code says of itself would drown the report.
                if (code !== 0) console.error(await readFile(launch.consoleFile, 'utf8'));
                console.log(await readFile(report, 'utf8'));
            }
        });
    } finally {
        await workspace.remove();
    }
}

function settingsFor(suites: HostSuite): Record<string, unknown> {
    return {
        ...calmSettings,
        // What a test before has left may take the focus at any time, and with it the question that a command asks.
        'workbench.quickOpen.closeOnFocusLost': false,
        // As on the desktop: in a browser VS Code saves by itself, also between two tests.
        'files.autoSave': 'off',
        // A busy machine may let one wait for the mutex for longer than a person would.
        ...(suites === 'bench-host' ? {} : { 'cncCheckout.pollInterval': 0.25, 'cncCheckout.mutexTimeout': 600 }),
        // Where nobody can answer the question, the folder stays restricted.
        ...(suites === 'host-restricted' ? { 'security.workspace.trust.startupPrompt': 'never' } : {}),
    };
}
