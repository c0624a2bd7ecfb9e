import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { scaled } from '../support/pace';
import { start } from '../support/processes';

/** Milliseconds without an answer after which a mount is taken for one that never answers again. */
const LONGEST_ANSWER = 30_000;
const BETWEEN_LOOKS = 2000;
/** Milliseconds for what is left of a place to be cleared away. */
const LONGEST_CLOSE = 20_000;

/** A scenario that neither passed nor failed, since the place where it was played stood still; the message says why. */
export class Unfinished extends Error {}

/**
 * Watches folders that may stand still for ever, as those of `smbnetfs` do at times when their server goes away. Only other
 * programs look into them: whoever asks such a folder waits in the kernel and cannot even be killed.
 * @param longest milliseconds without an answer
 * @param program what looks into a folder, and ends
 * @returns settles with a finished sentence once one of them does not answer
 */
export async function untilHung(
    folders: readonly string[],
    isOver: AbortSignal,
    longest = scaled(LONGEST_ANSWER),
    program = 'stat',
): Promise<string> {
    const silent = await Promise.race(
        folders.map(async (folder) => {
            while (isOver.aborted || (await answers(program, folder, longest))) {
                await delay(BETWEEN_LOOKS, undefined, { ref: false });
                if (isOver.aborted) return new Promise<never>(() => undefined); // Nobody waits for it any more.
            }
            return folder;
        }),
    );
    return `It could not be finished, because ${silent} did not answer for ${longest / 1000} seconds.`;
}

async function answers(program: string, folder: string, longest: number): Promise<boolean> {
    const look = start(program, [folder], { stdio: 'ignore' });
    look.unref();
    const ended = once(look, 'exit').then(() => true);
    const isAnswered = await Promise.race([ended, delay(longest, false, { ref: false })]);
    if (!isAnswered) look.kill('SIGKILL');
    return isAnswered;
}

/** Plays something unless the place stands still meanwhile. @throws Unfinished */
export async function unlessHung<T>(work: Promise<T>, hung: Promise<string> | undefined): Promise<T> {
    if (hung === undefined) return work;
    const unfinished = hung.then((sentence): never => {
        throw new Unfinished(sentence);
    });
    return Promise.race([work, unfinished]);
}

/** Closes what may not be to be closed: what is left after a while ends with this process. */
export async function closeInTime(close: () => Promise<void>): Promise<void> {
    const closing = close().catch(() => undefined); // Why it is closed says more.
    await Promise.race([closing, delay(scaled(LONGEST_CLOSE), undefined, { ref: false })]);
}
