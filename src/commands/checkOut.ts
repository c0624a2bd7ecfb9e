import { ALONE, checkOutFiles } from './shared/checkOutFiles';
import type { CommandContext } from './shared/commandContext';
import { ASKED } from './shared/outsideQuestion';
import { resolveTargets } from './shared/targets';

/** Check Out…: asks for a message, then checks out the files it was called for, and the rest of their jobs if wanted. */
export function checkOut(context: CommandContext, ...args: unknown[]): Promise<void> {
    return checkOutTargets(context, args, false);
}

/** Check Out: the same by one click. It asks for a message only where the shop requires one. */
export function checkOutAtOnce(context: CommandContext, ...args: unknown[]): Promise<void> {
    return checkOutTargets(context, args, true);
}

async function checkOutTargets(context: CommandContext, args: readonly unknown[], atOnce: boolean): Promise<void> {
    const { repositories } = context;
    const targets = await resolveTargets(
        repositories,
        args,
        'Select the file to check out',
        ({ state }) => state === 'available',
        // Who checks out a whole folder must learn what of it somebody else has.
        ({ state }) => state !== 'heldByMe',
    );
    await checkOutFiles(context, targets, { alone: args[2] === ALONE, isAsked: args[3] === ASKED, atOnce });
}
