import { CheckoutError, isAbort, isSystemError, systemCode } from '../base/errors';
import { explainIoError } from '../disk/ioErrors';

// What goes wrong with revisions, in sentences.

/** The last sentence of `notKept`, where nothing else offers the same. */
export const WITHOUT_REVISION =
    'To check in without a revision, use --no-revision on the command line or the setting cncCheckout.keepRevisions.';

/** Why a check-in is not made whose content cannot be kept. */
export function notKept(file: string, cause: unknown): CheckoutError {
    if (cause instanceof CheckoutError) return cause;
    const { reason, advice } = explainIoError(cause, 'write');
    const help = isSystemError(cause) ? advice : 'Try again.';
    return new CheckoutError(
        'revisionNotKept',
        `No revision of ${file} could be kept, because ${reason}, so nothing was checked in. ${help} ${WITHOUT_REVISION}`,
        file,
        { cause },
    );
}

/** Why a revision cannot be read. @param what as a sentence calls it @param kept absolute path @returns an `AbortError` as it is */
export function unreadable(what: string, kept: string, cause: unknown): unknown {
    if (cause instanceof CheckoutError || isAbort(cause)) return cause;
    const isGone = systemCode(cause) === 'ENOENT';
    const { reason, advice } = explainIoError(cause, 'read');
    const why = isGone ? 'its file is gone' : reason;
    const help = isGone || !isSystemError(cause) ? 'A backup of that folder may still have it.' : advice;
    return new CheckoutError('revisionUnreadable', `${what} cannot be read, because ${why}: ${kept}. ${help}`, kept, {
        cause,
    });
}
