import * as vscode from 'vscode';
import { lockDetails } from '../host/lockText';
import type { RepositoryResource } from '../host/repositories';
import type { CommandContext } from './commandContext';
import { STATUS_TIME } from './outcomes';
import { resolveTargets } from './targets';

/** Copy Lock Details: who has the files, since when and why, as text on the clipboard. */
export async function copyLockDetails(context: CommandContext, ...args: unknown[]): Promise<void> {
    const targets =
        fromRefusal(context, args) ??
        (await resolveTargets(
            context.repositories,
            args,
            'Choose the file whose lock details to copy',
            ({ lock }) => lock !== undefined,
        ));
    const details = targets.flatMap(({ opened, path }) => {
        const file = opened.file(path);
        return file === undefined ? [] : [lockDetails(file, Date.now())];
    });
    if (details.length === 0) return;
    await vscode.env.clipboard.writeText(details.join('\n\n'));
    vscode.window.setStatusBarMessage('Copied the lock details', STATUS_TIME);
}

/** A refusal names its file by its path inside the repository. */
function fromRefusal({ repositories }: CommandContext, [path]: readonly unknown[]): RepositoryResource[] | undefined {
    if (typeof path !== 'string') return undefined;
    return repositories.all
        .filter((opened) => opened.file(path)?.lock !== undefined)
        .map((opened) => ({ opened, path }));
}
