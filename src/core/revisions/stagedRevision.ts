import { link, open, utimes, type FileHandle } from 'node:fs/promises';
import { constants } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { rethrowUnlessSystemError, systemCode } from '../base/errors';
import { formatTimestamp } from '../base/time';
import { hasNoLinks } from '../disk/exclusiveCreate';
import type { FileTimes } from '../disk/fileState';
import { FileStamp } from '../disk/fileStamp';
import type { LeasedFolder } from '../disk/replaceFile';
import { moveFile, moveWithinDisk, removeFile } from '../disk/moveFile';
import { READING, withRegular } from '../disk/regularFile';
import { retry } from '../disk/retry';
import type { RevisionFacts } from '../history/historyEvent';
import { contentOfFile } from './compressedFile';
import type { Content } from './contentStore';

/** The state of a file from which a revision was made. */
export interface StagedContentFacts {
    readonly stamp: FileStamp;
    /** When it was last changed, in milliseconds since 1970. */
    readonly modifiedMs: number;
}

/** The folder of a lease, where a file can lie that disappears as soon as the lease is lost. */
interface LeasedPlace extends LeasedFolder {
    /** A path in it. @param stem beginning of the file's name */
    temporary(stem: string): string;
    /** The next number of a file, where not the disk alone decides. */
    numberAfter?(file: string, taken: number): Promise<number>;
}

/** What names revisions, and removes what got no name. */
interface Places {
    pathOf(file: string, number: number): string;
    discard(aside: string): Promise<void>;
}

/** Larger files are not read again under the mutex, in bytes. */
const LARGEST_READ_AGAIN = 2 ** 20;

/** The mutex was lost before a revision got its number. Nothing was changed, and the same can be tried anew. */
export class LostLease extends Error {}

/**
 * A revision that is complete on the disk and has no number yet. It gets one only out of the folder of the lease: a process
 * that lost the mutex has nothing to give a number to.
 */
export class StagedRevision {
    private number: number | undefined;
    /** Where it lies until it has a number. */
    private aside: string | undefined;
    private readonly places: Places | undefined;
    private readonly above: number = 0;

    /**
     * @param file path inside the repository
     * @param as where it was written, and the highest number that was taken then; or the number of the revision that has
     * the same content
     */
    constructor(
        readonly file: string,
        readonly content: Content,
        private readonly facts: StagedContentFacts,
        as: { readonly number: number } | { readonly aside: string; readonly above: number; readonly store: Places },
    ) {
        if ('number' in as) this.number = as.number;
        else {
            this.aside = as.aside;
            this.above = as.above;
            this.places = as.store;
        }
    }

    /** The same as the revision with a number that has this content already. What was written of it is removed. */
    async asKept(number: number): Promise<StagedRevision> {
        await this.remove();
        return new StagedRevision(this.file, this.content, this.facts, { number });
    }

    /** The number of the revision that has the content already, or that it got. */
    get takenNumber(): number | undefined {
        return this.number;
    }

    /** What is to be kept, compressed; undefined where a revision has it already. @throws the system error */
    async compressed(): Promise<Buffer | undefined> {
        if (this.aside === undefined) return undefined;
        return withRegular(this.aside, ({ handle }) => handle.readFile());
    }

    /** Whether it is of the state in which a file was found. @param found with its hash, where that is known */
    isOf(found: FileTimes & { readonly sha256?: string | undefined }): boolean {
        if (found.sha256 !== undefined) return found.sha256 === this.content.sha256;
        // Some clients tell less than others of the fraction of a millisecond.
        const isOfThatTime = Math.floor(found.mtimeMs) === Math.floor(this.facts.modifiedMs);
        return isOfThatTime && found.size === this.content.size;
    }

    /** Whether a file is still the one that was kept. @throws the system error */
    isStill(diskPath: string): Promise<boolean> {
        const { stamp } = this.facts;
        return isAsStamped(diskPath, stamp, async (handle) => {
            if (!stamp.isCoarse || this.content.size > LARGEST_READ_AGAIN) return true;
            return (await contentOfFile(handle)).sha256 === this.content.sha256;
        });
    }

    /**
     * Gives it the next number, which nobody else can get. May be called again.
     * @param taken the highest number that is taken, as far as the caller knows
     * @throws the system error, or an error when the mutex was lost
     */
    async place(lease: LeasedPlace, taken: number): Promise<RevisionFacts> {
        this.number ??= await this.takeNumber(lease, taken);
        const modified = formatTimestamp(new Date(this.facts.modifiedMs));
        return { number: this.number, ...this.content, modified };
    }

    /** Removes what got no number. */
    async remove(): Promise<void> {
        if (this.aside !== undefined) await this.places?.discard(this.aside);
        this.aside = undefined;
    }

    private async takeNumber(lease: LeasedPlace, taken: number): Promise<number> {
        const [aside, places] = [this.aside, this.places];
        if (aside === undefined || places === undefined) throw tooLate();
        if (lease.isLate) throw tooLate();
        const inLease = lease.temporary(`revision-${randomUUID()}`);
        const isInLease = await moved(aside, inLease);
        if (isInLease) this.aside = undefined;
        else if (lease.isLate || !(await lease.isOurs())) throw tooLate();
        const place = isInLease ? inLease : aside;
        await utimes(place, new Date(), timeOfRevision(this.facts.modifiedMs)).catch(rethrowUnlessSystemError);
        for (let number = Math.max(this.above, taken); ;) {
            number = (await lease.numberAfter?.(this.file, number)) ?? number + 1;
            if (await named(place, places.pathOf(this.file, number))) return number;
        }
    }
}

/**
 * The time that the file of a revision gets, in seconds since 1970: that of the program. It tells at once whether that was
 * changed since, and a person which one this is. The middle of its millisecond, since seconds with a fraction are not exact.
 */
export function timeOfRevision(modifiedMs: number): number {
    return (Math.floor(modifiedMs) + 0.5) / 1000;
}

/**
 * Whether a file has a stamp. An open file is asked: what a client of a file server says of a path may be 10 s old.
 * @param isSame what else has to be true of it
 * @throws the system error
 */
export async function isAsStamped(
    diskPath: string,
    stamp: FileStamp,
    isSame: (handle: FileHandle) => Promise<boolean> | boolean = () => true,
): Promise<boolean> {
    try {
        const handle = await retry(() => open(diskPath, READING | constants.O_NOFOLLOW));
        try {
            const now = FileStamp.of(await handle.stat({ bigint: true }));
            return FileStamp.same(now, stamp) && (await isSame(handle));
        } finally {
            await handle.close().catch(rethrowUnlessSystemError); // Nothing is lost: it was only read.
        }
    } catch (error) {
        if (systemCode(error) === 'ENOENT') return false;
        throw error;
    }
}

/** Moves a file into the lease. @returns false when that is on another disk */
async function moved(from: string, to: string): Promise<boolean> {
    try {
        return await moveWithinDisk(from, to);
    } catch (error) {
        throw systemCode(error) === 'ENOENT' ? tooLate(error) : error;
    }
}

/** Gives a file a name, unless that is taken. @returns whether it has it */
export async function named(file: string, name: string): Promise<boolean> {
    try {
        const isFree = await retry(() => linked(file, name));
        if (isFree === 'taken') return false;
        if (isFree === 'noLinks' && !(await renamedToReserved(file, name))) return false;
    } catch (error) {
        throw systemCode(error) === 'ENOENT' ? tooLate(error) : error;
    }
    await removeFile(file).catch(rethrowUnlessSystemError); // Otherwise it goes with its folder.
    return true;
}

async function linked(file: string, name: string): Promise<'done' | 'taken' | 'noLinks'> {
    try {
        await link(file, name);
        return 'done';
    } catch (error) {
        if (systemCode(error) === 'EEXIST') return 'taken';
        if (hasNoLinks(error)) return 'noLinks';
        throw error;
    }
}

/** Where there are no links, an empty file takes the name first: a program that is killed then leaves a number unused. */
async function renamedToReserved(file: string, name: string): Promise<boolean> {
    try {
        await (await open(name, 'wx')).close();
    } catch (error) {
        if (systemCode(error) === 'EEXIST') return false;
        throw error;
    }
    await moveFile(file, name);
    return true;
}

function tooLate(cause?: unknown): LostLease {
    return new LostLease('the change took too long, or another program was faster', { cause });
}
