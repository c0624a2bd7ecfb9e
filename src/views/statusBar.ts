import * as vscode from 'vscode';
import { howOld, isOutOfReach } from '../host/lastSeen';
import type { Repositories } from '../host/repositories';
import { shorten } from '../core/shorten';
import { firstLines, lockLine, plainLine } from '../host/lockText';
import { whenAgesChange } from './ages';

/** Where a tooltip stops listing files, so that it stays on the screen. */
const FILES_IN_TOOLTIP = 15;
const PATH_LENGTH = 200;

/** The status bar item: how many files the user holds, or why that cannot be told. */
export function registerStatusBar(context: vscode.ExtensionContext, repositories: Repositories): vscode.StatusBarItem {
    const item = vscode.window.createStatusBarItem('cncCheckout.held', vscode.StatusBarAlignment.Left, 10);
    item.name = 'CNC Check-Outs';
    const update = (): void => draw(item, repositories);
    context.subscriptions.push(item, repositories.onDidChange(update), whenAgesChange(update));
    update();
    return item;
}

function draw(item: vscode.StatusBarItem, repositories: Repositories): void {
    const { state } = repositories;
    item.backgroundColor = undefined;
    if (state === 'loading' || state === 'noFolder' || state === 'noRepository') return item.hide();
    const opened = repositories.all.find(({ repository }) => 'error' in repository.state);
    const troubled = opened?.repository.state;
    if (opened !== undefined && troubled !== undefined && 'error' in troubled) {
        const damaged = troubled.kind === 'damaged';
        item.text = damaged ? '$(warning) Locks file damaged' : '$(debug-disconnect) Share unreachable';
        item.accessibilityInformation = { label: damaged ? 'Locks file damaged' : 'Share unreachable' };
        const age = isOutOfReach(opened) ? `\n${howOld(opened, Date.now())}` : '';
        item.tooltip = plainLine(troubled.error.message) + age;
        item.backgroundColor = new vscode.ThemeColor('statusBarItem.warningBackground');
        item.command = 'cncCheckout.files.focus';
        return item.show();
    }
    if (state === 'unreachable') {
        item.text = '$(debug-disconnect) Share unreachable';
        item.accessibilityInformation = { label: 'Share unreachable' };
        item.tooltip = 'The repository that the settings name cannot be reached now.';
        item.backgroundColor = new vscode.ThemeColor('statusBarItem.warningBackground');
        item.command = 'cncCheckout.files.focus';
        return item.show();
    }
    const held = repositories.heldByMe();
    const now = Date.now();
    item.text = held.length === 0 ? '$(lock) 0' : `$(edit) ${held.length} checked out`;
    const count = held.length === 0 ? 'No' : held.length;
    item.accessibilityInformation = { label: `${count} ${held.length === 1 ? 'file' : 'files'} checked out by you` };
    item.tooltip =
        held.length === 0
            ? 'You have no files checked out.'
            : [
                  `You have ${held.length} ${held.length === 1 ? 'file' : 'files'} checked out:`,
                  ...firstLines(
                      held,
                      FILES_IN_TOOLTIP,
                      ({ file }) => `${plainLine(shorten(file.path, PATH_LENGTH))} · ${lockLine(file, now)}`,
                  ),
              ].join('\n');
    item.command = 'cncCheckout.showMyCheckOuts';
    item.show();
}
