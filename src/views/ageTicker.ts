import * as vscode from 'vscode';
import { formatAge } from '../core/base/time';

/** Ages are shown in minutes. */
const AGES_CHANGE = 60_000;

/** Whether the age of a time, ISO 8601 text, is said differently now than when ages were drawn last. */
export type HasAged = (timestamp: string) => boolean;

/**
 * Calls `redraw` whenever ages may have changed. Only what reads differently is to be drawn again: with each row that VS
 * Code draws anew goes the hover that somebody may be reading.
 */
export function onDidAge(redraw: (hasAged: HasAged) => void): vscode.Disposable {
    let since = Date.now();
    const timer = setInterval(() => {
        const [before, now] = [since, Date.now()];
        since = now;
        redraw((timestamp) => formatAge(timestamp, before) !== formatAge(timestamp, now));
    }, AGES_CHANGE);
    return new vscode.Disposable(() => clearInterval(timer));
}
