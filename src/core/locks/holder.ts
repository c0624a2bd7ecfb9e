import { CheckoutError } from '../base/errors';
import { plainName, visibleText } from '../base/plainText';
import { foldCase } from '../base/repositoryPath';
import { formatTimestamp } from '../base/time';
import { truncate } from '../base/truncate';
import type { Lock } from './lockEntry';

/** Characters that the name of a user or a computer may have in what we write; no system has longer ones. */
export const LONGEST_NAME = 256;

/** Who asks for something, and at which computer, where that is known. */
export interface Person {
    readonly user: string;
    readonly host?: string;
}

/** Whether two user names mean the same person; see `foldUser`. */
export function sameUser(one: string, other: string): boolean {
    return one === other || foldUser(one) === foldUser(other);
}

/**
 * All spellings of one user's name have the same folded form: Windows compares accounts without regard to case, and a script
 * or a person may have typed a space behind the name.
 */
export function foldUser(name: string): string {
    return foldCase(name.trim());
}

/** Whether a lock was taken at another computer. Older writers do not say where; that is no other computer. */
export function isFromOther({ host }: Lock, computer: string): boolean {
    return host !== undefined && host.trim() !== '' && foldCase(host.trim()) !== foldCase(computer.trim());
}

/**
 * Makes sure that colleagues can tell by a name who checks files out.
 * @throws CheckoutError `userNameUnusable`
 */
export function requireUserName(name: string): void {
    const advice = 'Set another name, in the setting cncCheckout.userName or with --user.';
    if (visibleText(name) === '') {
        const what = name.trim() === '' ? 'is empty' : `has nothing in it that can be seen (${plainName(name)})`;
        throw new CheckoutError('userNameUnusable', `Your user name ${what}. Nothing was changed. ${advice}`);
    }
    if (name.length > LONGEST_NAME) {
        const what = `is longer than ${LONGEST_NAME} characters (${plainName(name)})`;
        throw new CheckoutError('userNameUnusable', `Your user name ${what}. Nothing was changed. ${advice}`);
    }
}

/** A lock for a file that is being checked out at `now`. */
export function newLock(user: string, host: string, message: string, now: Date): Lock {
    return { user, timestamp: formatTimestamp(now), message, host: truncate(host, LONGEST_NAME) };
}
