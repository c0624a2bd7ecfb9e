import * as vscode from 'vscode';
import { commandIds } from '../commandIds';
import { plainLine } from '../core/base/plainText';
import { isUnreachable } from '../ui/offlineText';
import { eventText, timeOfDay } from '../ui/historyText';
import { lockDetails, lockLine } from '../ui/lockText';
import {
    gapDescription,
    gapDetails,
    gapLabel,
    revisionDescription,
    revisionDetails,
    revisionLabel,
} from '../ui/revisionText';
import { stateIcon } from '../ui/stateIcon';
import type {
    CheckOutRow,
    DayRow,
    EventRow,
    EventsRow,
    GapRow,
    HistoryRow,
    RevisionRow,
    StretchRow,
} from '../model/historyRows';

/** How a row looks. Cheap and without I/O: there may be thousands. @param now milliseconds since 1970 */
export function historyTreeItem(row: HistoryRow, now: number): vscode.TreeItem {
    switch (row.kind) {
        case 'checkOut':
            return checkOutItem(row, now);
        case 'revision':
            return revisionItem(row, now);
        case 'gap':
            return gapItem(row, now);
        case 'events':
            return eventsItem(row);
        case 'day':
            return dayItem(row);
        case 'stretch':
            return stretchItem(row);
        case 'event':
            return eventItem(row, now);
        case 'notice': {
            const item = new vscode.TreeItem(plainLine(row.text));
            item.iconPath = new vscode.ThemeIcon('warning', new vscode.ThemeColor('cncCheckout.missingForeground'));
            item.tooltip = plainLine(row.text);
            return item;
        }
    }
}

function checkOutItem(row: CheckOutRow, now: number): vscode.TreeItem {
    const { session, path } = row;
    const file = session.file(path);
    const item = new vscode.TreeItem(file === undefined ? 'Checked out' : lockLine(file, now));
    item.id = `${session.repository.options.root}|${path}|now`;
    item.contextValue = 'checkOut';
    if (file === undefined) return item;
    item.description = file.state === 'heldByMe' ? 'checked out by you' : 'checked out';
    item.iconPath = stateIcon(file, { muted: isUnreachable(session) });
    item.tooltip = lockDetails(file, now);
    if (!file.missing) item.command = { command: commandIds.openFile, title: 'Open', arguments: [row] };
    return item;
}

function revisionItem(row: RevisionRow, now: number): vscode.TreeItem {
    const { session, path, revision, isBinary, hasPrevious } = row;
    const item = new vscode.TreeItem(revisionLabel(revision, now));
    item.id = `${session.repository.options.root}|${path}|${revision.number}`;
    item.description = revisionDescription(revision);
    item.iconPath = revisionIcon(row);
    item.tooltip = revisionDetails(path, revision);
    const kind = isBinary ? 'binary' : 'text';
    const content = revision.isGone ? ['gone'] : ['kept', kind, ...(hasPrevious ? ['hasPrevious'] : [])];
    const known = revision.record === undefined ? [] : ['known'];
    item.contextValue = ['revision', ...content, ...known].join(' ');
    item.accessibilityInformation = { label: `Revision ${plainLine(`${item.label as string}, ${item.description}`)}` };
    item.command = { command: commandIds.openRevision, title: 'Open Revision', arguments: [row] };
    return item;
}

function revisionIcon({ revision: { record, isGone, isBaseline } }: RevisionRow): vscode.ThemeIcon {
    if (isGone) return new vscode.ThemeIcon('archive', new vscode.ThemeColor('disabledForeground'));
    if (record === undefined) return new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
    if (record.label !== '') return new vscode.ThemeIcon('tag');
    if (isBaseline) return new vscode.ThemeIcon('circle-outline');
    if (record.restoredFrom !== undefined) return new vscode.ThemeIcon('history');
    return new vscode.ThemeIcon(record.action === 'found' ? 'question' : 'check');
}

function gapItem({ session, path, gap }: GapRow, now: number): vscode.TreeItem {
    const item = new vscode.TreeItem(gapLabel(gap, now));
    item.id = `${session.repository.options.root}|${path}|gap|${gap.after}|${gap.time}`;
    item.description = gapDescription(gap);
    item.iconPath = new vscode.ThemeIcon('circle-slash', new vscode.ThemeColor('list.warningForeground'));
    item.tooltip = gapDetails(path, gap);
    item.contextValue = 'gap';
    return item;
}

function eventsItem({ session, path, isAlone }: EventsRow): vscode.TreeItem {
    const { Expanded, Collapsed } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem('All Events', isAlone ? Expanded : Collapsed);
    item.id = `${session.repository.options.root}|${path}|events`;
    item.description = 'check-outs, take-overs, renames, …';
    item.iconPath = new vscode.ThemeIcon('list-unordered');
    item.contextValue = 'events';
    return item;
}

const dayFormat = new Intl.DateTimeFormat(undefined, { dateStyle: 'full' });

function dayItem({ session, day, isNewest, events }: DayRow): vscode.TreeItem {
    const { Expanded, Collapsed } = vscode.TreeItemCollapsibleState;
    const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
    const label = day === '' ? 'Unknown date' : dayFormat.format(new Date(year, month - 1, date));
    const item = new vscode.TreeItem(label, isNewest ? Expanded : Collapsed);
    item.id = `${session.repository.options.root}|day|${day}`;
    item.description = counted(events.length);
    item.iconPath = new vscode.ThemeIcon('calendar');
    item.contextValue = 'day';
    return item;
}

function stretchItem({ session, day, events }: StretchRow): vscode.TreeItem {
    const [newest, oldest] = [events[0], events.at(-1)].map((one) => timeOfDay(one?.event.time ?? ''));
    const item = new vscode.TreeItem(`${oldest} – ${newest}`, vscode.TreeItemCollapsibleState.Collapsed);
    item.id = `${session.repository.options.root}|day|${day}|${events.at(-1)?.number}`;
    item.description = counted(events.length);
    item.iconPath = new vscode.ThemeIcon('list-unordered');
    item.contextValue = 'stretch';
    return item;
}

function eventItem(row: EventRow, now: number): vscode.TreeItem {
    const { session, path, numbered, namesFile } = row;
    const { label, description, details, icon } = eventText(numbered.event, now, namesFile);
    const item = new vscode.TreeItem(label);
    item.id = `${session.repository.options.root}|${namesFile ? '' : path}|event|${numbered.number}`;
    item.description = description;
    item.tooltip = details;
    item.iconPath = new vscode.ThemeIcon(icon);
    item.contextValue = path !== '' && namesFile ? 'event ofFile' : 'event';
    // It may have another name by now, or be gone.
    if (session.file(path)?.missing === false)
        item.command = { command: commandIds.openFile, title: 'Open', arguments: [row] };
    return item;
}

function counted(count: number): string {
    return `${count.toLocaleString()} ${count === 1 ? 'event' : 'events'}`;
}
