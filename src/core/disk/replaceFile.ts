// disk: reads and replaces single files safely, on local disks and on shares that lose connections, answers and links.

import { rename, stat, unlink } from 'node:fs/promises';
import { rethrowUnlessSystemError, systemCode } from '../base/errors';
import { ExclusiveCreate } from './exclusiveCreate';
import { isThere } from './realPath';
import { isDisconnect, randomPause, retryTimeMs } from './retry';

/** What became of a file that was to be replaced. `unknown`: the share went away meanwhile, and nobody can tell. */
export type Replacement = 'replaced' | 'untouched' | 'unknown';

/** The folder of a staged file when it is only ours for a time, as a mutex directory is. */
export interface LeasedFolder {
    /** Whether a request that begins now might be carried out after somebody else took the folder away. */
    readonly isLate: boolean;
    /** Whether the folder is still ours. */
    isOurs(): Promise<boolean>;
}

/** How a staged file replaces another. */
export interface ReplaceOptions {
    /** Whether the target must not exist yet; when it does, it stays `untouched`. */
    readonly isNew?: boolean;
    /** The folder of the staged file, unless that is ours for good. */
    readonly folder?: LeasedFolder;
    /** Called right before each try: what it throws ends them, and nothing is replaced. */
    readonly require?: () => Promise<void>;
    /** Whether the target is still what it was before; asked only when the disk's answers do not tell. */
    readonly isUntouched?: (() => Promise<boolean>) | undefined;
}

/** How long to go on asking once it is in doubt what the server did. */
const IN_DOUBT_MS = 3000;
/** A slower reply may answer a retransmitted request. */
const PROMPT_REPLY_MS = 1000;

/**
 * Renames a staged file over another, and finds out what became of it where the answer does not say. A network file system
 * may answer with an error after the server did it, and may refuse its own second request with "no such file". Some
 * clients (libsmbclient) remove the old file first, so the rename is retried rather than abandoned half way. The staged file
 * has the mode and group of the target already, see `rights.ts`.
 * @param staged path of a file that nobody else uses; gone afterwards unless the result is `unknown`
 * @returns `untouched` also when the staged file was taken away with its folder, or when it is too late to begin
 * @throws the system error, when the target is as it was before
 */
export async function replaceFile(staged: string, target: string, options: ReplaceOptions = {}): Promise<Replacement> {
    const { folder, isNew = false } = options;
    const started = performance.now();
    const creation = isNew ? new ExclusiveCreate(staged, target) : undefined;
    let inDoubt = false;
    let failure: unknown;
    for (;;) {
        const asked = performance.now();
        if (folder?.isLate) return inDoubt ? giveUp(staged, failure, inDoubt, options) : withdraw(staged);
        try {
            await options.require?.();
        } catch (error) {
            if (inDoubt) return giveUp(staged, failure, inDoubt, options);
            await withdraw(staged);
            throw error;
        }
        try {
            await (creation === undefined ? rename(staged, target) : creation.run());
            return 'replaced';
        } catch (error) {
            rethrowUnlessSystemError(error);
            failure = error;
            inDoubt ||= isDisconnect(error) || performance.now() - asked > PROMPT_REPLY_MS;
            const code = systemCode(error);
            if (code === 'ENOENT') return whenStagedIsGone(error, inDoubt, options);
            if (isNew && code === 'EEXIST') return whenTargetExists(staged, target, inDoubt);
            const isOver = performance.now() - started >= (inDoubt ? IN_DOUBT_MS : retryTimeMs(error));
            if (isOver && !(inDoubt && (await isHalfDone(target, options)))) {
                if (!folder?.isLate) await creation?.removePartialCopy();
                return giveUp(staged, error, inDoubt, options);
            }
        }
        await randomPause();
    }
}

/**
 * Whether the client removed the old file, and the new one can still take its place: while the folder is ours, nobody else puts
 * anything there.
 */
async function isHalfDone(target: string, { folder, isNew }: ReplaceOptions): Promise<boolean> {
    if (folder === undefined || folder.isLate || isNew === true) return false;
    return (await answerOf(isThere(target))) === false;
}

async function withdraw(staged: string): Promise<Replacement> {
    await unlink(staged).catch(() => undefined); // Otherwise it goes with its folder.
    return 'untouched';
}

/**
 * While its folder is ours, a staged file disappears only by our rename, or because the server lost it when it was cut
 * off. In the latter case the target is what it was.
 */
async function whenStagedIsGone(
    error: unknown,
    inDoubt: boolean,
    { folder, isUntouched }: ReplaceOptions,
): Promise<Replacement> {
    if (folder === undefined) {
        if (inDoubt) return 'unknown';
        throw error;
    }
    const isOurs = await answerOf(folder.isOurs());
    if (isOurs === true) {
        const isReplaced = isUntouched === undefined || (await answerOf(isUntouched())) === false;
        return isReplaced ? 'replaced' : 'unknown';
    }
    return isOurs === undefined || inDoubt ? 'unknown' : 'untouched';
}

/** The target is somebody else's, unless it is the staged file under its new name. */
async function whenTargetExists(staged: string, target: string, inDoubt: boolean): Promise<Replacement> {
    try {
        const [ours, there] = await Promise.all([stat(staged, { bigint: true }), stat(target, { bigint: true })]);
        const isSame = ours.dev === there.dev && ours.ino === there.ino && ours.ino !== 0n;
        await unlink(staged);
        return isSame ? 'replaced' : inDoubt ? 'unknown' : 'untouched';
    } catch (error) {
        rethrowUnlessSystemError(error);
        return inDoubt ? 'unknown' : 'untouched';
    }
}

/** Removes the staged file first: after that, no request that is still under way can do anything. */
async function giveUp(
    staged: string,
    failure: unknown,
    inDoubt: boolean,
    options: ReplaceOptions,
): Promise<Replacement> {
    try {
        await unlink(staged);
    } catch (error) {
        if (systemCode(error) === 'ENOENT') return whenStagedIsGone(failure, true, options);
        if (inDoubt) return 'unknown';
        throw failure;
    }
    const { isUntouched } = options;
    if (isUntouched !== undefined && (await answerOf(isUntouched())) !== true) return 'unknown';
    throw failure;
}

/** The answer to a question, or undefined while the disk gives none. */
async function answerOf(question: Promise<boolean>): Promise<boolean | undefined> {
    return question.catch(() => undefined);
}
