import assert from 'node:assert/strict';
import type * as vscode from 'vscode';
import { afterPaced } from '../../support/pace';

/** The longest that anything may take to happen on a quiet machine. */
const LONGEST_WAIT_MS = 30_000;

/** Resolves as soon as the condition holds; it is asked now and after each event. */
export function waitFor<T>(event: vscode.Event<T>, condition: (value?: T) => boolean, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
        if (condition()) return resolve();
        const cancel = afterPaced(LONGEST_WAIT_MS, () => {
            subscription.dispose();
            reject(new Error(`Waited in vain until ${what}.`));
        });
        const subscription = event((value) => {
            if (!condition(value)) return;
            cancel();
            subscription.dispose();
            resolve();
        });
    });
}

/** Far more often than anything takes. Without a limit, an action that changes nothing would go on for ever. */
const MOST_TIMES = 20_000;

/** Does something again and again until the condition holds, where no event tells when it has an effect. */
export async function repeatUntil(
    condition: () => boolean,
    act: () => Thenable<unknown>,
    what: () => string,
): Promise<void> {
    for (let times = 0; !condition(); times++) {
        if (times === MOST_TIMES) assert.fail(`Tried ${MOST_TIMES} times in vain until ${what()}.`);
        await act();
    }
}

/** Collects every event from now on, until it is stopped. */
export function record<T>(event: vscode.Event<T>): { readonly fired: readonly T[]; readonly stop: () => void } {
    const fired: T[] = [];
    const subscription = event((value) => fired.push(value));
    return { fired, stop: () => void subscription.dispose() };
}
