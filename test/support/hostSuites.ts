import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Age, chooseVSCode } from './chooseVSCode';
import { calmSettings, type HostLaunch } from './hostLaunch';
import { launchInBrowser } from './launchInBrowser';
import { launchOnDesktop } from './launchOnDesktop';
import { root } from './root';
import { type Counts, lastLineOf, progressVariable, reportVariable, resultsVariable } from './runSuites';
import { makeTemporaryFolder, makeTemporaryWorkspace, removeFolder } from './temporaryWorkspace';

/** What one run has that is its own. */
export interface HostVariant {
    /** The extension that is developed; without it this one. */
    readonly extensionFolder?: string;
    /** Without it a temporary one with a few files. */
    readonly workspaceFolder?: string;
    readonly environment?: NodeJS.ProcessEnv;
}

/** Runs the suites of one folder of `test` inside the extension host of a real VS Code. */
export async function runHostSuites(
    suites: 'host' | 'host-restricted' | 'bench-host',
    age: Age,
    variant: HostVariant = {},
): Promise<Counts> {
    const vscode = await chooseVSCode(age);
    const workspace = await makeTemporaryWorkspace();
    const scratch = await makeTemporaryFolder();
    const results = join(scratch, 'results.json');
    const report = join(scratch, 'report.txt');
    const progress = join(scratch, 'progress.txt');
    const launch: HostLaunch = {
        extensionFolder: variant.extensionFolder ?? root,
        testsModule: join(root, 'out', 'test', suites, 'index.js'),
        workspaceFolder: variant.workspaceFolder ?? workspace.folder,
        dataFolder: join(scratch, 'data'),
        consoleFile: join(scratch, 'console.txt'),
        settings: settingsFor(suites),
        restricted: suites === 'host-restricted',
        environment: {
            ...variant.environment,
            [resultsVariable]: results,
            [reportVariable]: report,
            [progressVariable]: progress,
        },
        doing: () => lastLineOf(progress) ?? 'its start',
    };
    try {
        await mkdir(launch.dataFolder);
        await Promise.all([writeFile(report, ''), writeFile(launch.consoleFile, '')]);
        let failure: unknown;
        try {
            const code = await (vscode.kind === 'desktop'
                ? launchOnDesktop(vscode, launch)
                : launchInBrowser(vscode, launch));
            if (code !== 0) failure = new Error(`VS Code ended with exit code ${code}.`);
        } catch (error) {
            failure = error;
        }
        console.log(await readFile(report, 'utf8'));
        return await countsOf(results, launch.consoleFile, failure);
    } finally {
        await Promise.all([workspace.remove(), removeFolder(scratch)]);
    }
}

function settingsFor(suites: 'host' | 'host-restricted' | 'bench-host'): Record<string, unknown> {
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

async function countsOf(results: string, consoleFile: string, failure: unknown): Promise<Counts> {
    const counts = await readFile(results, 'utf8').then(
        (text) => JSON.parse(text) as Counts,
        () => undefined,
    );
    if (counts !== undefined && (failure === undefined || counts.failed > 0)) return counts;
    console.error(await readFile(consoleFile, 'utf8'));
    if (failure !== undefined) console.error(failure);
    if (counts === undefined) throw new Error('The tests in VS Code ended without a result.', { cause: failure });
    // A crash after the last test is a failure that no count shows.
    return { ...counts, failed: 1 };
}
