import * as vscode from 'vscode';
import { folderOf } from '../core/repositoryPath';
import type { OpenRepository } from '../host/openRepository';
import type { Repositories, RepositoriesChange, RepositoryResource } from '../host/repositories';
import type { StalePrograms } from '../host/stalePrograms';
import { whenAgesChange, type HasAged } from './ages';
import { Ranges, type Range } from './ranges';
import { byName, rowsOf, type ListKind } from './rowLists';
import { fileTooltip, rangeItem, treeItem, type RangeNode, type TreeNode } from './treeNodes';

/** Which files the tree shows; other than `all` it is a flat list. */
export type Filter = 'all' | 'checkedOut' | 'mine';

const VIEW = 'cncCheckout.files';
/** Above this many changed rows it is cheaper to draw the tree again. */
const ROWS_ONE_BY_ONE = 200;

/** The rows of the tree: relays what the repositories say, knows nothing of its own but the filter. */
export class FileTree implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
    private readonly emitter = new vscode.EventEmitter<TreeNode[] | undefined>();
    /** VS Code knows a row by its object, so there is one object for each. */
    private readonly nodes = new Map<string, TreeNode>();
    /** The folders whose rows VS Code was given: of the others nothing needs to be drawn again. */
    private readonly given = new Set<string>();
    private readonly ranges = new Ranges(byName);
    private readonly subscriptions: vscode.Disposable;
    private filter: Filter = 'all';

    readonly onDidChangeTreeData = this.emitter.event;

    constructor(
        private readonly repositories: Repositories,
        private readonly stalePrograms: StalePrograms,
    ) {
        this.subscriptions = vscode.Disposable.from(
            repositories.onDidChange((event) => this.relay(event)),
            stalePrograms.onDidChange((programs) => this.redraw(programs)),
        );
    }

    /** Shows other files. */
    show(filter: Filter): void {
        this.filter = filter;
        this.emitter.fire(undefined);
    }

    /** Draws the locks again whose ages read differently. */
    redrawAges(hasAged: HasAged): void {
        const aged = this.repositories.all.flatMap((opened) =>
            opened.repository.snapshot
                .held()
                .filter(({ lock }) => lock !== undefined && hasAged(lock.timestamp))
                .flatMap(({ path }) => this.known(opened, 'file', path)),
        );
        if (aged.length > 0) this.emitter.fire(aged);
    }

    /** Draws rows of files again; those that VS Code was not given stay unknown to it. */
    private redraw(files: readonly RepositoryResource[]): void {
        const rows = files.flatMap(({ opened, path }) => this.known(opened, 'file', path));
        if (rows.length > 0) this.emitter.fire(rows.length > ROWS_ONE_BY_ONE ? undefined : rows);
    }

    getTreeItem(node: TreeNode): vscode.TreeItem {
        if (node.kind === 'range') return rangeItem(node, this.rangeOf(node)?.paths ?? []);
        const stale = node.kind === 'file' ? this.stalePrograms.of(node.opened, node.path) : undefined;
        return treeItem(node, { flat: this.filter !== 'all', stale }, Date.now());
    }

    async resolveTreeItem(item: vscode.TreeItem, node: TreeNode): Promise<vscode.TreeItem> {
        if (node.kind === 'file')
            item.tooltip = await fileTooltip(node, this.stalePrograms.of(node.opened, node.path), Date.now());
        return item;
    }

    async getChildren(node?: TreeNode): Promise<TreeNode[]> {
        if (node === undefined) return this.roots();
        if (node.kind === 'file' || node.kind === 'notice') return [];
        if (node.kind === 'range') return this.rows(node.opened, node.of, this.rangeOf(node)?.paths ?? []);
        return this.children(node.opened, node.path);
    }

    getParent(node: TreeNode): TreeNode | undefined {
        if (node.kind === 'notice' || node.kind === 'repository') return undefined;
        const { opened, path } = node;
        const isRange = node.kind === 'range';
        const range = isRange ? undefined : this.rangeWith(opened, node.kind === 'folder' ? 'folders' : 'files', path);
        if (range !== undefined) return range;
        const parent = isRange ? path : folderOf(path);
        if (parent !== '') return this.node(opened, 'folder', parent);
        return this.repositories.all.length > 1 ? this.node(opened, 'repository', '') : undefined;
    }

    dispose(): void {
        this.subscriptions.dispose();
        this.emitter.dispose();
    }

    private async roots(): Promise<TreeNode[]> {
        const { all, state } = this.repositories;
        const [only, ...others] = all;
        if (only === undefined || state === 'damaged') return [];
        if (others.length === 0) return this.children(only, '');
        return all.map((opened) => this.node(opened, 'repository', ''));
    }

    private async children(opened: OpenRepository, folder: string): Promise<TreeNode[]> {
        const { repository } = opened;
        if (repository.state.kind === 'damaged') {
            return [{ kind: 'notice', text: 'The locks file is damaged.', details: repository.state.error.message }];
        }
        if (this.filter !== 'all') return this.list(opened, '', this.filter);
        if (repository.snapshot.folder(folder) === undefined && repository.state.kind !== 'loading') {
            await repository.look(folder);
        }
        this.given.add(keyOf(opened, 'folder', folder));
        const unreadable = repository.snapshot.folder(folder)?.unreadable;
        if (unreadable !== undefined) return [{ kind: 'notice', text: unreadable }];
        return [...this.list(opened, folder, 'folders'), ...this.list(opened, folder, 'files')];
    }

    /** The rows of a list, or its ranges where it is long. */
    private list(opened: OpenRepository, folder: string, of: ListKind): TreeNode[] {
        const paths = rowsOf(opened.repository.snapshot, folder, of);
        const ranges = this.ranges.divide(keyOf(opened, of, folder), paths);
        if (ranges === undefined) return this.rows(opened, of, paths);
        return ranges.map(({ start }) => this.keep({ kind: 'range', opened, path: folder, of, start }));
    }

    private rows(opened: OpenRepository, of: ListKind, paths: readonly string[]): TreeNode[] {
        return paths.map((path) => this.node(opened, of === 'folders' ? 'folder' : 'file', path));
    }

    private rangesOf(opened: OpenRepository, folder: string, of: ListKind): readonly Range[] {
        const paths = rowsOf(opened.repository.snapshot, folder, of);
        return this.ranges.divide(keyOf(opened, of, folder), paths) ?? [];
    }

    private rangeOf({ opened, path, of, start }: RangeNode): Range | undefined {
        return this.rangesOf(opened, path, of).find((range) => range.start === start);
    }

    /** The row of the range in which a file or folder is, where its list is divided. */
    private rangeWith(opened: OpenRepository, of: ListKind, path: string): TreeNode | undefined {
        const folder = of === 'folders' || of === 'files' ? folderOf(path) : '';
        const range = this.ranges.find(this.rangesOf(opened, folder, of), path);
        return range && this.keep({ kind: 'range', opened, path: folder, of, start: range.start });
    }

    private relay(event: RepositoriesChange): void {
        if (event === undefined) {
            this.nodes.clear();
            this.given.clear();
            return this.emitter.fire(undefined);
        }
        const { opened, change } = event;
        const folders = [...change.folders].filter((path) => this.given.has(keyOf(opened, 'folder', path)));
        const whole = change.state || folders.includes('') || this.filter !== 'all';
        if (whole || change.files.size + folders.length > ROWS_ONE_BY_ONE) return this.emitter.fire(undefined);
        const rows = [
            ...folders.flatMap((path) => this.known(opened, 'folder', path)),
            ...[...change.files].flatMap((path) => this.known(opened, 'file', path)),
            ...new Set([...change.files].flatMap((path) => this.rangeWith(opened, 'files', path) ?? [])),
        ];
        if (rows.length > 0) this.emitter.fire(rows);
    }

    private node(opened: OpenRepository, kind: 'repository' | 'folder' | 'file', path: string): TreeNode {
        return this.keep({ kind, opened, path });
    }

    private keep(node: Exclude<TreeNode, { kind: 'notice' }>): TreeNode {
        const key = keyOf(node.opened, node.kind === 'range' ? `${node.of}|${node.start}` : node.kind, node.path);
        const known = this.nodes.get(key);
        if (known === undefined) this.nodes.set(key, node);
        return known ?? node;
    }

    private known(opened: OpenRepository, kind: 'folder' | 'file', path: string): TreeNode[] {
        const node = this.nodes.get(keyOf(opened, kind, path));
        return node === undefined ? [] : [node];
    }
}

function keyOf(opened: OpenRepository, kind: string, path: string): string {
    return `${opened.repository.options.root}|${kind}|${path}`;
}

/** Puts the tree into its container and keeps it, its filter and its line of text true. */
export function registerFileTree(
    context: vscode.ExtensionContext,
    repositories: Repositories,
    stalePrograms: StalePrograms,
): FileTree {
    const tree = new FileTree(repositories, stalePrograms);
    const view = vscode.window.createTreeView(VIEW, {
        treeDataProvider: tree,
        canSelectMany: true,
        showCollapseAll: true,
    });
    let shown: Filter = 'all';
    const explain = (): void => {
        view.message = explanation(repositories, shown);
    };
    const useFilter = (filter: Filter): void => {
        tree.show(filter);
        shown = filter;
        explain();
        void vscode.commands.executeCommand('setContext', 'cncCheckout.filter', filter);
    };
    const expanded = ({ element }: vscode.TreeViewExpansionEvent<TreeNode>, open: boolean): void => {
        if (element.kind !== 'folder') return;
        if (open) element.opened.openFolders.add(element.path);
        else element.opened.openFolders.delete(element.path);
        element.opened.watchOpenFolders();
    };
    const tellOfView = (): void => {
        for (const opened of repositories.all) opened.showFolders(view.visible);
    };
    useFilter('all');
    context.subscriptions.push(
        tree,
        view,
        view.onDidExpandElement((event) => expanded(event, true)),
        view.onDidCollapseElement((event) => expanded(event, false)),
        repositories.onDidChange(explain),
        repositories.onDidChange((event) => event === undefined && tellOfView()),
        view.onDidChangeVisibility(tellOfView),
        vscode.workspace.onDidGrantWorkspaceTrust(explain),
        whenAgesChange((hasAged) => tree.redrawAges(hasAged)),
        vscode.commands.registerCommand('cncCheckout.filterAll', () => useFilter('all')),
        vscode.commands.registerCommand('cncCheckout.filterCheckedOut', () => useFilter('checkedOut')),
        vscode.commands.registerCommand('cncCheckout.filterMine', () => useFilter('mine')),
    );
    return tree;
}

/** The line above the rows that says why they are not what one would expect. */
function explanation(repositories: Repositories, filter: Filter): string {
    const [opened] = repositories.all;
    const rowsKnown = opened?.repository.snapshot.folder('') !== undefined;
    const isLost = rowsKnown && repositories.state === 'unreachable';
    const lines = [
        isLost ? 'The share is unreachable. This is how it was last seen.' : '',
        rowsKnown && !vscode.workspace.isTrusted ? 'Restricted Mode: look, but nothing can be checked out or in.' : '',
        { all: '', checkedOut: 'Only checked-out files are shown.', mine: 'Only your files are shown.' }[filter],
    ];
    return lines.filter((line) => line !== '').join(' ');
}
