// ui: what commands, views and editors say and show alike: messages, safe text, icons, progress.

import * as vscode from 'vscode';
import { CheckoutError, describeError, isSystemError } from '../core/base/errors';
import { describeIoError, isUncRefusal, UNC_SETTING } from '../core/disk/ioErrors';
import type { Refusal } from '../core/locks/refusal';
import type { Outcome } from '../core/locks/rules';
import { truncate } from '../core/base/truncate';
import { withoutIcons, withoutLinks } from './textSafety';
import { plainLine } from '../core/base/plainText';
import { commandIds } from '../commandIds';

/** A button of a message, and what it does. */
export interface Action {
    readonly title: string;
    readonly command?: string;
    readonly arguments?: readonly unknown[];
    /** What it does where no command does that. */
    readonly run?: () => unknown;
}

/** What is said of each change in Restricted Mode. */
export const RESTRICTED = 'This workspace is in Restricted Mode. Trust it to check files out or in.';

/** How long a message stays in the status bar. */
const STATUS_MESSAGE_MS = 4000;

/** VS Code also cuts long messages, but only after sending them to another process. */
const MESSAGE_LENGTH = 1000;

/** How many obstacles a message about a whole job names. */
const OBSTACLES_NAMED = 3;

const actions = {
    retry: { title: 'Retry', command: commandIds.refresh },
    openLocksFile: { title: 'Open Locks File', command: commandIds.openLocksFile },
    restore: { title: 'Restore Last Good Copy', command: commandIds.restoreLocksFile },
    choose: { title: 'Choose Repository Folder', command: commandIds.chooseRepository },
    log: { title: 'Show Log', command: commandIds.showLog },
    settings: {
        title: 'Open Settings',
        command: 'workbench.action.openSettings',
        arguments: ['@ext:cnc-checkout.cnc-checkout'],
    },
    allowServer: { title: 'Open Setting', command: 'workbench.action.openSettings', arguments: [UNC_SETTING] },
    signIn: { title: 'Sign In', command: commandIds.signIn },
    useLockServer: { title: 'Use Lock Server', command: commandIds.useLockServer },
    trust: { title: 'Manage Workspace Trust', command: 'workbench.trust.manage' },
} satisfies Record<string, Action>;

/** A command cannot do what it was called for. The message is a complete sentence for the user. */
export class CommandFailure extends Error {}

/** Shows and logs the error that ended a command, with buttons for what helps. */
export function reportError(error: unknown, log: vscode.LogOutputChannel): void {
    if (error instanceof CommandFailure) {
        log.info(error.message);
        return showMessage('warning', error.message);
    }
    if (!(error instanceof CheckoutError)) {
        log.error(error instanceof Error ? error : describeError(error));
        const text = isSystemError(error) ? describeIoError(error) : `Unexpected error: ${describeError(error)}`;
        return showMessage('error', text, [actions.log]);
    }
    log.error(`${error.code}: ${error.message}`);
    const help = isUncRefusal(error) ? [actions.allowServer, actions.retry] : actionsFor(error.code);
    showMessage('error', error.message, help);
}

/** Says for a moment in the status bar what was done; in a message to who uses a screen reader, which reads no status bar out. */
export function showInStatusBar(text: string): void {
    const screenReader = vscode.workspace.getConfiguration('editor').get<string>('accessibilitySupport');
    if (screenReader === 'on') return showMessage('info', text);
    vscode.window.setStatusBarMessage(withoutIcons(text), STATUS_MESSAGE_MS);
}

/** Tells the user to trust the workspace before changing anything. */
export function reportRestricted(): void {
    showMessage('warning', RESTRICTED, [actions.trust]);
}

/** What a command did with a file, as its messages say it. */
export type Done = 'checked out' | 'checked in' | 'taken over' | 'released' | 'restored';

/**
 * Shows the refusals of a command as one message; the views show what was done.
 * @param alternatives buttons for what the user can do instead, where all files were wanted or none
 */
export function reportRefusals(
    done: Done,
    outcomes: readonly Outcome[],
    log: vscode.LogOutputChannel,
    alternatives: readonly Action[] = [],
): void {
    const refusals = outcomes.flatMap(({ path, refusal }) => (refusal === undefined ? [] : [{ path, refusal }]));
    for (const { refusal } of refusals) log.info(`Refused: ${refusal.message}`);
    const [first, ...others] = refusals;
    if (first === undefined) return;
    const obstacles = refusals.filter(({ refusal }) => refusal.code !== 'notTogether');
    if (obstacles.length < refusals.length) {
        const named = obstacles.slice(0, OBSTACLES_NAMED).map(({ refusal }) => refusal.message);
        const none = outcomes.length === 2 ? 'Neither file' : `None of the ${outcomes.length} files`;
        const text = `${none} was ${done}: ${named.join(' ')}`;
        return showMessage('warning', text, [...alternatives, actions.log]);
    }
    const harmless = refusals.every(({ refusal }) => refusal.code === 'alreadyMine' || refusal.code === 'cancelled');
    const kind = harmless ? 'info' : 'warning';
    if (others.length === 0) return showMessage(kind, first.refusal.message, refusalActions(first));
    const text = `${refusals.length} of ${outcomes.length} files were not ${done}. ${first.refusal.message}`;
    showMessage(kind, `${text} See the log for the others.`, [actions.log]);
}

function refusalActions({ path, refusal }: { path: string; refusal: Refusal }): Action[] {
    if (refusal.code === 'heldByOther') {
        // The first stands out, so it is one that does no harm.
        return [
            { title: 'Open Read-Only', command: commandIds.openFile, arguments: [path] },
            { title: 'Copy Lock Details', command: commandIds.copyLockDetails, arguments: [path] },
            { title: 'Take Over…', command: commandIds.takeOver, arguments: [path] },
        ];
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
        case 'fileNotRestored':
            return [actions.log];
        case 'userNameUnusable':
            return [actions.settings];
        case 'restoreOutdated':
            return [actions.restore];
        case 'signInNeeded':
        case 'serverNotConfirmed':
            return [actions.signIn];
        case 'locksMoved':
            return [actions.useLockServer];
        case 'repositoryMissing':
            return [actions.choose, actions.retry];
        default:
            return [actions.retry, actions.log];
    }
}

/** Shows a message. What other people typed in it stays text: one line, without links, of readable length. */
export function showMessage(kind: 'info' | 'warning' | 'error', text: string, offered: readonly Action[] = []): void {
    const window = {
        info: vscode.window.showInformationMessage,
        warning: vscode.window.showWarningMessage,
        error: vscode.window.showErrorMessage,
    }[kind];
    // Not awaited: a message may stay for hours, but the command has ended.
    void window(withoutLinks(plainLine(truncate(text, MESSAGE_LENGTH))), ...offered.map(({ title }) => title)).then(
        (chosen) => {
            const action = offered.find(({ title }) => title === chosen);
            action?.run?.();
            if (action?.command !== undefined)
                void vscode.commands.executeCommand(action.command, ...(action.arguments ?? []));
        },
    );
}

const warned = new Set<string>();

/** Warns once for each sentence, of what stays wrong until someone repairs it. @param help where that can be done */
export function warnOnce(sentence: string, help: 'settings' | 'log' | 'allowServer' = 'settings'): void {
    if (warned.has(sentence)) return;
    warned.add(sentence);
    showMessage('warning', sentence, [actions[help]]);
}
