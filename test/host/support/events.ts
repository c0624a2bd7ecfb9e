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

/** Collects every event from now on, until it is stopped. */
export function record<T>(event: vscode.Event<T>): { readonly fired: readonly T[]; readonly stop: () => void } {
    const fired: T[] = [];
    const subscription = event((value) => fired.push(value));
    return { fired, stop: () => void subscription.dispose() };
}
