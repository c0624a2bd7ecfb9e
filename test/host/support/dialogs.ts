import assert from 'node:assert/strict';
import * as vscode from 'vscode';

/** Whatever button is the first: what Enter does. */
export const ENTER = Symbol('Enter');

/** Answers the modal questions that come, in order, with these buttons: VS Code shows none while tests run. @returns what ends that */
export function answerDialogs(...answers: (string | typeof ENTER)[]): () => void {
    const window = vscode.window as unknown as Record<string, (...args: unknown[]) => unknown>;
    const show = window['showWarningMessage']!;
    window['showWarningMessage'] = (...args) => {
        const [text, options, ...buttons] = args as [string, vscode.MessageOptions | undefined, ...string[]];
        if (options?.modal !== true) return show(...args);
        // Noted like any other, without its being shown.
        void show(`${text}\n${options.detail}`);
        const answer = answers.shift();
        const button = answer === ENTER ? buttons[0] : answer;
        assert.ok(
            button === undefined || buttons.includes(button),
            `There is no button ${button}, but ${buttons.join()}.`,
        );
        return Promise.resolve(button);
    };
    return () => {
        window['showWarningMessage'] = show;
        assert.deepEqual(answers, []);
    };
}

/** Runs a job, and gives an answer to whatever it asks by a dialog of VS Code. @param job is told when it was asked */
export async function withAnswer(
    dialog: 'showSaveDialog' | 'showInputBox',
    answer: unknown,
    job: (isAsked: Promise<void>) => Thenable<unknown>,
): Promise<void> {
    const window = vscode.window as unknown as Record<string, unknown>;
    const show = window[dialog];
    let tell: () => void = () => undefined;
    const isAsked = new Promise<void>((resolve) => (tell = resolve));
    window[dialog] = () => {
        tell();
        return Promise.resolve(answer);
    };
    try {
        await job(isAsked);
    } finally {
        window[dialog] = show;
    }
}
