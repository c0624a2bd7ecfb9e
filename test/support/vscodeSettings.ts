import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

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
