import * as vscode from 'vscode';
import { folderOf } from '../core/base/repositoryPath';
import { entryNotices } from '../core/locks/entryNotices';
import type { ChangedFile, ChangedOutside } from '../model/changedOutside';
import { DisposableStore } from '../model/disposables';
import type { ModifiedFiles } from '../model/modifiedFiles';
import type { RepositorySession } from '../model/repositorySession';
import type { Repositories, SessionChange, RepositoryResource } from '../model/repositories';
import type { StaleProgram, StalePrograms } from '../model/stalePrograms';
import type { HasAged } from '../ui/ageTicker';
import type { Grouping } from './rowGroups';
import type { RowList } from './rowLists';
import { isUnopened } from '../ui/serverText';
import {
    fileTooltip,
    groupItem,
    rangeItem,
    remedyRows,
    treeItem,
    unusableRows,
    type GroupNode,
    type TreeNode,
} from './treeNodes';
import { groupOf, TreeRows } from './treeRows';

/** Which files the tree shows; other than `all` it is a flat list. */
export type Filter = 'all' | 'checkedOut' | 'mine';

/** What is known of a file beside its lock. */
interface Notes {
    readonly stale: StaleProgram | undefined;
    readonly modified: boolean;
    readonly outside: ChangedFile | undefined;
}

const NO_NOTES: Notes = { stale: undefined, modified: false, outside: undefined };

/** For more changed rows it is cheaper to redraw the whole tree. */
const MAX_REDRAWN_ROWS = 200;

/** The tree data provider: relays changes of the repositories; its own state is the filter and the grouping. */
export class FileTree implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
    private readonly disposables = new DisposableStore();
    private readonly emitter = this.disposables.add(new vscode.EventEmitter<TreeNode[] | undefined>());
    private readonly rows = new TreeRows();
    /** The folders whose rows VS Code was given; the others need no redraw. */
    private readonly given = new Map<RepositorySession, Set<string>>();
    private readonly expanded = new WeakMap<GroupNode, boolean>();
    private filter: Filter = 'all';
    private grouping: Grouping = 'folder';

    readonly onDidChangeTreeData = this.emitter.event;

    constructor(
        private readonly repositories: Repositories,
        private readonly stalePrograms: StalePrograms,
        private readonly modifiedFiles: ModifiedFiles,
        private readonly changedOutside: ChangedOutside,
        /** Whether it is the list of what is checked out, by holder, whatever is chosen. */
        private readonly isCheckedOutView = false,
    ) {
        if (isCheckedOutView) {
            this.filter = 'checkedOut';
            this.grouping = 'holder';
        }
        this.disposables.addAll(
            repositories.onDidChange((event) => this.relay(event)),
            repositories.onDidReopen(() => this.reopened()),
            stalePrograms.onDidChange((programs) => this.redraw(programs)),
            modifiedFiles.onDidChange((files) => this.redraw(files)),
            changedOutside.onDidChange((files) => this.redraw(files)),
        );
    }

    /** Changes the filter. */
    show(filter: Filter): void {
        this.filter = filter;
        this.emitter.fire(undefined);
    }

    /** Changes the grouping. */
    groupBy(grouping: Grouping): void {
        this.grouping = grouping;
        this.emitter.fire(undefined);
    }

    /** Redraws the rows whose age reads differently now. */
    redrawAges(hasAged: HasAged): void {
        const aged = this.repositories.all.flatMap((session) =>
            session.repository.snapshot
                .held()
                .filter(({ lock }) => lock !== undefined && hasAged(lock.timestamp))
                .flatMap(({ path }) => this.rows.known(session, 'file', path)),
        );
        if (aged.length > 0) this.emitter.fire(aged);
    }

    /** Redraws the rows of files, as far as VS Code was given them. */
    private redraw(files: readonly RepositoryResource[]): void {
        const rows = files.flatMap(({ session, path }) => this.rows.known(session, 'file', path));
        if (rows.length > 0) this.emitter.fire(rows.length > MAX_REDRAWN_ROWS ? undefined : rows);
    }

    getTreeItem(node: TreeNode): vscode.TreeItem {
        if (node.kind === 'range') return rangeItem(node, this.rows.pathsInRange(node));
        if (node.kind === 'group') return groupItem(node, groupOf(node, node.group), this.isOpen(node));
        const notes = node.kind === 'file' ? this.notesOn(node) : NO_NOTES;
        const belowHolder = this.isFlat && this.grouping === 'holder';
        return treeItem(node, { flat: this.isFlat, belowHolder, ...notes }, Date.now());
    }

    private notesOn({ session, path }: RepositoryResource): Notes {
        return {
            stale: this.stalePrograms.of(session, path),
            modified: this.modifiedFiles.has(session, path),
            outside: this.changedOutside.of(session, path),
        };
    }

    async resolveTreeItem(item: vscode.TreeItem, node: TreeNode): Promise<vscode.TreeItem> {
        if (node.kind === 'file') item.tooltip = await fileTooltip(node, this.notesOn(node), Date.now());
        return item;
    }

    async getChildren(node?: TreeNode): Promise<TreeNode[]> {
        if (node === undefined) return this.roots();
        if (node.kind === 'file' || node.kind === 'notice') return [];
        if (node.kind === 'range') return this.rows.inRange(node);
        if (node.kind === 'group') return this.rows.below(node);
        return this.children(node.session, node.path);
    }

    getParent(node: TreeNode): TreeNode | undefined {
        if (node.kind === 'notice' || node.kind === 'repository') return undefined;
        const [nearest] = this.rows.around(this.listOf(node), node);
        if (nearest !== undefined) return nearest;
        const { session, path } = node;
        const parent = node.kind === 'range' || node.kind === 'group' ? path : folderOf(path);
        if (parent !== '' && !this.isFlat) return this.rows.node(session, 'folder', parent);
        return this.repositories.all.length > 1 ? this.rows.node(session, 'repository', '') : undefined;
    }

    dispose(): void {
        this.disposables.dispose();
    }

    private async roots(): Promise<TreeNode[]> {
        const { all, state } = this.repositories;
        const [only, ...others] = all;
        if (only === undefined) return [];
        // The text of the empty view says what to do, with buttons.
        if (others.length === 0 && isUnopened(only)) return [];
        if (this.isCheckedOutView && state === 'damaged') return [];
        if (others.length === 0) return this.children(only, '');
        return all.map((session) => this.rows.node(session, 'repository', ''));
    }

    private async children(session: RepositorySession, folder: string): Promise<TreeNode[]> {
        const { repository } = session;
        const { state } = repository;
        if (isUnopened(session)) return remedyRows(session);
        const damage: TreeNode[] =
            folder === '' && state.kind === 'damaged'
                ? [{ kind: 'notice', text: 'The locks file is damaged', details: state.error.message, isDamage: true }]
                : [];
        if (this.isFlat && state.kind === 'damaged') return damage;
        if (this.isFlat) return this.rows.below(this.listIn(session, '', 'files'));
        if (repository.snapshot.folder(folder) === undefined && repository.state.kind !== 'loading') {
            await repository.look(folder);
        }
        this.given.set(session, (this.given.get(session) ?? new Set()).add(folder));
        const unreadable = repository.snapshot.folder(folder)?.unreadable;
        if (unreadable !== undefined) return [{ kind: 'notice', text: unreadable }];
        const notices = folder === '' && damage.length === 0 ? entryNotices(repository.snapshot.table) : [];
        return [
            ...damage,
            ...(folder === '' ? remedyRows(session) : []),
            ...notices.map((text): TreeNode => ({ kind: 'notice', text })),
            ...(['folders', 'files'] as const).flatMap((of) => this.rows.below(this.listIn(session, folder, of))),
            ...unusableRows(session, folder),
        ];
    }

    /** The row of a file. */
    rowOf({ session, path }: RepositoryResource): TreeNode {
        return this.rows.node(session, 'file', session.file(path)?.path ?? path);
    }

    /** Remembers whether a group is expanded: VS Code forgets it while another grouping is shown. */
    remember(node: GroupNode, open: boolean): void {
        this.expanded.set(node, open);
    }

    private isOpen(node: GroupNode): boolean {
        return this.expanded.get(node) ?? node.by === 'holder';
    }

    /** Whether no folders are shown. */
    private get isFlat(): boolean {
        return this.filter !== 'all' || this.grouping === 'holder';
    }

    /** The list of a folder, or the flat list that is shown instead of folders. */
    private listIn(session: RepositorySession, folder: string, of: 'folders' | 'files'): RowList {
        const by = this.grouping;
        if (!this.isFlat) return { session, path: folder, of, by };
        return { session, path: '', of: this.filter === 'mine' ? 'mine' : 'checkedOut', by };
    }

    /** The list that a row is in. */
    private listOf(node: Exclude<TreeNode, { kind: 'notice' | 'repository' }>): RowList {
        if (node.kind === 'range' || node.kind === 'group') return node;
        return this.listIn(node.session, folderOf(node.path), node.kind === 'folder' ? 'folders' : 'files');
    }

    private reopened(): void {
        this.rows.clear();
        this.given.clear();
        this.emitter.fire(undefined);
    }

    private relay({ session, change }: SessionChange): void {
        const folders = [...change.folders].filter((path) => this.given.get(session)?.has(path));
        const whole = change.state || folders.includes('') || this.isFlat;
        if (whole || change.files.size + folders.length > MAX_REDRAWN_ROWS) return this.emitter.fire(undefined);
        const files = [...change.files];
        // Every folder above a file tells how many are checked out below it.
        const above = files.flatMap((path) => foldersAbove(path));
        const rows = [
            ...new Set([...folders, ...above].flatMap((path) => this.rows.known(session, 'folder', path))),
            ...files.flatMap((path) => this.rows.known(session, 'file', path)),
            ...new Set(files.flatMap((path) => this.rows.around(this.listIn(session, folderOf(path), 'files'), path))),
        ];
        if (rows.length > 0) this.emitter.fire(rows);
    }
}

/** The folders that a file lies in, the nearest first, without the repository itself. */
export function foldersAbove(path: string): string[] {
    const folders: string[] = [];
    for (let folder = folderOf(path); folder !== ''; folder = folderOf(folder)) folders.push(folder);
    return folders;
}
