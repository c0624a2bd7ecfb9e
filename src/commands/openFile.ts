import type { CommandContext } from './shared/commandContext';
import { openResource } from './shared/openResource';
import { resolveTargets } from './shared/targets';

/** Open: opens the files it was called for. */
export function openFile(context: CommandContext, ...args: unknown[]): Promise<void> {
    return open(context, args, false);
}

/** Open to the Side: in another group of editors. */
export function openToSide(context: CommandContext, ...args: unknown[]): Promise<void> {
    return open(context, args, true);
}

async function open(context: CommandContext, args: readonly unknown[], toSide: boolean): Promise<void> {
    const targets = await resolveTargets(
        context.repositories,
        args,
        'Select the file to open',
        ({ missing }) => !missing,
    );
    for (const target of targets) await openResource(target, { preview: targets.length === 1, toSide });
}
