import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import { mkdir, open, rmdir, stat, unlink, utimes, type FileHandle } from 'node:fs/promises';
import * as path from 'node:path';
import { rethrowUnlessSystemError, systemCode } from '../base/errors';
import type { LeasedFolder, Replacement, ReplaceOptions } from '../disk/replaceFile';
import { isDisconnect, retry } from '../disk/retry';
import { StagedFile, temporaryPath } from '../disk/stagedFile';
import type { AtFailpoint } from './failpoints';
import type { Rights } from '../disk/rights';
import { removeMutex } from './orphans';
import { ownerFileOf, readOwner, writeOwner } from './ownerFile';

/** The share of `staleAfter` for which a holder may show no sign of life and still begin a rename. */
const LONGEST_SILENCE = 3 / 4;

/** How a lease is taken. */
export interface LeaseOptions {
    /** The text of the owner file, from a random token. */
    readonly describe: (token: string) => string;
    /** Lets colleagues into the directory; the rights for a file in it, where the umask leaves less. Must not reject. */
    readonly share: () => Promise<Rights | undefined>;
    /** Milliseconds without a sign of life after which others take the mutex away. */
    readonly staleAfter: number;
    readonly atFailpoint: AtFailpoint;
}

/** One hold of a mutex: from the creation of its directory until that is removed. */
export class Lease implements LeasedFolder {
    private readonly finishing: Promise<unknown>[] = [];
    private readonly staleAfter: number;
    /** To be called at the moments that only the change under the mutex knows. */
    readonly atFailpoint: AtFailpoint;
    /** Settles when the owner file names this lease, as far as it can be written. */
    private readonly named: Promise<void>;
    /** Whether the draft is in the same directory as the owner file. */
    private readonly hasDraft: Promise<boolean>;
    /** When the last sign of life began: others count from a later moment. */
    private shownAt: number;
    /** Whether a sign of life came so late that others may be taking it away already. */
    private wasSilent = false;
    /** Whether the heartbeat found it taken away. */
    private isLost = false;
    /** Whether something happened that can mean that it was taken away. */
    private isDoubtful = false;

    private constructor(
        private readonly directory: string,
        private readonly token: string,
        /** To be put in place while the mutex is held; it is gone as soon as the mutex is taken away. */
        readonly draft: StagedFile,
        ownerFile: FileHandle,
        private readonly takenAt: number,
        sharing: Promise<Rights | undefined>,
        { describe, staleAfter, atFailpoint }: Omit<LeaseOptions, 'share'>,
    ) {
        this.staleAfter = staleAfter;
        this.atFailpoint = atFailpoint;
        this.shownAt = takenAt;
        this.named = sharing.then((rights) => writeOwner(ownerFile, describe(token), rights));
        this.hasDraft = exists(draft.path);
    }

    /**
     * Takes the mutex. The draft is created before the owner file, and the owner file decides. A process that slept in
     * between and woke up in another's directory fails there. If that directory was too new to have an owner, the process
     * owns it, but its draft is elsewhere, so it cannot replace anything.
     * @param directory the mutex directory
     * @returns undefined while somebody else has it
     * @throws a system error
     */
    static async take(directory: string, options: LeaseOptions): Promise<Lease | undefined> {
        const { atFailpoint } = options;
        try {
            await mkdir(directory);
        } catch (error) {
            if (systemCode(error) === 'EEXIST') return undefined;
            throw error;
        }
        await atFailpoint('entered');
        const sharing = options.share();
        const token = randomUUID();
        const draftPath = temporaryPath(path.join(directory, 'new'), token);
        let draft: StagedFile | undefined;
        try {
            draft = await StagedFile.create(draftPath);
            await atFailpoint('drafted');
            const takenAt = performance.now();
            const ownerFile = await open(ownerFileOf(directory), 'wx');
            return new Lease(directory, token, draft, ownerFile, takenAt, sharing, options);
        } catch (error) {
            await sharing;
            // The first error says more.
            await (draft?.remove() ?? unlink(draftPath)).catch(() => undefined);
            const code = systemCode(error);
            if (code === 'EEXIST' || code === 'ENOENT') return undefined;
            await abandon(directory, atFailpoint).catch(() => undefined);
            throw error;
        }
    }

    /** Shows others that the holder is alive. @param time of the owner file from now on @throws a system error */
    async showLife(time: Date): Promise<void> {
        this.wasSilent = this.isLate;
        const began = performance.now();
        const showing = utimes(ownerFileOf(this.directory), time, time);
        // For those who may not look into the directory.
        await Promise.all([showing, utimes(this.directory, time, time).catch(rethrowUnlessSystemError)]);
        this.shownAt = began;
    }

    /**
     * Whether it is too late to begin a rename. A server, or a client whose processes share its memory, may carry the
     * rename out in the directory as it was, although that was moved aside meanwhile.
     */
    get isLate(): boolean {
        return this.wasSilent || performance.now() - this.shownAt > this.staleAfter * LONGEST_SILENCE;
    }

    /** Puts the draft in place, see `StagedFile.replace`; not when it is too late. */
    async replace(target: string, options: Omit<ReplaceOptions, 'folder'>): Promise<Replacement> {
        if (!(await this.hasDraft)) return this.withdraw();
        const became = await this.draft.replace(target, { ...options, folder: this });
        this.isDoubtful ||= became !== 'replaced';
        return became;
    }

    /** Gives up a change because somebody interfered; `giveBack` removes the draft. */
    withdraw(): 'untouched' {
        this.isDoubtful = true;
        return 'untouched';
    }

    /** The path for another staged file, which is gone as soon as the mutex is taken away. @param stem of its name */
    temporary(stem: string): string {
        return temporaryPath(path.join(this.directory, stem), this.token);
    }

    /** Lets `work` overlap with giving the mutex back, which waits for it however it ends. `work` must not reject. */
    finishWith(work: Promise<void>): void {
        this.finishing.push(work);
    }

    /** Tells that the mutex was taken away; it stays lost even if it turns up again. */
    lose(): void {
        this.isLost = true;
    }

    /** Asks the disk whether the mutex is still this lease, and was all the time. @throws a system error */
    async isOurs(): Promise<boolean> {
        return !this.isLost && (await this.isOnDisk());
    }

    /**
     * Gives the mutex back if it is still this lease.
     * @returns whether it was this lease to the end
     * @throws a system error
     */
    async giveBack(): Promise<boolean> {
        // Where the draft cannot be removed by its name, it goes with the directory.
        this.finishWith(this.draft.remove().catch(() => undefined));
        try {
            await this.named;
            this.isDoubtful ||= performance.now() - this.takenAt > this.staleAfter / 2;
            if (this.isDoubtful && !(await this.isOnDisk())) return false;
            return (await this.removeAll()) && !this.isLost;
        } finally {
            await Promise.all(this.finishing); // Their warnings belong to this change, not to the next.
        }
    }

    /**
     * Removes what `giveBack` left when it failed, so that nobody has to wait until it is stale. Another token, or none,
     * means that it is not ours.
     * @throws a system error while the disk does not let us tell or do that
     */
    async clearAway(): Promise<void> {
        if ((await readOwner(this.directory))?.token === this.token)
            await removeMutex(this.directory, this.atFailpoint);
    }

    /** Gives the mutex back when the process ends, without waiting. @throws a system error */
    giveBackAtExit(): void {
        const isOurs =
            fs.existsSync(this.draft.path) || fs.readFileSync(ownerFileOf(this.directory), 'utf8').includes(this.token);
        if (!isOurs) return;
        this.draft.closeAtExit();
        fs.rmSync(this.directory, { recursive: true });
    }

    private async isOnDisk(): Promise<boolean> {
        await this.named;
        const isOnDisk = (await readOwner(this.directory))?.token === this.token;
        this.isDoubtful ||= !isOnDisk;
        return isOnDisk;
    }

    /** @returns whether it was there to be removed */
    private async removeAll(): Promise<boolean> {
        // The owner file first: should this process end in between, the rest is stale like any other mutex. At worst
        // (asleep since the last look, and taken over) this removes the owner file of somebody else. That lets nobody in,
        // because their directory stays in place with what they prepare in it.
        // Waiters keep reading the owner file, and a server may refuse to remove it meanwhile.
        let inDoubt = false;
        const unlinking = retry(() =>
            unlink(ownerFileOf(this.directory)).catch((error: unknown) => {
                inDoubt ||= isDisconnect(error);
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
            // Something is left in it, or a waiter on Windows has the owner file open, or it is another mutex by now.
            const owner = await readOwner(this.directory);
            if (owner?.isClosed) throw error;
            if (owner === undefined || owner.token === this.token) await removeMutex(this.directory, this.atFailpoint);
        }
        return true;
    }
}

/** Leaves a directory that nobody owns. It has an owner file if it was created and the answer got lost. */
async function abandon(directory: string, atFailpoint: AtFailpoint): Promise<void> {
    const owner = await readOwner(directory);
    if (owner === undefined || owner.token === '') await removeMutex(directory, atFailpoint);
}

/** Whether a file is there; also where the disk does not say, since trying costs nothing. */
async function exists(file: string): Promise<boolean> {
    try {
        await stat(file);
        return true;
    } catch (error) {
        return systemCode(error) !== 'ENOENT';
    }
}
