import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { takeQuestions } from './screen';

/** A question that no reply answers would go on for ever. */
const MOST_REPLIES = 50_000;

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
    await answer(questions, 'workbench.action.acceptSelectedQuickOpenItem', command, args);
}

/** Runs a command and leaves the input box or quick pick that it shows. */
export async function leaveAll(questions: readonly string[], command: string, ...args: unknown[]): Promise<void> {
    await answer(questions, 'workbench.action.closeQuickOpen', command, args);
}

async function answer(
    questions: readonly string[],
    reply: string,
    command: string,
    args: readonly unknown[],
): Promise<void> {
    takeQuestions();
    let isOver = false;
    const ended = Promise.resolve(vscode.commands.executeCommand(command, ...args)).finally(() => (isOver = true));
    // VS Code has no event for a quick input being there, and a reply to none does nothing.
    for (let replies = 0; !isOver; replies++) {
        assert.ok(replies < MOST_REPLIES, `${command} goes on asking: ${takeQuestions().join(', ')}`);
        await vscode.commands.executeCommand(reply);
    }
    await ended;
    assert.deepEqual(takeQuestions(), questions);
}
