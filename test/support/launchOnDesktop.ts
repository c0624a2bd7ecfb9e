import { openSync } from 'node:fs';
import { join } from 'node:path';
import type { DesktopVSCode } from './desktopVSCode';
import { type HostLaunch, writeSettings } from './hostLaunch';
import { exitCodeOf } from './processes';

/**
 * Runs a tests module in desktop VS Code and returns its exit code. `runTests` of test-electron always switches
 * workspace trust off, so the Restricted Mode suites could not run through it.
 */
export async function launchOnDesktop(vscode: DesktopVSCode, launch: HostLaunch): Promise<number> {
    await writeSettings(join(launch.dataFolder, 'User'), launch.settings);
    const output = openSync(launch.consoleFile, 'a');
    const [command, before] = vscode.hasDisplay ? [vscode.executable, []] : ['xvfb-run', ['-a', vscode.executable]];
    return exitCodeOf(
        command,
        [
            ...before,
            launch.workspaceFolder,
            `--extensionDevelopmentPath=${launch.extensionFolder}`,
            `--extensionTestsPath=${launch.testsModule}`,
            `--user-data-dir=${launch.dataFolder}`,
            `--extensions-dir=${join(launch.dataFolder, 'extensions')}`,
            ...(launch.restricted ? [] : ['--disable-workspace-trust']),
            '--disable-updates',
            '--skip-welcome',
            '--skip-release-notes',
            '--disable-telemetry',
            // Electron's sandbox needs rights that containers and root do not have.
            ...(process.platform === 'linux' ? ['--no-sandbox', '--disable-gpu-sandbox'] : []),
        ],
        {
            env: withoutVSCode({ ...process.env, ...launch.environment }),
            stdio: ['ignore', output, output],
            doing: launch.doing,
        },
    );
}

/** A terminal inside VS Code has variables that would make the new one a part of the old. */
function withoutVSCode(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
    const kept = Object.entries(environment).filter(([name]) => !/^(VSCODE_|ELECTRON_)/.test(name));
    return Object.fromEntries(kept);
}
