import { ALONE, checkOutFiles } from './shared/checkOutFiles';
import type { CommandContext } from './shared/commandContext';
import { resolveTargets } from './shared/targets';

/** Check Out…: asks for a message, then checks out every file that it was called for, and of their jobs what goes along. */
export async function checkOut(context: CommandContext, ...args: unknown[]): Promise<void> {
    const { repositories } = context;
    const targets = await resolveTargets(
        repositories,
        args,
        'Choose the file to check out',
        ({ state }) => state === 'available',
    );
    await checkOutFiles(context, targets, args[2] === ALONE);
}
