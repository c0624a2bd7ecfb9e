import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a launcher needs to run a tests module in the extension host of a VS Code. */
export interface HostLaunch {
    readonly extensionFolder: string;
    readonly testsModule: string;
    readonly workspaceFolder: string;
    /** An empty folder for what VS Code keeps: settings, extensions, logs. */
    readonly dataFolder: string;
    /** Where VS Code's own console goes: too many words about itself to show them while all is well. */
    readonly consoleFile: string;
    /** What the tests did last, in a few words. */
    readonly doing: () => string;
    readonly settings: Readonly<Record<string, unknown>>;
    readonly restricted: boolean;
    readonly environment: NodeJS.ProcessEnv;
}

/** Settings without which VS Code greets, updates itself or asks a gallery that is not needed. */
export const calmSettings = {
    'workbench.startupEditor': 'none',
    'workbench.tips.enabled': false,
    'workbench.secondarySideBar.defaultVisibility': 'hidden',
    'chat.disableAIFeatures': true,
    'extensions.autoUpdate': false,
    'extensions.autoCheckUpdates': false,
    'extensions.ignoreRecommendations': true,
    'update.mode': 'none',
    'telemetry.telemetryLevel': 'off',
} as const;

export async function writeSettings(userFolder: string, settings: Readonly<Record<string, unknown>>): Promise<void> {
    await mkdir(userFolder, { recursive: true });
    await writeFile(join(userFolder, 'settings.json'), JSON.stringify(settings, undefined, 2));
}
