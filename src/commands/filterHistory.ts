import * as vscode from 'vscode';
import type { CommandContext } from './shared/commandContext';

/** Filter History…: shows only the rows that have some words; as they are typed. */
export async function filterHistory({ history }: CommandContext): Promise<void> {
    const before = history.filter;
    const input = vscode.window.createInputBox();
    input.title = 'Filter History';
    input.prompt = 'Words of a name, a message, a label or a file';
    input.value = before;
    await new Promise<void>((resolve) => {
        let isAccepted = false;
        input.onDidChangeValue((text) => (history.filter = text));
        input.onDidAccept(() => {
            isAccepted = true;
            input.hide();
        });
        input.onDidHide(() => {
            if (!isAccepted) history.filter = before;
            resolve();
        });
        input.show();
    });
    input.dispose();
}

/** Clear History Filter: shows all rows again. */
export function clearHistoryFilter({ history }: CommandContext): Promise<void> {
    history.filter = '';
    return Promise.resolve();
}
