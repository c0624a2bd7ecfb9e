import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Internals } from '../../../src/extension';
import { waitFor } from './events';

/** Waits until the active editor shows this resource and is as read-only as it has to be. */
export function settled({ readOnlyEditors }: Internals, uri: vscode.Uri, readOnly?: boolean): Promise<void> {
    const isSettled = (): boolean =>
        readOnlyEditors.settled?.name === uri.toString() &&
        (readOnly === undefined || readOnlyEditors.settled.readOnly === readOnly);
    return waitFor(readOnlyEditors.onDidSettle, isSettled, `the editor of ${uri.path} was settled`);
}

/** The two sides of the comparison that is open, once it shows what it has to. */
export async function comparison(): Promise<{ label: string; old: string; now: string }> {
    const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
    assert.ok(tab?.input instanceof vscode.TabInputTextDiff, `There is no comparison, but ${tab?.label}.`);
    const { original, modified } = tab.input;
    const [old, now] = await Promise.all([original, modified].map((uri) => vscode.workspace.openTextDocument(uri)));
    return { label: tab.label, old: old!.getText(), now: now!.getText() };
}
