import { checkInWithJobs, type CheckInTerms } from './shared/checkInFiles';
import type { CommandContext } from './shared/commandContext';
import { resolveTargets } from './shared/targets';

/** Check In: saves unsaved edits, then checks in the files it was called for. */
export function checkIn(context: CommandContext, ...args: unknown[]): Promise<void> {
    return checkInTargets(context, args, {});
}

/** Check In with Message…: the same, with a message for the history. */
export function checkInWithMessage(context: CommandContext, ...args: unknown[]): Promise<void> {
    return checkInTargets(context, args, { asksForMessage: true });
}

/** Check In and Keep Checked Out…: records the changes so far; the files stay checked out. */
export function checkInAndKeep(context: CommandContext, ...args: unknown[]): Promise<void> {
    return checkInTargets(context, args, { asksForMessage: true, keep: true });
}

async function checkInTargets(context: CommandContext, args: readonly unknown[], terms: CheckInTerms): Promise<void> {
    const targets = await resolveTargets(
        context.repositories,
        args,
        'Select the file to check in',
        ({ state }) => state === 'heldByMe',
    );
    await checkInWithJobs(context, targets, terms);
}
