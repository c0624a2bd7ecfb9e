import type * as vscode from 'vscode';
import { formatAge } from '../core/base/time';
import { DisposableStore } from '../model/disposables';

/** Ages are told in minutes. */
const TICK_MS = 60_000;

/** Whether the age of a time, ISO 8601 text, is said differently now than when ages were drawn last. */
export type HasAged = (timestamp: string) => boolean;

/**
 * Calls `redraw` whenever ages may have changed. Only what reads differently is to be drawn again: with each row that VS
 * Code draws anew goes the hover that somebody may be reading.
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
