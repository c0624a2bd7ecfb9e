import { rename, stat, unlink } from 'node:fs/promises';
import { rethrowUnlessSystemError, systemCode } from '../base/errors';
import { ExclusiveCreate } from './exclusiveCreate';
import { leavesDoubt, patienceWith, pause } from './retry';

/** What became of a file that was to be replaced; `unknown` where nobody can tell, since the share went away meanwhile. */
export type Replacement = 'replaced' | 'untouched' | 'unknown';

/** How a prepared file is put in its place, and what tells whether that was done where the answer does not say. */
export interface ReplaceOptions {
    /** Whether there must be no file in that place yet: then `untouched` when there is one. */
    readonly isNew?: boolean | undefined;
    /** Whether it is too late to begin: what is asked for now might be done after somebody else took over. */
    readonly isLate?: (() => boolean) | undefined;
    /** Whether the folder of the prepared file is still the one it was prepared in. */
    readonly isOurs?: (() => Promise<boolean>) | undefined;
    /** Whether the file to be replaced is as it was before. */
    readonly isUntouched?: (() => Promise<boolean>) | undefined;
}

/** Milliseconds for which the share may be away in the middle of it. */
const LONGEST_DOUBT = 3000;
/** An answer that took longer may be one to a second request: clients of file servers ask again by themselves. */
const AT_ONCE = 1000;

/**
 * Puts a prepared file in the place of another, and finds out what became of it where the answer does not say. A network
 * file system may answer with an error after the server has done it, and may refuse, as a missing file, what it asked for
 * a second time. Some clients (libsmbclient) remove the old file first: they must not be left alone half way.
 * @param prepared a file with a name of its own; gone afterwards unless it is `unknown`
 * @returns `untouched` also when the prepared file was taken away with its folder, and when it is too late to begin
 * @throws the system error, when the file to be replaced is as it was before
 */
export async function replaceFile(prepared: string, file: string, options: ReplaceOptions): Promise<Replacement> {
    const started = performance.now();
    const newFile = options.isNew === true ? new ExclusiveCreate(prepared, file) : undefined;
    let inDoubt = false;
    let failure: unknown;
    for (;;) {
        const asked = performance.now();
        if (options.isLate?.() === true) {
            return inDoubt ? giveUp(prepared, failure, inDoubt, options) : withdraw(prepared);
        }
        try {
            await (newFile?.make() ?? rename(prepared, file));
            return 'replaced';
        } catch (error) {
            const code = systemCode(error);
            if (code === undefined) throw error;
            failure = error;
            inDoubt ||= leavesDoubt(error) || performance.now() - asked > AT_ONCE;
            if (code === 'ENOENT') return whenGone(error, inDoubt, options);
            if (newFile !== undefined && code === 'EEXIST') return whenThere(prepared, file, inDoubt);
            const patience = inDoubt ? LONGEST_DOUBT : patienceWith(error);
            if (performance.now() - started >= patience) {
                if (options.isLate?.() !== true) await newFile?.takeBack();
                return giveUp(prepared, error, inDoubt, options);
            }
        }
        await pause();
    }
}

async function withdraw(prepared: string): Promise<Replacement> {
    await unlink(prepared).catch(() => undefined); // Else it goes with its folder.
    return 'untouched';
}

/**
 * As long as its folder is ours, only the move takes the prepared file out of it, or a server that lost it when it was cut
 * off. In the latter case the file to be replaced is as it was.
 */
async function whenGone(
    error: unknown,
    inDoubt: boolean,
    { isOurs, isUntouched }: ReplaceOptions,
): Promise<Replacement> {
    if (isOurs === undefined) {
        if (inDoubt) return 'unknown';
        throw error;
    }
    const ours = await answerOf(isOurs);
    if (ours === true) {
        const changed = isUntouched === undefined || (await answerOf(isUntouched)) === false;
        return changed ? 'replaced' : 'unknown';
    }
    return ours === undefined || inDoubt ? 'unknown' : 'untouched';
}

/** There is a file: one of somebody else, unless it is the prepared one under its new name. */
async function whenThere(prepared: string, file: string, inDoubt: boolean): Promise<Replacement> {
    try {
        const [ours, there] = await Promise.all([stat(prepared, { bigint: true }), stat(file, { bigint: true })]);
        const isSame = ours.dev === there.dev && ours.ino === there.ino && ours.ino !== 0n;
        await unlink(prepared);
        return isSame ? 'replaced' : inDoubt ? 'unknown' : 'untouched';
    } catch (error) {
        rethrowUnlessSystemError(error);
        return inDoubt ? 'unknown' : 'untouched';
    }
}

/** Once the prepared file is removed, no request that is still on its way can do anything. */
async function giveUp(
    prepared: string,
    error: unknown,
    inDoubt: boolean,
    options: ReplaceOptions,
): Promise<Replacement> {
    try {
        await unlink(prepared);
    } catch (refusal) {
        if (systemCode(refusal) === 'ENOENT') return whenGone(error, true, options);
        return inDoubt ? 'unknown' : throwing(error);
    }
    const untouched = options.isUntouched === undefined || (await answerOf(options.isUntouched));
    return untouched === true ? throwing(error) : 'unknown';
}

async function answerOf(question: () => Promise<boolean>): Promise<boolean | undefined> {
    return question().catch(() => undefined); // It cannot be asked now.
}

function throwing(error: unknown): never {
    throw error;
}
