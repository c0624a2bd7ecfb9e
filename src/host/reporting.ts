import * as vscode from 'vscode';
import { CheckoutError, describeError, type Refusal } from '../core/errors';
import type { Outcome } from '../core/rules';
import { shorten } from '../core/shorten';
import { plainLine, withoutLinks } from './lockText';

/** A button of a message, and what it does. */
interface Action {
    readonly title: string;
    readonly command: string;
    readonly arguments?: readonly unknown[];
}

/** VS Code cuts longer messages itself, but only after they went from one process to another. */
const MESSAGE_LENGTH = 1000;

const actions = {
    retry: { title: 'Retry', command: 'cncCheckout.refresh' },
    openLocksFile: { title: 'Open It', command: 'cncCheckout.openLocksFile' },
    restore: { title: 'Restore Last Good Copy', command: 'cncCheckout.restoreLocksFile' },
    choose: { title: 'Choose Repository Folder', command: 'cncCheckout.chooseRepository' },
    log: { title: 'Show Log', command: 'cncCheckout.showLog' },
    trust: { title: 'Manage Workspace Trust', command: 'workbench.trust.manage' },
} satisfies Record<string, Action>;

/** Shows what went wrong with a whole command, with the actions that help, and writes it to the log. */
export function reportError(error: unknown, log: vscode.LogOutputChannel): void {
    if (!(error instanceof CheckoutError)) {
        const stack = error instanceof Error ? (error.stack ?? error.message) : describeError(error);
        for (const line of stack.split('\n')) log.error(plainLine(line));
        return showMessage('error', `CNC Checkout could not finish: ${describeError(error)}`, [actions.log]);
    }
    log.error(plainLine(`${error.code}: ${error.message}`));
    showMessage('error', error.message, actionsFor(error.code));
}

/** Says that nothing can be changed before the workspace is trusted. */
export function reportRestricted(): void {
    const text = 'Nothing can be checked out or in while this workspace is in Restricted Mode.';
    showMessage('warning', text, [actions.trust]);
}

/** What was refused of a check-out or check-in, as one message; what was done is told by the views. */
export function reportRefusals(outcomes: readonly Outcome[], log: vscode.LogOutputChannel): void {
    const refusals = outcomes.flatMap(({ path, refusal }) => (refusal === undefined ? [] : [{ path, refusal }]));
    for (const { refusal } of refusals) log.info(plainLine(`Refused: ${refusal.message}`));
    const [first, ...others] = refusals;
    if (first === undefined) return;
    const harmless = refusals.every(({ refusal }) => refusal.code === 'alreadyMine' || refusal.code === 'cancelled');
    const kind = harmless ? 'info' : 'warning';
    if (others.length === 0) return showMessage(kind, first.refusal.message, refusalActions(first));
    const text = `${refusals.length} of ${outcomes.length} files were left as they were. ${first.refusal.message}`;
    showMessage(kind, `${text} The log names the others.`, [actions.log]);
}

function refusalActions({ path, refusal }: { path: string; refusal: Refusal }): Action[] {
    if (refusal.code === 'heldByOther') {
        return [{ title: 'Copy Lock Details', command: 'cncCheckout.copyLockDetails', arguments: [path] }];
    }
    if (refusal.code === 'malformedLock') return [actions.openLocksFile];
    return refusal.code === 'fileMissing' ? [actions.retry] : [];
}

function actionsFor(code: CheckoutError['code']): Action[] {
    switch (code) {
        case 'locksFileDamaged':
            return [actions.openLocksFile, actions.restore];
        case 'noBackup':
            return [actions.openLocksFile];
        case 'restoreOutdated':
            return [actions.restore];
        case 'repositoryMissing':
            return [actions.choose, actions.retry];
        default:
            return [actions.retry, actions.log];
    }
}

/** Shows a message, in which what other people typed is text: one line without links, of a length that can be read. */
export function showMessage(kind: 'info' | 'warning' | 'error', text: string, offered: readonly Action[] = []): void {
    const window = {
        info: vscode.window.showInformationMessage,
        warning: vscode.window.showWarningMessage,
        error: vscode.window.showErrorMessage,
    }[kind];
    // Not awaited: a message may stay for hours, and the command is over.
    void window(withoutLinks(plainLine(shorten(text, MESSAGE_LENGTH))), ...offered.map(({ title }) => title)).then(
        (chosen) => {
            const action = offered.find(({ title }) => title === chosen);
            if (action !== undefined) void vscode.commands.executeCommand(action.command, ...(action.arguments ?? []));
        },
    );
}
