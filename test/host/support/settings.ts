import * as vscode from 'vscode';
import type { Internals } from '../../../src/extension';
import { waitFor } from './events';

const changed = new Map<string, vscode.ConfigurationTarget>();

/** Changes a setting and waits until the repositories are open under it; `undefined` takes it back. */
export async function set(
    api: Internals,
    key: string,
    value: unknown,
    target = vscode.ConfigurationTarget.Workspace,
): Promise<void> {
    if (value === undefined) changed.delete(key);
    else changed.set(key, target);
    let reopened = false;
    const subscription = api.repositories.onDidReopen(() => (reopened = true));
    await vscode.workspace.getConfiguration('cncCheckout').update(key, value, target);
    await waitFor(api.repositories.onDidReopen, () => reopened, `the repositories were opened with another ${key}`);
    subscription.dispose();
    // Ends after they were read.
    await api.repositories.refresh();
}

/** Changes a setting while no repository can be opened, as on a slow share, and does something before one can. */
export async function setWhileSlow(
    api: Internals,
    key: string,
    value: unknown,
    meanwhile: () => Promise<void> | void,
): Promise<void> {
    let answer: () => void = () => undefined;
    const answering = new Promise<void>((resolve) => (answer = resolve));
    // Each opening waits for the one before it.
    void api.repositories['opening'].run(() => answering);
    const changed = new Promise<void>((resolve) => {
        const subscription = vscode.workspace.onDidChangeConfiguration((event) => {
            if (!event.affectsConfiguration(`cncCheckout.${key}`)) return;
            subscription.dispose();
            resolve();
        });
    });
    const isSet = set(api, key, value);
    try {
        await changed;
        await meanwhile();
    } finally {
        answer();
        await isSet;
    }
}

/** Takes back every setting that was changed. @param kept those that stay */
export async function resetSettings(api: Internals, kept: readonly string[] = []): Promise<void> {
    for (const [key, target] of changed) if (!kept.includes(key)) await set(api, key, undefined, target);
}
