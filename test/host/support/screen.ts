import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { waitFor } from './events';

/*
 * Records the messages and questions that the extension shows, and passes each on to VS Code, which has no API to read them
 * back. The tests run in the extension's own process and share the `vscode` module with it.
 */

type Show = (...args: unknown[]) => unknown;

const window = vscode.window as unknown as Record<string, Show>;
const shownMessages = new vscode.EventEmitter<string>();
const shownQuestions = new vscode.EventEmitter<string>();
let messages: string[] = [];
let buttons: string[] = [];
let questions: string[] = [];
let highlighted: string | undefined;
let input: vscode.QuickPick<vscode.QuickPickItem> | undefined;

note('showInformationMessage', noteMessage);
note('showWarningMessage', noteMessage);
note('showErrorMessage', noteMessage);
note('setStatusBarMessage', (text) => noteMessage(text, undefined));
const showQuickPick = window['showQuickPick']!.bind(window);
window['showQuickPick'] = (items, options, ...others) => {
    noteQuestion(options);
    const onDidSelectItem = (item: vscode.QuickPickItem | string): void => {
        highlighted = typeof item === 'string' ? item : item.label;
    };
    return showQuickPick(items, { ...(options as vscode.QuickPickOptions), onDidSelectItem }, ...others);
};
note('showInputBox', noteQuestion);
const createQuickPick = window['createQuickPick']!.bind(window);
window['createQuickPick'] = () => {
    const pick = createQuickPick() as vscode.QuickPick<vscode.QuickPickItem>;
    const show = pick.show.bind(pick);
    pick.show = () => {
        noteQuestion(pick);
        input = pick;
        show();
    };
    pick.onDidHide(() => {
        if (input === pick) input = undefined;
    });
    return pick;
};

/** The messages and modal questions, and what the status bar said for a moment, since the last call. */
export function takeMessages(): readonly string[] {
    const taken = messages;
    messages = [];
    return taken;
}

/** Settles when a message says this, with the message. */
export function nextMessage(expected: RegExp): Promise<string> {
    return next(shownMessages.event, expected);
}

/** Settles when an input box or quick pick asks this, with the question. */
export function nextQuestion(expected: RegExp): Promise<string> {
    return next(shownQuestions.event, expected);
}

async function next(event: vscode.Event<string>, expected: RegExp): Promise<string> {
    let found = '';
    const isIt = (text?: string): boolean => text !== undefined && expected.test((found = text));
    await waitFor(event, isIt, `${expected} was said`);
    return found;
}

/** The buttons of those messages. */
export function takeButtons(): readonly string[] {
    const taken = buttons;
    buttons = [];
    return taken;
}

/** The titles and questions of input boxes and quick picks since the last call. */
export function takeQuestions(): readonly string[] {
    const taken = questions;
    questions = [];
    return taken;
}

/** The row of the quick pick that Enter would take, as VS Code said last. */
export function highlightedItem(): string | undefined {
    return input === undefined ? highlighted : input.activeItems[0]?.label;
}

/** Forgets which row that was, before another quick pick is shown. */
export function forgetHighlighted(): void {
    highlighted = undefined;
}

/** The quick pick with a text of its own that is shown now. */
export function shownInput(): vscode.QuickPick<vscode.QuickPickItem> | undefined {
    return input;
}

/** Resolves once a message since the last call says this; the messages stay to be taken. */
export function untilSaid(expected: RegExp): Promise<void> {
    return waitFor(shownMessages.event, () => messages.some((text) => expected.test(text)), `${expected} is said`);
}

/** Asserts that one of the messages since the last call says this. */
export function assertSaid(expected: string | RegExp): void {
    const taken = takeMessages();
    const isSaid = taken.some((text) => (typeof expected === 'string' ? text === expected : expected.test(text)));
    assert.ok(isSaid, `${expected} is not among ${JSON.stringify(taken, undefined, 4)}`);
}

function note(name: string, take: (...args: unknown[]) => void): void {
    const show = window[name]!.bind(window);
    window[name] = (...args) => {
        take(...args);
        return show(...args);
    };
}

/** A message; a modal question has its details below it. */
function noteMessage(text: unknown, options: unknown, ...others: readonly unknown[]): void {
    buttons.push(...[options, ...others].filter((each) => typeof each === 'string'));
    const { detail } = (options ?? {}) as vscode.MessageOptions;
    const shown = detail === undefined ? String(text) : `${String(text)}\n${detail}`;
    messages.push(shown);
    shownMessages.fire(shown);
}

function noteQuestion(shown: unknown): void {
    const { title, prompt, placeHolder, placeholder } = (shown ?? {}) as Record<string, string | undefined>;
    const question = [title, prompt ?? placeHolder ?? placeholder].filter(Boolean).join(': ');
    questions.push(question);
    shownQuestions.fire(question);
}
