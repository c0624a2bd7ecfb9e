import * as vscode from 'vscode';
import { commandIds } from '../commandIds';
import { foldUser } from '../core/locks/holder';
import { nameOf } from '../core/base/repositoryPath';
import { conflictOriginal } from '../core/repository/conflictCopies';
import type { RepositoryFile } from '../core/repository/snapshot';
import type { RepositorySession } from '../model/repositorySession';
import type { RepositoryResource, RepositoryResources } from '../model/repositories';
import type { ChangedFile } from '../model/changedOutside';
import type { StaleProgram } from '../model/stalePrograms';
import { isUnreachable, lastUpdated, troubleOf } from '../ui/offlineText';
import { countBelow } from './folderCounts';
import { capitalised, outsideLine, outsideMark } from '../core/repository/outsideText';
import { remedyOf, signInLine } from '../ui/serverText';
import { stateIcon } from '../ui/stateIcon';
import type { Group } from './rowGroups';
import type { RowList } from './rowLists';
import { staleLine } from './staleProblems';
import { isOldCheckOut, lockDetails, lockLine, lockLineOfHolder } from '../ui/lockText';
import { plainLine, plainName } from '../core/base/plainText';

/** A row of the tree. A repository is a row of its own only where the window has several. */
export type TreeNode =
    | FileNode
    | RangeNode
    | GroupNode
    | FolderNode
    | { readonly kind: 'repository'; readonly session: RepositorySession; readonly path: string }
    | NoticeNode;

/** A row that stands for a folder. A command on it applies to all files below it. */
interface FolderNode extends RepositoryResources {
    readonly kind: 'folder';
    readonly path: string;
}

/** A row that says what is wrong. */
interface NoticeNode {
    readonly kind: 'notice';
    readonly text: string;
    readonly details?: string;
    /** What a click does about it. */
    readonly remedy?: { readonly command: string; readonly icon: string; readonly session: RepositorySession };
    /** Whether it tells of a damaged locks file, and has the buttons that help. */
    readonly isDamage?: boolean;
}

/** A row that stands for a file. */
export interface FileNode extends RepositoryResource {
    readonly kind: 'file';
}

/** A row that stands for a stretch of a list that is too long to show at once. */
export interface RangeNode extends RowList {
    readonly kind: 'range';
    /** See `Range`. */
    readonly start: string;
}

/** A row that stands for the files of a job or a holder. A command on it applies to all of them. */
export interface GroupNode extends RowList, RepositoryResources {
    readonly kind: 'group';
    readonly group: string;
}

/** What a row shows beside its node. */
interface Shown {
    /** Whether the rows are a flat list, in which each row names its folder. */
    readonly flat: boolean;
    /** Whether the row above names the holder. */
    readonly belowHolder: boolean;
    readonly stale: StaleProgram | undefined;
    /** Whether the user has checked the file out and changed it. */
    readonly modified: boolean;
    /** How it was changed outside while nobody had it. */
    readonly outside: ChangedFile | undefined;
}

/** More such rows would only hide the others. */
const UNUSABLE_ROWS = 50;

/** How a row looks. Cheap and without I/O: it runs for every row, and a folder may have thousands. */
export function treeItem(node: Exclude<TreeNode, RangeNode | GroupNode>, shown: Shown, now: number): vscode.TreeItem {
    switch (node.kind) {
        case 'repository':
            return repositoryItem(node.session);
        case 'folder':
            return folderItem(node.session, node.path);
        case 'file':
            return fileItem(node, shown, now);
        case 'notice': {
            const item = new vscode.TreeItem(plainLine(node.text));
            item.iconPath = new vscode.ThemeIcon('warning', new vscode.ThemeColor('cncCheckout.missingForeground'));
            item.tooltip = plainLine(node.details ?? node.text);
            item.contextValue = node.isDamage ? 'notice damaged' : 'notice';
            if (node.isDamage) item.command = { command: commandIds.restoreLocksFile, title: 'Restore' };
            if (node.remedy === undefined) return item;
            const { command, icon, session } = node.remedy;
            item.iconPath = new vscode.ThemeIcon(icon);
            item.command = { command, title: node.text, arguments: [{ session, path: '' }] };
            return item;
        }
    }
}

/** A row that a click turns into what makes the lock server of a repository usable; none where nothing is to be done. */
export function remedyRows(session: RepositorySession): TreeNode[] {
    const { state } = session.repository;
    const remedy = remedyOf(session);
    if (remedy === undefined || !('error' in state)) return [];
    const { title, icon, command } = remedy;
    return [{ kind: 'notice', text: title, details: state.error.message, remedy: { command, icon, session } }];
}

/** A row for each file and folder that nobody can check out under its name. */
export function unusableRows(session: RepositorySession, folder: string): TreeNode[] {
    const { unusable } = session.repository.snapshot.folder(folder)?.listing ?? {};
    const all = [...(unusable ?? [])].map(([name, reason]) => ({
        kind: 'notice' as const,
        text: name,
        details: `${name} cannot be checked out, because ${reason}. Rename it first.`,
    }));
    const rest = all.length - UNUSABLE_ROWS;
    if (rest <= 0) return all;
    return [...all.slice(0, UNUSABLE_ROWS), { kind: 'notice', text: `… and ${rest} more that cannot be checked out` }];
}

function repositoryItem(session: RepositorySession): vscode.TreeItem {
    const item = new vscode.TreeItem(session.name, vscode.TreeItemCollapsibleState.Expanded);
    const { state } = session.repository;
    item.id = session.repository.options.root;
    item.iconPath = new vscode.ThemeIcon('repo');
    item.contextValue = 'repository';
    if (state.kind === 'damaged' || state.kind === 'unreachable' || state.kind === 'missing') {
        item.description = troubleOf(state.error);
        if (isUnreachable(session)) item.description += ` · ${lastUpdated(session, Date.now())}`;
        item.contextValue = `repository ${state.kind}`;
        item.tooltip = plainLine(state.error.message);
    } else {
        const { root } = session.repository.options;
        item.tooltip = [plainLine(root), ...(session.server === undefined ? [] : [signInLine(session.server)])].join(
            '\n',
        );
    }
    return item;
}

function folderItem(session: RepositorySession, path: string): vscode.TreeItem {
    // Kept in the session, because VS Code forgets it while a filter hides the folders.
    const { Expanded, Collapsed } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem(plainLine(nameOf(path)), session.openFolders.has(path) ? Expanded : Collapsed);
    item.id = `${session.repository.options.root}|${path}/`;
    item.iconPath = vscode.ThemeIcon.Folder;
    item.resourceUri = session.uriOf(path);
    const { files, held, states } = countBelow(session.repository.snapshot, path);
    const isKnown = session.repository.state.kind !== 'damaged';
    const count = files === undefined ? '' : `${files} ${files === 1 ? 'file' : 'files'}`;
    item.description = [count, isKnown && held > 0 ? `${held} checked out` : ''].filter(Boolean).join(' · ');
    item.contextValue = ['folder', ...(isKnown ? states : [])].join(' ');
    return item;
}

/** The row of a range: its first and last name and the number of rows. */
export function rangeItem(
    { session, path, of, by, group = '', start }: RangeNode,
    paths: readonly string[],
): vscode.TreeItem {
    const [first, last] = [paths[0] ?? start, paths.at(-1) ?? start].map((end) => plainLine(nameOf(end)));
    const item = new vscode.TreeItem(`${first} … ${last}`, vscode.TreeItemCollapsibleState.Collapsed);
    const { snapshot } = session.repository;
    const held = of === 'files' && by === 'folder' ? paths.filter((file) => snapshot.isHeld(file)).length : 0;
    const files = by === 'job' && group === '' ? 'jobs and files' : paths.length === 1 ? 'file' : 'files';
    const count = `${paths.length} ${of === 'folders' ? 'folders' : files}`;
    item.id = `${session.repository.options.root}|${path}/|${of}|${by}|${group}|${start}`;
    item.description = held === 0 ? count : `${count} · ${held} checked out`;
    item.iconPath = new vscode.ThemeIcon(of === 'folders' ? 'folder-library' : 'files');
    item.contextValue = 'range';
    item.accessibilityInformation = { label: `${first} to ${last}, ${item.description}` };
    return item;
}

/** The row of a job or a holder: its name and the number of files. */
export function groupItem(node: GroupNode, group: Group | undefined, isOpen: boolean): vscode.TreeItem {
    const { session, path, by, group: key } = node;
    const { Expanded, Collapsed } = vscode.TreeItemCollapsibleState;
    const { snapshot } = session.repository;
    const { name, paths } = group ?? { name: '', paths: [] };
    const isJob = by === 'job';
    const item = new vscode.TreeItem(plainName(name), isOpen ? Expanded : Collapsed);
    const held = isJob ? paths.filter((file) => snapshot.isHeld(file)).length : 0;
    const isMine = !isJob && key === foldUser(snapshot.user);
    const count = `${paths.length} ${paths.length === 1 ? 'file' : 'files'}`;
    item.description = [isMine ? 'you' : '', count, held > 0 ? `${held} checked out` : ''].filter(Boolean).join(' · ');
    item.id = `${session.repository.options.root}|${path}/|${by}|${key}`;
    item.iconPath = new vscode.ThemeIcon(isJob ? 'files' : isMine ? 'account' : 'person');
    const states = isJob ? new Set(paths.map((file) => snapshot.file(file)?.state ?? '')) : [];
    const ofHolder = isMine ? ['heldByMe'] : ['heldByOthers'];
    item.contextValue = ['group', by, ...(isJob ? states : ofHolder)].join(' ');
    item.accessibilityInformation = { label: `${isJob ? 'Job ' : ''}${plainName(name)}, ${item.description}` };
    return item;
}

function fileItem(node: FileNode, shown: Shown, now: number): vscode.TreeItem {
    const { flat, belowHolder, stale, modified, outside } = shown;
    const { session, path } = node;
    const file = session.file(path);
    const name = plainLine(nameOf(path));
    const item = new vscode.TreeItem(name);
    item.id = `${session.repository.options.root}|${path}`;
    if (file === undefined) return item;
    if (session.repository.state.kind === 'damaged') return itemOfUnknown(item, file, node);
    const line = [modified ? 'modified' : '', lockLine(file, now)].filter(Boolean).join(' · ');
    const old = isOldCheckOut(file, session.settings.oldCheckOutMs, now);
    const conflict = conflictLine(node);
    const folder = flat ? plainLine(path.slice(0, -nameOf(path).length - 1)) : '';
    const warning = stale === undefined ? '' : staleLine(stale);
    const mark = outside === undefined ? '' : outsideMark(outside);
    const parts = belowHolder
        ? [modified ? 'modified' : '', lockLineOfHolder(file, folder, now), conflict, warning]
        : [line, conflict, mark, warning, folder];
    item.description = parts.filter((part) => part !== '').join(' · ');
    item.resourceUri = vscode.Uri.file(file.diskPath);
    item.iconPath = iconOf(
        file,
        { stale, outside, isCopy: conflict !== '' },
        { muted: isUnreachable(session), modified, old },
    );
    const tokens = [
        'file',
        file.missing ? 'missing' : 'present',
        file.state,
        ...(modified ? ['modified'] : []),
        ...(stale === undefined ? [] : ['stale']),
        ...(outside === undefined ? [] : ['changedOutside']),
    ];
    item.contextValue = tokens.join(' ');
    const told = outside === undefined ? '' : outsideLine(outside, now);
    const states = [name, line === '' ? 'available' : `checked out, ${line}`, conflict, told, warning].filter(Boolean);
    item.accessibilityInformation = { label: states.join(', ') };
    if (!file.missing) item.command = { command: commandIds.openFile, title: 'Open', arguments: [node] };
    return item;
}

/** "conflict copy of 4801247.vnc"; empty for any other file. */
function conflictLine({ session, path }: FileNode): string {
    const { snapshot, options } = session.repository;
    const original = conflictOriginal(snapshot, path, options.host);
    return original === undefined ? '' : `conflict copy of ${plainLine(original)}`;
}

/** The holder matters more than a warning, and what is in the file more than when. */
function iconOf(
    file: RepositoryFile,
    { stale, outside, isCopy }: Pick<Shown, 'stale' | 'outside'> & { readonly isCopy: boolean },
    marks: { readonly muted: boolean; readonly modified: boolean; readonly old: boolean },
): vscode.ThemeIcon {
    if (file.state !== 'available' || marks.muted) return stateIcon(file, marks);
    // Its name is so long that a narrow row has no room for what is said behind it.
    if (isCopy) return new vscode.ThemeIcon('copy', new vscode.ThemeColor('list.warningForeground'));
    if (outside !== undefined) {
        const icon = outside.older === undefined ? 'compare-changes' : 'history';
        return new vscode.ThemeIcon(icon, new vscode.ThemeColor('cncCheckout.changedOutsideForeground'));
    }
    if (stale === undefined) return stateIcon(file, marks);
    return new vscode.ThemeIcon('warning', new vscode.ThemeColor('cncCheckout.staleForeground'));
}

/** The row of a file while the locks file is damaged: nobody can tell who has it. */
function itemOfUnknown(item: vscode.TreeItem, file: RepositoryFile, node: FileNode): vscode.TreeItem {
    item.description = 'holder unknown';
    item.resourceUri = vscode.Uri.file(file.diskPath);
    item.iconPath = new vscode.ThemeIcon('question', new vscode.ThemeColor('disabledForeground'));
    item.contextValue = 'file present unknown';
    item.command = { command: commandIds.openFile, title: 'Open', arguments: [node] };
    return item;
}

/** The number of the latest revision, where the history was read before. */
async function revisionLines({ session, path }: FileNode): Promise<string[]> {
    const { index } = session.repository.revisions;
    if (!index.isRead) return [];
    try {
        await index.refresh();
    } catch {
        return []; // What could not be read now may be out of date.
    }
    const latest = index.latest(path);
    if (latest === undefined) return [];
    return [`Revision: ${latest.number}${index.hasGap(path) ? ', and checked in without one since' : ''}`];
}

/** All details of a file, as plain text: nothing that other people typed may become a link or a command. */
export async function fileTooltip(
    node: FileNode,
    { stale, modified, outside }: Omit<Shown, 'flat' | 'belowHolder'>,
    now: number,
): Promise<string> {
    const file = node.session.file(node.path);
    if (file === undefined) return plainLine(node.path);
    const lock = lockDetails(file, now);
    if (file.missing) return lock;
    const conflict = conflictLine(node);
    const notes = [
        ...(conflict === ''
            ? []
            : [`A ${conflict}: two people changed it at once, and a synchronising program kept both`]),
        ...(modified ? ['Modified since check-out'] : []),
        ...(outside === undefined ? [] : [capitalised(outsideLine(outside, now))]),
        ...(stale === undefined ? [] : [`Stale: ${staleLine(stale)}`]),
    ];
    const details = [lock, ...notes, ...(await revisionLines(node))].join('\n');
    try {
        const { size, mtime } = await vscode.workspace.fs.stat(vscode.Uri.file(file.diskPath));
        return `${details}\nSize: ${size.toLocaleString()} bytes\nLast change: ${new Date(mtime).toLocaleString()}`;
    } catch {
        // Gone or unreachable since it was listed: its lock is still worth showing.
        return details;
    }
}
