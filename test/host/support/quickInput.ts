import * as vscode from 'vscode';

/** Runs a command and accepts each input box and quick pick that it shows, as they stand, until it has ended. */
export function acceptAll(command: string, ...args: unknown[]): Promise<void> {
    return answer('workbench.action.acceptSelectedQuickOpenItem', command, args);
}

/** Runs a command and leaves each input box and quick pick that it shows. */
export function leaveAll(command: string, ...args: unknown[]): Promise<void> {
    return answer('workbench.action.closeQuickOpen', command, args);
}

async function answer(reply: string, command: string, args: readonly unknown[]): Promise<void> {
    const ended = Promise.resolve(vscode.commands.executeCommand(command, ...args)).then(() => true);
    const replied = async (): Promise<boolean> => {
        await vscode.commands.executeCommand(reply);
        return false;
    };
    // VS Code has no event for a quick input being there, and a reply to none does nothing.
    while (!(await Promise.race([ended, replied()])));
}
