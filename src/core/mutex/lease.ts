import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import { mkdir, open, rmdir, stat, unlink, utimes, type FileHandle } from 'node:fs/promises';
import * as path from 'node:path';
import { rethrowUnlessSystemError, systemCode } from '../base/errors';
import { removeMutex } from './orphans';
import type { AtFailpoint } from './failpoints';
import type { ReplaceOptions, Replacement } from '../disk/replaceFile';
import { ownerFileOf, readOwner } from './ownerFile';
import { leavesDoubt, retry } from '../disk/retry';
import { StagedFile, temporaryPath } from '../disk/stagedFile';

/** The part of the time until others take it away for which its holder may be still and begin to replace something. */
const LONGEST_SILENCE = 3 / 4;

/** One hold of a mutex: from the moment at which its directory is taken until it is given back. */
export class Lease {
    private readonly finishing: Promise<unknown>[] = [];
    /** Settles when the owner file says whose it is, as far as that can be written. */
    private readonly named: Promise<void>;
    /** Whether the draft is in the directory that the owner file is in. */
    private readonly hasDraft: Promise<boolean>;
    /** Begin of the last thing that others can see of it: from then on they count how long it was still. */
    private shownAt: number;
    /** Whether it was still for so long that somebody may be about to take it away, whatever it shows now. */
    private wasStill = false;
    /** Something happened that can mean that it was taken away. */
    private isDoubtful = false;

    private constructor(
        private readonly directory: string,
        private readonly token: string,
        /** A file that can be put in place while the mutex is ours, and not any more as soon as it was taken away. */
        readonly draft: StagedFile,
        ownerFile: FileHandle,
        owner: string,
        private readonly takenAt: number,
        private readonly staleAfter: number,
    ) {
        this.shownAt = takenAt;
        this.named = name(ownerFile, owner);
        this.hasDraft = isThere(draft.path);
    }

    /**
     * Takes the mutex. The draft comes before the owner file, whose creation decides: whoever was asleep in between, and
     * woke up in somebody else's directory, is refused there. If that was so new that it had no owner yet, it is ours, and the
     * draft is not in it: then nothing can be put in place.
     * @param describe the text of the owner file, from a random token
     * @param staleAfter milliseconds without a sign of life after which others take it away
     * @throws a system error, `EEXIST` when somebody else has it
     */
    static async take(
        directory: string,
        describe: (token: string) => string,
        staleAfter: number,
        atFailpoint: AtFailpoint,
    ): Promise<Lease> {
        await mkdir(directory);
        await atFailpoint('entered');
        const token = randomUUID();
        const draftPath = temporaryPath(path.join(directory, 'new'), token);
        let draft: StagedFile | undefined;
        let ownerFile: FileHandle;
        let takenAt: number;
        try {
            draft = await StagedFile.create(draftPath);
            await atFailpoint('drafted');
            takenAt = performance.now();
            ownerFile = await open(ownerFileOf(directory), 'wx');
        } catch (error) {
            // The first error says more than others would.
            await (draft?.remove() ?? unlink(draftPath)).catch(() => undefined);
            const code = systemCode(error);
            if (code === 'EEXIST' || code === 'ENOENT') throw Object.assign(new Error('taken'), { code: 'EEXIST' });
            await leave(directory, atFailpoint).catch(() => undefined);
            throw error;
        }
        return new Lease(directory, token, draft, ownerFile, describe(token), takenAt, staleAfter);
    }

    /** Shows that its holder is alive. @throws a system error */
    async showLife(time: Date): Promise<void> {
        this.wasStill = this.isLate;
        const began = performance.now();
        await utimes(ownerFileOf(this.directory), time, time);
        this.shownAt = began;
    }

    /** Whether it was still for so long that it may not begin to replace anything any more. */
    get isLate(): boolean {
        return this.wasStill || performance.now() - this.shownAt > this.staleAfter * LONGEST_SILENCE;
    }

    /**
     * Puts the draft in place, see `StagedFile.putInPlace`. Not when it was still for so long that others are about to take
     * it away: a server, or a client whose processes share its memory, may carry out what it was asked for out of the
     * directory as it was, when that has just been moved aside.
     */
    async putInPlace(
        target: string,
        confirm: () => Promise<boolean>,
        options: Omit<ReplaceOptions, 'isOurs' | 'isLate'>,
    ): Promise<Replacement> {
        const became = (await this.hasDraft)
            ? await this.draft.putInPlace(target, confirm, {
                  ...options,
                  isLate: () => this.isLate,
                  isOurs: () => this.isOurs(),
              })
            : 'untouched';
        this.isDoubtful ||= became !== 'replaced';
        return became;
    }

    /** Where another file can be prepared; gone at once when the mutex is taken away. */
    temporary(stem: string): string {
        return temporaryPath(path.join(this.directory, stem), this.token);
    }

    /** Lets `work` go on while the mutex is given back; that does not end before it, however it ends. It must not fail. */
    finishWith(work: Promise<void>): void {
        this.finishing.push(work);
    }

    /** Whether the mutex on disk is this one. */
    async isOurs(): Promise<boolean> {
        await this.named;
        const isOurs = (await readOwner(this.directory))?.token === this.token;
        this.isDoubtful ||= !isOurs;
        return isOurs;
    }

    /**
     * Gives the mutex back if it is still this one.
     * @returns whether it was there to be given back
     */
    async giveBack(atFailpoint: AtFailpoint): Promise<boolean> {
        // What cannot be removed by its name goes with the directory.
        this.finishWith(this.draft.remove().catch(() => undefined));
        try {
            await this.named;
            this.isDoubtful ||= performance.now() - this.takenAt > this.staleAfter / 2;
            if (this.isDoubtful && !(await this.isOurs())) return false;
            return await this.removeAll(atFailpoint);
        } finally {
            await Promise.all(this.finishing); // What it has to say belongs to this change, and not to the next one.
        }
    }

    /**
     * Removes what is left of it after `giveBack` failed: else it would be in everybody's way until it is stale. What has
     * another token, or none, stays.
     * @throws a system error while that cannot be told or done
     */
    async clearAway(atFailpoint: AtFailpoint): Promise<void> {
        if ((await readOwner(this.directory))?.token === this.token) await removeMutex(this.directory, atFailpoint);
    }

    /** Gives the mutex back when the process ends, without waiting. */
    giveBackAtExit(): void {
        const isOurs =
            fs.existsSync(this.draft.path) || fs.readFileSync(ownerFileOf(this.directory), 'utf8').includes(this.token);
        if (isOurs) fs.rmSync(this.directory, { recursive: true, force: true });
    }

    private async removeAll(atFailpoint: AtFailpoint): Promise<boolean> {
        // The owner first, then the directory: should it end in between, what is left is stale like any other. In the
        // worst case (asleep since the last look, and taken over) this takes the owner file of somebody else. That lets
        // nobody in, since their directory stays in place with what they prepare in it.
        // Whoever waits reads the owner file again and again, and a server may not let it go meanwhile.
        let inDoubt = false;
        const unlinking = retry(() =>
            unlink(ownerFileOf(this.directory)).catch((error: unknown) => {
                inDoubt ||= leavesDoubt(error);
                throw error;
            }),
        );
        const [unlinked] = await Promise.allSettled([unlinking, ...this.finishing]);
        if (unlinked.status === 'rejected') {
            if (systemCode(unlinked.reason) !== 'ENOENT') throw unlinked.reason;
            // The answer to our first request may have been lost. A directory that is in use is not empty.
            if (inDoubt) await rmdir(this.directory).catch(() => undefined);
            return false;
        }
        try {
            await rmdir(this.directory);
        } catch (error) {
            rethrowUnlessSystemError(error);
            // Something is left in it, or a waiter on Windows still has the owner file open; or it is another one by now.
            const owner = await readOwner(this.directory);
            if (owner === undefined || owner.token === this.token) await removeMutex(this.directory, atFailpoint);
        }
        return true;
    }
}

/** Goes away from a directory that nobody owns; there may be an owner file all the same, if its answer was lost. */
async function leave(directory: string, atFailpoint: AtFailpoint): Promise<void> {
    const owner = await readOwner(directory);
    if (owner === undefined || owner.token === '') await removeMutex(directory, atFailpoint);
}

/** Whether a file is there; also where nobody can tell, as nothing is lost by trying. */
async function isThere(file: string): Promise<boolean> {
    try {
        await stat(file);
        return true;
    } catch (error) {
        return systemCode(error) !== 'ENOENT';
    }
}

/** Says whose the mutex is. Who waits can do without; a disk that takes no more refuses the change itself, too. */
async function name(ownerFile: FileHandle, text: string): Promise<void> {
    try {
        try {
            await ownerFile.writeFile(text);
        } finally {
            await ownerFile.close();
        }
    } catch (error) {
        rethrowUnlessSystemError(error);
    }
}
