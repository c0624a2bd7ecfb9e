import * as vscode from 'vscode';
import { formatAge, parseTimestamp } from '../../core/base/time';
import { isModified, type HistoryAction, type HistoryEvent } from '../../core/history/historyEvent';
import { truncate } from '../../core/base/truncate';
import { withoutIcons } from '../../ui/textSafety';
import { plainLine, plainName } from '../../core/base/plainText';

/** An event of the history as a row of a quick pick. */
export interface HistoryItem extends vscode.QuickPickItem {
    readonly event: HistoryEvent;
}

const PATH_LENGTH = 120;
const MESSAGE_LENGTH = 500;

const actions: Readonly<Record<HistoryAction, readonly [icon: string, did: string]>> = {
    'check-out': ['edit', 'checked out'],
    'check-in': ['check', 'checked in'],
    undo: ['discard', 'undid the check-out of'],
    'take-over': ['arrow-swap', 'took over'],
    restore: ['history', 'restored'],
    found: ['question', 'found changes from outside in'],
    label: ['tag', 'labelled a revision of'],
    tidy: ['archive', 'removed old revisions of'],
    rename: ['symbol-string', 'renamed'],
    delete: ['trash', 'deleted'],
    'hand-over': ['person', 'carried along the check-out of'],
};

/**
 * An event as a row: who did what with which file, how long ago and on which computer; below that the message and the change.
 * @param now milliseconds since 1970
 */
export function historyItem(event: HistoryEvent, now: number): HistoryItem {
    const { action, user, host, time, message } = event;
    const file = event.from ?? event.file;
    const [icon, did] = actions[action];
    const after = whatElse(event);
    const what = file === undefined ? 'the locks file' : plainLine(truncate(file, PATH_LENGTH));
    const then = parseTimestamp(time);
    const when = then === undefined ? '' : new Date(then).toLocaleString();
    return {
        label: withoutIcons(`${plainName(user)} ${did} ${what}${after}`),
        description: withoutIcons(joined([formatAge(time, now) ?? '', plainName(host ?? '')])),
        detail: withoutIcons(joined([when, changeText(event), plainLine(truncate(message, MESSAGE_LENGTH))])),
        iconPath: new vscode.ThemeIcon(icon),
        event,
    };
}

/** Whom a file was taken over from, its new name, or that it stayed checked out. */
function whatElse({ kept, action, file, checkedOut }: HistoryEvent): string {
    if (kept === true) return ' (still checked out)';
    if (action === 'rename' && file !== undefined) return ` to ${plainLine(truncate(file, PATH_LENGTH))}`;
    const before = action === 'take-over' || action === 'hand-over' ? checkedOut?.user : undefined;
    return before === undefined ? '' : ` from ${plainName(before)}`;
}

/** How the content of the file changed, as far as both states are known. */
function changeText(event: HistoryEvent): string {
    const { before, after } = event;
    if (after === undefined) return '';
    const size = `${after.size.toLocaleString()} bytes`;
    if (before !== undefined && before.size !== after.size) return `${before.size.toLocaleString()} → ${size}`;
    const modified = isModified(event);
    return modified === undefined ? size : modified ? `changed, ${size}` : 'unchanged';
}

function joined(parts: readonly string[]): string {
    return parts.filter((part) => part !== '').join(' · ');
}
