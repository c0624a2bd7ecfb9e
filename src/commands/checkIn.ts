import { checkInWithJobs, type CheckInTerms } from './shared/checkInFiles';
import type { CommandContext } from './shared/commandContext';
import { resolveTargets } from './shared/targets';

/** Check In: saves what is open and unsaved, then checks in every file that it was called for. */
export function checkIn(context: CommandContext, ...args: unknown[]): Promise<void> {
    return checkInTargets(context, args, {});
}

/** Check In with Message…: the same, with a word for the history. */
export function checkInWithMessage(context: CommandContext, ...args: unknown[]): Promise<void> {
    return checkInTargets(context, args, { asksForMessage: true });
}

/** Check In and Keep Checked Out…: what was done so far counts, and the person goes on. */
export function checkInAndKeep(context: CommandContext, ...args: unknown[]): Promise<void> {
    return checkInTargets(context, args, { asksForMessage: true, keep: true });
}

async function checkInTargets(context: CommandContext, args: readonly unknown[], terms: CheckInTerms): Promise<void> {
    const targets = await resolveTargets(
        context.repositories,
        args,
        'Choose the file to check in',
        ({ state }) => state === 'heldByMe',
    );
    await checkInWithJobs(context, targets, terms);
}
