import * as vscode from 'vscode';
import type { CncCheckout } from '../../../src/extension';
import { waitFor } from './events';

const changed = new Map<string, vscode.ConfigurationTarget>();

/** Changes a setting and waits until the repositories are open under it; `undefined` takes it back. */
export async function set(
    api: CncCheckout,
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

/** Takes back every setting that was changed. */
export async function resetSettings(api: CncCheckout): Promise<void> {
    for (const [key, target] of changed) await set(api, key, undefined, target);
}
