import { join } from 'node:path';
import type { BrowserContext } from 'playwright-core';
import { PacedWatch } from './pace';
import { root } from './root';

/** Of a quiet machine, for which the tests in a window may neither begin nor end one. */
const LONGEST_SILENCE_MS = 180_000;

/** Where pictures go; git ignores it. */
export const screenshots = join(root, 'test', 'e2e', 'screenshots');

/**
 * Watches the tests that use a window.
 * @param doing what they did last
 * @returns rejects, once they hang, with a sentence that names a picture of the window; and what ends the watch
 */
export function watchWindow(browser: BrowserContext, doing: () => string): { hung: Promise<never>; stop: () => void } {
    const silence = new PacedWatch();
    let seen = doing();
    let timer: NodeJS.Timeout | undefined;
    const hung = new Promise<never>((_, reject) => {
        timer = setInterval(() => {
            const now = doing();
            if (now !== seen) silence.reset();
            seen = now;
            if (silence.read() < LONGEST_SILENCE_MS) return;
            clearInterval(timer);
            const path = join(screenshots, `hung-${process.pid}.png`);
            const taken =
                browser.pages().at(-1)?.screenshot({ path }) ?? Promise.reject(new Error('There is no page.'));
            taken.then(
                () => reject(new Error(`VS Code hung after "${seen}". ${path} shows its window.`)),
                () => reject(new Error(`VS Code hung after "${seen}", and no picture could be taken of its window.`)),
            );
        }, 1000);
    });
    hung.catch(() => undefined);
    return { hung, stop: () => clearInterval(timer) };
}
