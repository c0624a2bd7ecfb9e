import * as vscode from 'vscode';
import { commandIds, FOCUS_FILES_VIEW } from '../commandIds';
import { isUnreachable, lastUpdatedSentence, troubleOf } from '../ui/offlineText';
import type { Repositories } from '../model/repositories';
import { truncate } from '../core/base/truncate';
import { firstLines } from '../ui/textSafety';
import { lockLine } from '../ui/lockText';
import { remedyOf, signInLine } from '../ui/serverText';
import type { CheckoutError } from '../core/base/errors';
import { plainLine, plainName } from '../core/base/plainText';
import { onDidAge } from '../ui/ageTicker';

/** A tooltip lists at most this many files, so that it fits on the screen. */
const FILES_IN_TOOLTIP = 15;
const PATH_LENGTH = 200;

/** The status bar item: how many files the user has checked out, or why that is unknown. */
export function registerStatusBar(context: vscode.ExtensionContext, repositories: Repositories): vscode.StatusBarItem {
    const item = vscode.window.createStatusBarItem('cncCheckout.held', vscode.StatusBarAlignment.Left, 10);
    item.name = 'CNC Check-Outs';
    const update = (): void => draw(item, repositories);
    context.subscriptions.push(
        item,
        repositories.onDidChange(update),
        repositories.onDidReopen(update),
        onDidAge(update),
    );
    update();
    return item;
}

function draw(item: vscode.StatusBarItem, repositories: Repositories): void {
    const { state } = repositories;
    item.backgroundColor = undefined;
    if (state === 'loading' || state === 'noFolder' || state === 'noRepository') return item.hide();
    const session = repositories.all.find(({ repository }) => 'error' in repository.state);
    const troubled = session?.repository.state;
    if (session !== undefined && troubled !== undefined && 'error' in troubled) {
        const words = troubleOf(troubled.error);
        const trouble = `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
        item.text = `$(${iconOf(troubled.error)}) ${trouble}`;
        item.accessibilityInformation = { label: trouble };
        const age = isUnreachable(session) ? `\n${lastUpdatedSentence(session, Date.now())}` : '';
        item.tooltip = plainLine(troubled.error.message) + age;
        item.backgroundColor = new vscode.ThemeColor('statusBarItem.warningBackground');
        item.command = remedyOf(session)?.command ?? FOCUS_FILES_VIEW;
        return item.show();
    }
    if (state === 'refused') {
        item.text = '$(warning) No check-outs here';
        item.accessibilityInformation = { label: 'No check-outs here' };
        item.tooltip = plainLine(repositories.refusal ?? '');
        item.backgroundColor = new vscode.ThemeColor('statusBarItem.warningBackground');
        item.command = FOCUS_FILES_VIEW;
        return item.show();
    }
    if (state === 'unreachable') {
        item.text = '$(debug-disconnect) Share unreachable';
        item.accessibilityInformation = { label: 'Share unreachable' };
        item.tooltip = 'The repository named in the settings cannot be reached.';
        item.backgroundColor = new vscode.ThemeColor('statusBarItem.warningBackground');
        item.command = FOCUS_FILES_VIEW;
        return item.show();
    }
    const held = repositories.heldByMe();
    const now = Date.now();
    item.text = held.length === 0 ? '$(edit) 0' : `$(edit) ${held.length} checked out`;
    const count = held.length === 0 ? 'No' : held.length;
    item.accessibilityInformation = { label: `${count} ${held.length === 1 ? 'file' : 'files'} checked out by you` };
    const own =
        held.length === 0
            ? ['You have no files checked out.']
            : [
                  `You have ${held.length} ${held.length === 1 ? 'file' : 'files'} checked out:`,
                  ...firstLines(
                      held,
                      FILES_IN_TOOLTIP,
                      ({ file }) => `${plainLine(truncate(file.path, PATH_LENGTH))} · ${lockLine(file, now)}`,
                  ),
              ];
    const users = new Set(repositories.all.map(({ settings }) => plainName(settings.user)));
    const servers = new Set(repositories.all.flatMap(({ server }) => (server === undefined ? [] : signInLine(server))));
    item.tooltip = [...own, `You are ${[...users].join(', or ')} here.`, ...servers].join('\n');
    item.command = commandIds.showMyCheckOuts;
    item.show();
}

function iconOf(error: CheckoutError): string {
    if (error.code === 'signInNeeded') return 'account';
    return ['share unreachable', 'lock server unreachable'].includes(troubleOf(error)) ? 'debug-disconnect' : 'warning';
}
