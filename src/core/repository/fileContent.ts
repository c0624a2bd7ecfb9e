import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { limitConcurrency } from '../base/concurrency';
import { rethrowUnlessSystemError } from '../base/errors';
import { foldPath, isRepositoryPath } from '../base/repositoryPath';
import { isCoarse, sameTimes, stateOf, type FileState } from '../disk/fileState';
import { isFileInPlace } from '../disk/links';
import { READING, withRegular } from '../disk/regularFile';
import type { FileContent } from '../history/historyEvent';
import type { Outcome } from '../locks/rules';
import type { Snapshot } from './snapshot';

/** A larger file is not read for its hash: a check-out of 200 MB is to answer like a small one. */
const LARGEST_HASHED_BYTES = 2 ** 20;
/** How much of all files together is kept in memory, until a copy of it is on the disk. */
const LARGEST_KEPT_BYTES = 32 * 2 ** 20;
const FILES_AT_ONCE = 8;
/** How long others wait for the mutex while files are looked at again. What is not looked at by then is not known. */
const LONGEST_LOOK_MS = 1000;

/**
 * What is in files of a repository, for those who check them out and in: read before the mutex is waited for, since that
 * takes long, and looked at again while it is held, since anyone may have saved meanwhile.
 */
export class FileContents {
    private readonly states = new Map<string, FileState>();
    private keptBytes = 0;

    private constructor(
        private readonly snapshot: Snapshot,
        private readonly keepsBytes: boolean,
        private readonly longestLookMs: number,
    ) {}

    /**
     * Reads files. Nothing is read of what lies outside the repository, nor of a file behind a link.
     * @param paths inside the repository
     * @param keepsBytes whether the states are to have the contents of small files
     */
    static async read(
        snapshot: Snapshot,
        paths: readonly string[],
        { keepsBytes = false, longestLookMs = LONGEST_LOOK_MS } = {},
    ): Promise<FileContents> {
        const contents = new FileContents(snapshot, keepsBytes, longestLookMs);
        const inside = paths.filter((path) => isRepositoryPath(path));
        await limitConcurrency(inside, FILES_AT_ONCE, (path) => contents.lookAt(path));
        return contents;
    }

    /**
     * What is in a file, as it was looked at last: its size and, of files that are not large, its hash.
     * @param foldedPath folded path inside the repository
     * @returns undefined when nobody can tell: no file, a link, no permission, the share is gone
     */
    get(foldedPath: string): FileContent | undefined {
        const state = this.states.get(foldedPath);
        if (state === undefined) return undefined;
        const { size, sha256 } = state;
        return { size, ...(sha256 === undefined ? {} : { sha256 }) };
    }

    /** How a file was when it was looked at last. @param path inside the repository, in any case */
    stateOf(path: string): FileState | undefined {
        return this.states.get(foldPath(path));
    }

    /**
     * Looks at files again, under the mutex, and reads small ones again that were changed. A large one is not read then; its
     * content is not known. Never rejects because of the disk.
     */
    async lookAgain(paths: readonly string[]): Promise<void> {
        const began = performance.now();
        await limitConcurrency(paths, FILES_AT_ONCE, async (path) => {
            if (performance.now() - began < this.longestLookMs) return this.lookAt(path);
            const known = this.stateOf(path);
            if (known !== undefined) this.states.set(foldPath(path), { size: known.size, mtimeMs: known.mtimeMs });
        });
    }

    private async lookAt(path: string): Promise<void> {
        const known = this.stateOf(path);
        const diskPath = this.snapshot.diskPath(this.snapshot.locate(path) ?? path);
        const state = await this.stateNow(diskPath, known);
        this.keptBytes += (state?.bytes?.length ?? 0) - (known?.bytes?.length ?? 0);
        if (state === undefined) this.states.delete(foldPath(path));
        else this.states.set(foldPath(path), state);
    }

    private async stateNow(diskPath: string, known: FileState | undefined): Promise<FileState | undefined> {
        try {
            if (known === undefined && !(await isFileInPlace(this.snapshot.root, diskPath))) return undefined;
            const state = await this.readUnlessKnown(diskPath, known);
            // Through a link that took the place of a folder since, another file is found.
            if (state === known || (await isFileInPlace(this.snapshot.root, diskPath))) return state;
        } catch (error) {
            rethrowUnlessSystemError(error);
        }
        return undefined;
    }

    private readUnlessKnown(diskPath: string, known: FileState | undefined): Promise<FileState> {
        return withRegular(
            diskPath,
            async ({ handle, stats }): Promise<FileState> => {
                const now = stateOf(stats);
                if (known !== undefined && sameTimes(known, now) && !(isCoarse(now) && isRead(known))) return known;
                const { size } = now;
                if (size > LARGEST_HASHED_BYTES) return now;
                const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(size + 1), 0, size + 1, 0);
                if (bytesRead !== size) return now; // It is being written to.
                const bytes = buffer.subarray(0, size);
                const sha256 = createHash('sha256').update(bytes).digest('hex');
                const isRoom = this.keepsBytes && this.keptBytes + size <= LARGEST_KEPT_BYTES;
                return { ...now, sha256, ...(isRoom ? { bytes } : {}) };
            },
            READING | constants.O_NOFOLLOW,
        );
    }
}

function isRead({ sha256 }: FileState): boolean {
    return sha256 !== undefined;
}

/** Outcomes with how their files were under the mutex. */
export function withStates(outcomes: readonly Outcome[], contents: FileContents): Outcome[] {
    return outcomes.map((outcome) => {
        const file = contents.stateOf(outcome.path);
        return outcome.refusal !== undefined || file === undefined ? outcome : { ...outcome, file };
    });
}
