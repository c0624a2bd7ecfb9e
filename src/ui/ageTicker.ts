import type * as vscode from 'vscode';
import { formatAge } from '../core/base/time';
import { DisposableStore } from '../model/disposables';

/** Ages are shown in minutes. */
const TICK_MS = 60_000;

/** Whether the age of a time (ISO 8601) reads differently now than at the last tick. */
export type HasAged = (timestamp: string) => boolean;

/**
 * Calls `redraw` whenever ages may have changed. Redraw only what reads differently: redrawing a row closes the hover that
 * someone may be reading.
 */
export function onDidAge(redraw: (hasAged: HasAged) => void): vscode.Disposable {
    let since = Date.now();
    const disposables = new DisposableStore();
    disposables.addInterval(() => {
        const [before, now] = [since, Date.now()];
        since = now;
        redraw((timestamp) => formatAge(timestamp, before) !== formatAge(timestamp, now));
    }, TICK_MS);
    return disposables;
}
