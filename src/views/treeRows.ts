import type { RepositorySession } from '../model/repositorySession';
import { Ranges, type Range } from './ranges';
import { groupsOf, type Group } from './rowGroups';
import { byName, rowsOf, type RowList } from './rowLists';
import type { RangeNode, TreeNode } from './treeNodes';

/** The rows of the tree: which are below a list, a group or a range, and which of these a file is in. */
export class TreeRows {
    /** VS Code knows a row by its object, so there is one object for each. */
    private readonly nodes = new Map<string, TreeNode>();
    private readonly ranges = new Ranges(byName);

    /** The rows of a list: its ranges where it is long, else its files, folders or groups. */
    below(list: RowList): TreeNode[] {
        const paths = pathsOf(list);
        const ranges = this.ranges.divide(listKey(list), paths);
        if (ranges === undefined) return this.rows(list, paths);
        return ranges.map(({ start }) => this.range(list, start));
    }

    inRange(node: RangeNode): TreeNode[] {
        return this.rows(node, this.pathsInRange(node));
    }

    pathsInRange(node: RangeNode): readonly string[] {
        return this.rangesOf(node).find(({ start }) => start === node.start)?.paths ?? [];
    }

    /**
     * The rows above one of a list's rows, the nearest first.
     * @param row its row, or the path of one of its files or folders
     */
    around(list: RowList, row: TreeNode | string): TreeNode[] {
        if (typeof row !== 'string' && row.kind === 'range') {
            const { group: key, ...whole } = list;
            return key === undefined ? [] : this.aroundGroup(whole, key, true);
        }
        if (typeof row !== 'string' && row.kind === 'group') return this.aroundGroup(list, row.group, false);
        if (typeof row !== 'string' && row.kind === 'notice') return [];
        const path = typeof row === 'string' ? row : row.path;
        const group = groupWith(list, path);
        if (group === undefined) return this.rangeWith(list, path);
        return [...this.rangeWith({ ...list, group: group.key }, path), ...this.aroundGroup(list, group.key, true)];
    }

    private aroundGroup(list: RowList, key: string, withItself: boolean): TreeNode[] {
        const { session, path, of, by } = list;
        const whole = { session, path, of, by };
        const group = groupOf(whole, key);
        if (group === undefined) return [];
        return [...(withItself ? [this.group(whole, group)] : []), ...this.rangeWith(whole, group.paths[0]!)];
    }

    node(session: RepositorySession, kind: 'repository' | 'folder' | 'file', path: string): TreeNode {
        const key = nodeKey(session, kind, path);
        if (kind !== 'folder') return this.keep(key, { kind, session, path });
        return this.keep(key, { kind, session, path, members: () => session.filesBelow(path) });
    }

    /** The row of a file or folder, if VS Code was given one. */
    known(session: RepositorySession, kind: 'folder' | 'file', path: string): TreeNode[] {
        const node = this.nodes.get(nodeKey(session, kind, path));
        return node === undefined ? [] : [node];
    }

    clear(): void {
        this.nodes.clear();
    }

    private rows(list: RowList, paths: readonly string[]): TreeNode[] {
        const { session, of } = list;
        return paths.map((path) => {
            const group = list.group === undefined ? groupWith(list, path) : undefined;
            if (group !== undefined) return this.group(list, group);
            return this.node(session, of === 'folders' ? 'folder' : 'file', path);
        });
    }

    private rangesOf(list: RowList): readonly Range[] {
        return this.ranges.divide(listKey(list), pathsOf(list)) ?? [];
    }

    private rangeWith(list: RowList, path: string): TreeNode[] {
        const range = this.ranges.find(this.rangesOf(list), path);
        return range === undefined ? [] : [this.range(list, range.start)];
    }

    private range({ session, path, of, by, group }: RowList, start: string): TreeNode {
        const node: RangeNode = {
            kind: 'range',
            session,
            path,
            of,
            by,
            start,
            ...(group === undefined ? {} : { group }),
        };
        return this.keep(`${listKey(node)}|range|${start}`, node);
    }

    private group({ session, path, of, by }: RowList, { key }: Group): TreeNode {
        const members = (): readonly string[] => groupOf({ session, path, of, by }, key)?.paths ?? [];
        return this.keep(listKey({ session, path, of, by, group: key }), {
            kind: 'group',
            session,
            path,
            of,
            by,
            group: key,
            members,
        });
    }

    private keep(key: string, node: TreeNode): TreeNode {
        const known = this.nodes.get(key);
        if (known === undefined) this.nodes.set(key, node);
        return known ?? node;
    }
}

/** The group that a row stands for, as it is now. */
export function groupOf(list: RowList, key: string): Group | undefined {
    return list.by === 'folder' ? undefined : groupsOf(list.session, allPathsOf(list), list.by).byKey.get(key);
}

function groupWith(list: RowList, path: string): Group | undefined {
    if (list.by === 'folder' || list.of === 'folders') return undefined;
    return groupsOf(list.session, allPathsOf(list), list.by).byPath.get(path);
}

/** A path for each row of a list. */
function pathsOf(list: RowList): readonly string[] {
    if (list.by === 'folder' || list.of === 'folders') return allPathsOf(list);
    if (list.group !== undefined) return groupOf(list, list.group)?.paths ?? [];
    return groupsOf(list.session, allPathsOf(list), list.by).heads;
}

function allPathsOf({ session, path, of }: RowList): readonly string[] {
    return rowsOf(session.repository.snapshot, path, of);
}

function listKey({ session, path, of, by, group = '' }: RowList): string {
    return `${session.repository.options.root}|${of}|${path}|${by}|${group}`;
}

function nodeKey(session: RepositorySession, kind: 'repository' | 'folder' | 'file', path: string): string {
    return `${session.repository.options.root}|${kind}|${path}`;
}
