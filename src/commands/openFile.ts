import type { CommandContext } from './shared/commandContext';
import { openResource } from './shared/openResource';
import { resolveTargets } from './shared/targets';

/** Open: opens the files it was called for. */
export async function openFile(context: CommandContext, ...args: unknown[]): Promise<void> {
    const targets = await resolveTargets(
        context.repositories,
        args,
        'Select the file to open',
        ({ missing }) => !missing,
    );
    for (const target of targets) await openResource(target, targets.length === 1);
}
