import { explainIoError, isRefusal } from '../disk/ioErrors';
import { CheckoutError } from '../base/errors';
import { InTheWay, staleTimeMs, type ObservedMutex } from './staleness';

/**
 * The error for a mutex that was not free in time.
 * @param observed who has it, as last seen
 * @param timeout, staleAfter milliseconds
 */
export function describeTimeout(
    file: string,
    mutexPath: string,
    observed: ObservedMutex | undefined,
    { timeout, staleAfter }: { readonly timeout: number; readonly staleAfter: number },
    cause: unknown,
): CheckoutError {
    const owner = observed?.record.owner;
    const unchangedFor = observed?.unchangedFor ?? 0;
    const unknown = observed?.record.isClosed
        ? 'Somebody whose name you have no permission to read'
        : 'Another computer';
    const who = owner === undefined ? unknown : `${owner.user} on ${owner.host} (process ${owner.pid})`;
    const seconds = Math.round(timeout / 1000);
    const how =
        unchangedFor < 1000
            ? ''
            : ` The same change has been going on for at least ${Math.floor(unchangedFor / 1000)} s.`;
    const message =
        observed !== undefined && unchangedFor >= staleTimeMs(observed.record, staleAfter)
            ? `${file} was not changed: ${who} seems to have died while changing it, and you have no right to remove what it left. Ask the administrator of the share to remove the folder ${mutexPath}.`
            : `${who} is changing ${file}, and it was not free within ${seconds} s, so nothing was changed.${how} Try again in a moment.`;
    return new CheckoutError('mutexTimeout', message, file, { cause });
}

/** The error for a mutex that is there and could never be looked at: somebody may be changing the locks file now. */
export function describeUnknown(file: string, mutexPath: string, cause: unknown): CheckoutError {
    const { reason, advice } = explainIoError(cause, 'read');
    const help = isRefusal(cause)
        ? 'Try again in a moment. If it goes on, make sure that nobody is changing it, and remove that folder.'
        : advice;
    return new CheckoutError(
        'locksFileUnreachable',
        `${file} was not changed, because nobody can tell who is changing it: ${mutexPath} cannot be read (${reason}). ${help}`,
        mutexPath,
        { cause },
    );
}

/** The error for a mutex that cannot be taken for another reason than that somebody has it. */
export function describeRefusal(file: string, error: unknown): CheckoutError {
    if (error instanceof InTheWay) {
        return new CheckoutError(
            'locksFileNotWritable',
            `${file} was not changed, because ${error.path} is in the way: a file or a link, perhaps of another program. Move it away if nobody needs it, and try again.`,
            error.path,
            { cause: error },
        );
    }
    const { reason, advice } = explainIoError(error, 'write');
    return new CheckoutError(
        isRefusal(error) ? 'locksFileNotWritable' : 'locksFileUnreachable',
        `${file} was not changed, because ${reason}. ${advice}`,
        file,
        { cause: error },
    );
}
