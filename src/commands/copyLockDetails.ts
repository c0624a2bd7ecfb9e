import * as vscode from 'vscode';
import { lockDetails } from '../ui/lockText';
import { showInStatusBar } from '../ui/messages';
import type { RepositoryResource } from '../model/repositories';
import type { CommandContext } from './shared/commandContext';
import { resolveTargets } from './shared/targets';

/** Copy Lock Details: copies to the clipboard who has the files, since when and why. */
export async function copyLockDetails(context: CommandContext, ...args: unknown[]): Promise<void> {
    const targets =
        fromRefusal(context, args) ??
        (await resolveTargets(
            context.repositories,
            args,
            'Select the file whose lock details to copy',
            ({ state }) => state !== 'available',
        ));
    const details = targets.flatMap(({ session, path }) => {
        const file = session.file(path);
        return file === undefined ? [] : [lockDetails(file, Date.now())];
    });
    if (details.length === 0) return;
    await vscode.env.clipboard.writeText(details.join('\n\n'));
    showInStatusBar('Copied lock details');
}

/** A refusal names its file by its path inside the repository. */
function fromRefusal({ repositories }: CommandContext, [path]: readonly unknown[]): RepositoryResource[] | undefined {
    if (typeof path !== 'string') return undefined;
    return repositories.all
        .filter((session) => (session.file(path)?.state ?? 'available') !== 'available')
        .map((session) => ({ session, path }));
}
