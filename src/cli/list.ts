import { lstat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { formatAge } from '../core/base/time';
import { systemCode } from '../core/base/errors';
import { entryNotices } from '../core/locks/entryNotices';
import { isBehindLink } from '../core/disk/links';
import type { Repository } from '../core/repository/repository';
import { truncate } from '../core/base/truncate';
import type { RepositoryFile } from '../core/repository/snapshot';
import { alignColumns, type Streams, writeJson, writeLine, writeLines } from './output';

/** A file as `list --json` prints it: the fields of the original Python script first. */
interface ListedFile {
    readonly name: string;
    readonly status: 'available' | 'checked_out';
    readonly locked_by: string | null;
    readonly size: number | null;
    readonly timestamp: string | null;
    readonly message: string | null;
    readonly host: string | null;
    readonly missing: boolean;
    /** Why nobody can tell who holds it; only where that is so. */
    readonly unreadable?: string;
}

const MAX_CONCURRENT_STATS = 16;
/** A row cuts longer texts; `--json` prints them in full. */
const NAME_LENGTH = 60;
const MESSAGE_LENGTH = 500;
const NO_SUCH_FILE = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG']);

/**
 * Lists every file of the repository and every lock. Folders that cannot be read are reported on stderr.
 * @throws CheckoutError when the repository or the locks cannot be read
 */
export async function list(repository: Repository, json: boolean, { stdout, stderr }: Streams): Promise<void> {
    await repository.refresh();
    requireReady(repository);
    await repository.lookFurther();
    requireReady(repository);
    const { snapshot } = repository;
    for (const reason of [...snapshot.unreadable.values(), ...entryNotices(snapshot.table)]) writeLine(stderr, reason);
    // Made here: it takes several milliseconds, which no other command needs.
    const byName = new Intl.Collator('en', { numeric: true });
    const files = snapshot.files().sort((one, other) => byName.compare(one.path, other.path));
    const listed = await describeAll(files, snapshot.root, json);
    if (json) {
        writeJson(stdout, listed);
        return;
    }
    if (listed.length === 0) writeLine(stdout, `The repository ${snapshot.root} has no CAM files.`);
    else writeLines(stdout, alignColumns(tableOf(listed, Date.now())));
}

function requireReady({ state }: Repository): void {
    if ('error' in state) throw state.error;
}

/** @param withSizes whether each file is looked at; else only those are that were not listed */
async function describeAll(files: readonly RepositoryFile[], root: string, withSizes: boolean): Promise<ListedFile[]> {
    const listed: ListedFile[] = [];
    const linked = new Map<string, Promise<boolean>>();
    const isElsewhere = (folder: string): Promise<boolean> => {
        const known = linked.get(folder) ?? isBehindLink(root, folder);
        linked.set(folder, known);
        return known;
    };
    for (let start = 0; start < files.length; start += MAX_CONCURRENT_STATS) {
        const some = files.slice(start, start + MAX_CONCURRENT_STATS);
        if (withSizes || some.some(({ missing }) => missing)) {
            listed.push(...(await Promise.all(some.map((file) => describe(file, isElsewhere)))));
        } else for (const file of some) listed.push(listedAs(file, null, false));
    }
    return listed;
}

async function describe(file: RepositoryFile, isElsewhere: (folder: string) => Promise<boolean>): Promise<ListedFile> {
    const { diskPath, missing } = file;
    // A file that was not listed may lie behind a link, outside the repository.
    const isLost = missing && (await isElsewhere(dirname(diskPath)));
    const { size, gone } = isLost ? { size: null, gone: true } : await look(diskPath);
    // Another program may have locked a file that is not a CAM file, or is in an unreadable folder: it is not missing.
    return listedAs(file, size, missing && gone);
}

function listedAs(
    { path, lock, state, unreadable }: RepositoryFile,
    size: number | null,
    missing: boolean,
): ListedFile {
    return {
        name: path,
        status: state === 'available' ? 'available' : 'checked_out',
        locked_by: lock?.user ?? null,
        size,
        timestamp: lock?.timestamp || null,
        message: lock?.message ?? null,
        host: lock?.host ?? null,
        missing,
        ...(unreadable === undefined ? {} : { unreadable }),
    };
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

function tableOf(files: readonly ListedFile[], now: number): string[][] {
    const rows = files.map(({ name, status, locked_by: holder, timestamp, message, host, missing, unreadable }) => {
        if (status === 'available') return [name, 'available'];
        const state = missing ? 'missing' : 'checked out';
        if (unreadable !== undefined) return [name, state, 'cannot be read', '', unreadable];
        const age = formatAge(timestamp ?? '', now) ?? '';
        const who = `${truncate(holder ?? '', NAME_LENGTH)}${host ? ` on ${truncate(host, NAME_LENGTH)}` : ''}`;
        return [name, state, who, age, truncate(message ?? '', MESSAGE_LENGTH)];
    });
    return [['NAME', 'STATE', 'HOLDER', 'AGE', 'MESSAGE'], ...rows];
}
