import * as vscode from 'vscode';
import type { CommandContext } from './shared/commandContext';
import { resolveTargets } from './shared/targets';

/** Reveal in Explorer View: selects the file in VS Code's Explorer. */
export function revealInExplorer(context: CommandContext, ...args: unknown[]): Promise<void> {
    return reveal(context, args, 'revealInExplorer');
}

/** Reveal in File Explorer: shows the file in a window of the operating system. */
export function revealInOs(context: CommandContext, ...args: unknown[]): Promise<void> {
    return reveal(context, args, 'revealFileInOS');
}

async function reveal({ repositories }: CommandContext, args: readonly unknown[], command: string): Promise<void> {
    const [target] = await resolveTargets(repositories, args, 'Select the file to reveal', ({ missing }) => !missing);
    if (target !== undefined) await vscode.commands.executeCommand(command, target.session.uriOf(target.path));
}
