import { lstat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { formatAge } from '../core/base/time';
import { limitConcurrency } from '../core/base/concurrency';
import { CheckoutError, systemCode } from '../core/base/errors';
import { entryNotices } from '../core/locks/entryNotices';
import { isBehindLink } from '../core/disk/links';
import type { Repository } from '../core/repository/repository';
import { OutsideChanges, type OutsideChange } from '../core/repository/outsideChanges';
import { foldPath, pathIn } from '../core/base/repositoryPath';
import { truncate } from '../core/base/truncate';
import type { RepositoryFile, Snapshot } from '../core/repository/snapshot';
import { conflictOriginal } from '../core/repository/conflictCopies';
import { sameUser } from '../core/locks/holder';
import type { Work } from './invocation';
import { matching } from './matching';
import { alignColumns, JsonRows, type Paint, painterOf, type Streams, whoOf, writeLine, writeLines } from './output';

/** A file as `list --json` prints it: the fields of the original Python script first. */
interface ListedFile {
    readonly name: string;
    readonly status: 'available' | 'checked_out' | 'unusable';
    readonly locked_by: string | null;
    readonly size: number | null;
    readonly timestamp: string | null;
    readonly message: string | null;
    readonly host: string | null;
    readonly missing: boolean;
    /** The number of its latest revision. */
    revision?: number | null;
    /** Whether it was checked in since without a revision. */
    not_kept?: true;
    /** Whether its content is another one than that of its latest revision, while nobody has it checked out. */
    changed_outside?: true;
    /** The number of the older revision that it is again. */
    is_revision?: number;
    /** The file that a synchronising program made this one a copy of. */
    readonly conflict_of?: string;
    /** Why nobody can check it out under its name, as a clause to follow "because". */
    readonly unusable?: string;
    /** What is wrong with its entry in the locks file, so that its holder is unknown; undefined for a sound entry. */
    readonly unreadable?: string;
}

const MAX_CONCURRENT_STATS = 16;
const STATE_COLUMN = 1;
const DESCRIBED_AT_ONCE = 1000;
/** A row cuts longer texts; `--json` prints them in full. */
const MESSAGE_LENGTH = 500;
const NO_SUCH_FILE = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG']);

/**
 * Lists the files of the repository and the locks, all or those that are asked for. Folders that cannot be read are reported
 * on stderr.
 * @throws CheckoutError when the repository or the locks cannot be read
 */
export async function list(
    repository: Repository,
    { format, patterns, shown }: Pick<Work, 'format' | 'patterns' | 'shown'>,
    { stdout, stderr }: Streams,
): Promise<void> {
    await repository.refresh();
    requireReady(repository);
    await repository.lookFurther();
    requireReady(repository);
    const { snapshot } = repository;
    for (const reason of [...snapshot.unreadable.values(), ...entryNotices(snapshot.table)]) writeLine(stderr, reason);
    // Made here: it takes several milliseconds, which no other command needs.
    const byName = new Intl.Collator('en', { numeric: true });
    const isAskedFor = matching(patterns);
    const files = snapshot
        .files()
        .filter((file) => isShown(file, shown, repository.options.user) && isAskedFor(file.path))
        .sort((one, other) => byName.compare(one.path, other.path));
    const unusable = shown === 'all' ? unusableIn(snapshot).filter(({ name }) => isAskedFor(name)) : [];
    const describe = describing(repository, format === 'json');
    if (format !== 'json') {
        const listed = [...(await describe(files)), ...unusable];
        if (listed.length === 0) writeLine(stdout, nothingIn(snapshot, patterns, shown));
        else writeTable(stdout, listed, repository.options.user);
        return;
    }
    const addRevision = await addingRevisions(files, repository, stderr);
    const rows = new JsonRows();
    // A few at a time: 100,000 descriptions at once cost more memory and time than what they are made into.
    for (let start = 0; start < files.length; start += DESCRIBED_AT_ONCE) {
        const some = await describe(files.slice(start, start + DESCRIBED_AT_ONCE));
        rows.add(some.map(addRevision));
    }
    rows.add(unusable.map(addRevision));
    rows.write(stdout);
}

function isShown({ state, lock }: RepositoryFile, shown: Work['shown'], user: string): boolean {
    if (shown === 'mine') return lock !== undefined && sameUser(lock.user, user);
    return shown === 'all' || state !== 'available';
}

/** Why there is nothing to list, as a finished sentence. */
function nothingIn({ root }: Snapshot, patterns: readonly string[], shown: Work['shown']): string {
    const what = { all: 'file', mine: 'file that you have checked out', checkedOut: 'file that is checked out' }[shown];
    if (patterns.length > 0) return `The repository ${root} has no ${what} with ${patterns.join(' or ')} in its path.`;
    return shown === 'all' ? `The repository ${root} has no CAM files.` : `The repository ${root} has no ${what}.`;
}

/** Adds what is known of the revisions of a file to its description. */
async function addingRevisions(
    files: readonly RepositoryFile[],
    repository: Repository,
    stderr: Streams['stderr'],
): Promise<(file: ListedFile) => ListedFile> {
    const { index } = repository.revisions;
    const latest = await latestRevisions(repository, stderr);
    const changes = await outsideChanges(files, repository);
    return (file) => {
        const change = changes.get(foldPath(file.name));
        file.revision = latest(file.name);
        if (index.hasGap(file.name)) file.not_kept = true;
        if (change !== undefined) file.changed_outside = true;
        if (change?.older !== undefined) file.is_revision = change.older.number;
        return file;
    };
}

/** The number of the latest revision of a file; null where it has none, or nobody can tell. */
async function latestRevisions(
    { revisions: { index } }: Repository,
    stderr: Streams['stderr'],
): Promise<(path: string) => number | null> {
    try {
        await index.refresh();
    } catch (error) {
        if (!(error instanceof CheckoutError)) throw error;
        writeLine(stderr, error.message);
    }
    return (path) => index.latest(path)?.number ?? null;
}

/** What was changed outside, by folded paths; nothing where nobody can tell. */
async function outsideChanges(
    files: readonly RepositoryFile[],
    { revisions }: Repository,
): Promise<ReadonlyMap<string, OutsideChange | undefined>> {
    if (!revisions.index.isRead) return new Map();
    return new OutsideChanges(revisions).look(files.filter(({ state }) => state === 'available'));
}

function requireReady({ state }: Repository): void {
    if ('error' in state) throw state.error;
}

/** What describes files. @param withSizes whether each file is looked at; else only those are that were not listed */
function describing(
    { snapshot, options: { host } }: Repository,
    withSizes: boolean,
): (files: readonly RepositoryFile[]) => Promise<ListedFile[]> {
    const linked = new Map<string, Promise<boolean>>();
    const isElsewhere = (folder: string): Promise<boolean> => {
        const known = linked.get(folder) ?? isBehindLink(snapshot.root, folder);
        linked.set(folder, known);
        return known;
    };
    return async (files) => {
        const listed = files.map((file) => listedAs(file, conflictOriginal(snapshot, file.path, host)));
        const looks = files.flatMap((file, index) => (withSizes || file.missing ? index : []));
        await limitConcurrency(looks, MAX_CONCURRENT_STATS, async (index) => {
            Object.assign(listed[index]!, await lookAt(files[index]!, isElsewhere));
        });
        return listed;
    };
}

/** What only a look at a file tells. */
async function lookAt(
    { diskPath, missing }: RepositoryFile,
    isElsewhere: (folder: string) => Promise<boolean>,
): Promise<Pick<ListedFile, 'size' | 'missing'>> {
    // A file that was not listed may lie behind a link, outside the repository.
    const isLost = missing && (await isElsewhere(dirname(diskPath)));
    const { size, gone } = isLost ? { size: null, gone: true } : await look(diskPath);
    // Another program may have locked a file that is not a CAM file, or is in an unreadable folder: it is not missing.
    return { size, missing: missing && gone };
}

/** A file as it is known without a look at it. */
function listedAs({ path, lock, state, unreadable }: RepositoryFile, conflictOf: string | undefined): ListedFile {
    return {
        name: path,
        status: state === 'available' ? 'available' : 'checked_out',
        locked_by: lock?.user ?? null,
        size: null,
        timestamp: lock?.timestamp || null,
        message: lock?.message ?? null,
        host: lock?.host ?? null,
        missing: false,
        ...(conflictOf === undefined ? {} : { conflict_of: conflictOf }),
        ...(unreadable === undefined ? {} : { unreadable }),
    };
}

/** What lies in the repository and can be nobody's, because of its name. */
function unusableIn(snapshot: Snapshot): ListedFile[] {
    const found: ListedFile[] = [];
    const nothing = { locked_by: null, size: null, timestamp: null, message: null, host: null };
    for (const [folder, { unusable }] of snapshot.listings) {
        for (const [name, reason] of unusable ?? []) {
            const path = pathIn(folder, name);
            if (snapshot.isHeld(path)) continue;
            found.push({ name: path, status: 'unusable', ...nothing, missing: false, unusable: reason });
        }
    }
    return found;
}

async function look(diskPath: string): Promise<{ size: number | null; gone: boolean }> {
    try {
        const stats = await lstat(diskPath);
        return stats.isFile() ? { size: stats.size, gone: false } : { size: null, gone: true };
    } catch (error) {
        const code = systemCode(error);
        if (code === undefined) throw error;
        return { size: null, gone: NO_SUCH_FILE.has(code) };
    }
}

/** One row a file; on a terminal, its state has a colour: mine, somebody else's, or one that needs a look. */
function writeTable(stdout: Streams['stdout'], files: readonly ListedFile[], user: string): void {
    const paint = painterOf(stdout);
    const styleOf = ({ status, missing, unreadable, locked_by: holder }: ListedFile): Parameters<Paint>[0] => {
        if (status === 'unusable' || missing || unreadable !== undefined) return 'red';
        if (status === 'available') return 'dim';
        return sameUser(holder ?? '', user) ? 'green' : 'yellow';
    };
    const lines = alignColumns(tableOf(files, Date.now()), (cell, column, row) => {
        if (row === 0) return paint('bold', cell);
        return column === STATE_COLUMN ? paint(styleOf(files[row - 1]!), cell) : cell;
    });
    writeLines(stdout, lines);
}

function tableOf(files: readonly ListedFile[], now: number): string[][] {
    const rows = files.map((file) => {
        const { name, status, locked_by: holder, timestamp, message, host, missing, unreadable } = file;
        const conflict = file.conflict_of === undefined ? '' : `conflict copy of ${file.conflict_of}`;
        if (status === 'unusable') return [name, 'unusable', '', '', `cannot be checked out, because ${file.unusable}`];
        if (status === 'available') return [name, 'available', '', '', conflict];
        const state = missing ? 'missing' : 'checked out';
        if (unreadable !== undefined) return [name, state, 'cannot be read', '', unreadable];
        const age = formatAge(timestamp ?? '', now) ?? '';
        const who = whoOf(holder ?? '', host ?? undefined);
        const notes = [conflict, truncate(message ?? '', MESSAGE_LENGTH)].filter(Boolean).join('; ');
        return [name, state, who, age, notes];
    });
    return [['NAME', 'STATE', 'HOLDER', 'AGE', 'MESSAGE'], ...rows];
}
