import type * as vscode from 'vscode';
import type { CncCheckout } from '../../../src/extension';
import { waitFor } from './events';

/** Waits until the active editor shows this resource and is as read-only as it has to be. */
export function settled({ readOnlyEditors }: CncCheckout, uri: vscode.Uri, readOnly?: boolean): Promise<void> {
    const isSettled = (): boolean =>
        readOnlyEditors.settled?.name === uri.toString() &&
        (readOnly === undefined || readOnlyEditors.settled.readOnly === readOnly);
    return waitFor(readOnlyEditors.onDidSettle, isSettled, `the editor of ${uri.path} was settled`);
}
