/** Ends a program that hangs: found by what it does not do any more, never by how long it takes. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext } from 'playwright-core';
import { PacedWatch } from './pace';
import { root } from './root';

const LOOK_EVERY_MS = 5000;
/** Of a quiet machine, for which a program may print nothing, end no test and use next to no processor time. */
const LONGEST_SILENCE_MS = 120_000;
/** The same for the tests in a window, which may neither begin nor end one. */
const LONGEST_SILENCE_IN_WINDOW_MS = 180_000;
/** Processor time that a program may use without printing anything or ending a test. */
const LARGEST_EFFORT_MS = 600_000;
/** Less than this part of the time is what an idle program uses for its timers. */
const IDLE = 0.03;

/** Where pictures go; git ignores it. */
export const screenshots = join(root, 'test', 'e2e', 'screenshots');

/**
 * Watches a program and everything that it started.
 * @param pid its number; without it only progress counts
 * @param progress changes with each sign of progress: bytes printed, tests ended
 * @param onHang told once, in a few words, how the program hangs
 * @returns what ends the watch
 */
export function watchForHang(
    pid: number | undefined,
    progress: () => string | number,
    onHang: (how: string) => void,
    longestSilenceMs = LONGEST_SILENCE_MS,
): () => void {
    const silence = new PacedWatch();
    let seen = progress();
    let [used, usedAtProgress] = [processorTime(pid), processorTime(pid)];
    let lookedAt = performance.now();
    const timer = setInterval(() => {
        const [now, newest, newestUse] = [performance.now(), progress(), processorTime(pid)];
        const isBusy = newestUse - used > (now - lookedAt) * IDLE;
        if (newest !== seen) usedAtProgress = newestUse;
        if (newest !== seen || isBusy) silence.reset();
        [seen, used, lookedAt] = [newest, newestUse, now];
        const effort = newestUse - usedAtProgress;
        if (silence.read() > longestSilenceMs) stop('it neither printed, ended a test nor used processor time');
        else if (effort > LARGEST_EFFORT_MS) stop(`it used ${Math.round(effort / 1000)} s of processor time`);
    }, LOOK_EVERY_MS);
    timer.unref();
    const stop = (how: string): void => {
        clearInterval(timer);
        onHang(how);
    };
    return () => clearInterval(timer);
}

/**
 * Watches the tests that use a window.
 * @param doing what they did last
 * @returns rejects, once they hang, with a sentence that names a picture of the window; and what ends the watch
 */
export function watchWindow(browser: BrowserContext, doing: () => string): { hung: Promise<never>; stop: () => void } {
    let stop = (): void => undefined;
    const hung = new Promise<never>((_, reject) => {
        const picture = async (): Promise<void> => {
            const path = join(screenshots, `hung-${process.pid}.png`);
            const taken = await browser
                .pages()
                .at(-1)
                ?.screenshot({ path })
                .catch(() => undefined);
            const shown =
                taken === undefined ? 'No picture could be taken of its window.' : `${path} shows its window.`;
            reject(new Error(`VS Code hung after "${doing()}". ${shown}`));
        };
        stop = watchForHang(undefined, doing, () => void picture(), LONGEST_SILENCE_IN_WINDOW_MS);
    });
    hung.catch(() => undefined);
    return { hung, stop };
}

/** Milliseconds that a program and what it started have used so far; 0 where the system does not tell. */
function processorTime(pid: number | undefined): number {
    return processTree(pid).reduce((sum, { used }) => sum + used, 0);
}

/** A running program. */
interface RunningProgram {
    readonly pid: number;
    readonly parent: number;
    /** Milliseconds of processor time that it used, and its children that have ended. */
    readonly used: number;
}

/** Ticks of a second in which Linux counts processor time. */
const TICK_MS = 10;

/** A program and all that it started, itself first; empty where the system does not tell by files, as Linux does. */
export function processTree(root: number | undefined): RunningProgram[] {
    if (root === undefined || process.platform !== 'linux') return [];
    const all = readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name))
        .flatMap((name) => read(Number(name)) ?? []);
    const tree = all.filter(({ pid }) => pid === root);
    // It grows while it is walked, by the children of each that is in it.
    for (const { pid } of tree) tree.push(...all.filter(({ parent }) => parent === pid));
    return tree;
}

function read(pid: number): RunningProgram | undefined {
    try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
        // The name before may hold anything, also blanks and parentheses.
        const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        // Fields 14 to 17 of the manual page, counted from the third.
        const ticks = fields.slice(11, 15).reduce((sum, text) => sum + Number(text), 0);
        return { pid, parent: Number(fields[1]), used: ticks * TICK_MS };
    } catch (error) {
        // It has ended meanwhile.
        if ((error as NodeJS.ErrnoException).code === undefined) throw error;
        return undefined;
    }
}
