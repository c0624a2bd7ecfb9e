import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { repeatUntil } from './events';
import { forgetHighlighted, highlightedItem, shownInput, takeQuestions } from './screen';

const ACCEPT = 'workbench.action.acceptSelectedQuickOpenItem';
const LEAVE = 'workbench.action.closeQuickOpen';
const NEXT = 'workbench.action.quickOpenSelectNext';

/** What a person does with a quick pick: types a text, or goes down to a row; then Enter. */
interface Choice {
    readonly types?: string;
    /** Without it, that of what is typed. */
    readonly row?: string;
}

/** What Check Out… asks. @param files a name, or "2 files" */
export function asksForMessage(files: string): string {
    return `Check Out ${files}: What are you going to change? (optional, visible to everyone)`;
}

/** What Check Out… asks first about a file of a job. @param files a name, or "2 Files" */
export function asksForJob(files: string): string {
    return `Check Out ${files}: Check out the rest of job 4801247, too?`;
}

/** What Check In asks about files without changes. */
export function asksToRelease(files: string): string {
    return `Check In ${files}: No changes since check-out`;
}

/**
 * Runs a command and accepts each input box and quick pick that it shows, as they stand, until it has ended.
 * @param questions what has to be asked, in order: `title: prompt`
 */
export async function acceptAll(questions: readonly string[], command: string, ...args: unknown[]): Promise<void> {
    await answer(questions, ACCEPT, command, args);
}

/** Runs a command and leaves the input box or quick pick that it shows. */
export async function leaveAll(questions: readonly string[], command: string, ...args: unknown[]): Promise<void> {
    await answer(questions, LEAVE, command, args);
}

/** Runs a command, and accepts what it shows, as it stands, until it asks this; leaves that after further attempts to accept it. */
export async function acceptInVain(
    questions: readonly string[],
    attempts: number,
    command: string,
    ...args: unknown[]
): Promise<void> {
    takeQuestions();
    const { isOver, ended } = run(command, args);
    const asked: string[] = [];
    const isAsked = (): boolean => {
        asked.push(...takeQuestions());
        return asked.length >= questions.length;
    };
    await repeatUntil(
        isAsked,
        () => vscode.commands.executeCommand(ACCEPT),
        () => `${command} asked for more`,
    );
    for (let times = 0; times < attempts; times++) await vscode.commands.executeCommand(ACCEPT);
    assert.equal(isOver(), false, 'It was accepted.');
    await reply(LEAVE, isOver, command);
    await ended;
    assert.deepEqual([...asked, ...takeQuestions()], questions);
}

/** Runs a command, and chooses in one quick pick after the other that it shows. */
export async function choose(choices: readonly Choice[], command: string, ...args: unknown[]): Promise<void> {
    takeQuestions();
    forgetHighlighted();
    const { isOver, ended } = run(command, args);
    for (const choice of choices) {
        const { types, row = types ?? '' } = choice;
        if (types === undefined) await goTo(row, isOver);
        else await typeText(types, row);
        forgetHighlighted();
        await vscode.commands.executeCommand(ACCEPT);
    }
    await ended;
}

/** Types a text into the quick pick that is shown or will be, and waits until Enter would take this row. */
export async function typeText(text: string, row = text): Promise<void> {
    const isThere = (): boolean => shownInput() !== undefined;
    await repeatUntil(isThere, wait, () => `there was a quick pick for ${text}`);
    shownInput()!.value = text;
    const isTaken = (): boolean => highlightedItem() === row;
    await repeatUntil(isTaken, wait, () => `Enter took ${row}. It took ${highlightedItem()}`);
}

/** Something that changes nothing, and takes VS Code a moment. */
function wait(): Thenable<unknown> {
    return vscode.commands.executeCommand('setContext', 'cncCheckout.testWaits', true);
}

async function goTo(row: string, isOver: () => boolean): Promise<void> {
    await repeatUntil(
        () => highlightedItem() === row || isOver(),
        () => vscode.commands.executeCommand(NEXT),
        () => `there was a row ${row}. The last was ${highlightedItem()}`,
    );
    assert.equal(highlightedItem(), row);
}

async function answer(
    questions: readonly string[],
    how: string,
    command: string,
    args: readonly unknown[],
): Promise<void> {
    takeQuestions();
    const { isOver, ended } = run(command, args);
    await reply(how, isOver, command);
    await ended;
    assert.deepEqual(takeQuestions(), questions);
}

function run(command: string, args: readonly unknown[]): { isOver: () => boolean; ended: Promise<unknown> } {
    let isOver = false;
    const ended = Promise.resolve(vscode.commands.executeCommand(command, ...args)).finally(() => (isOver = true));
    return { isOver: () => isOver, ended };
}

/** VS Code has no event for a quick input being there, and a reply to none does nothing. */
function reply(how: string, isOver: () => boolean, command: string): Promise<void> {
    return repeatUntil(
        isOver,
        () => vscode.commands.executeCommand(how),
        () => `${command} ended. It asked ${takeQuestions().join(', ')}`,
    );
}
