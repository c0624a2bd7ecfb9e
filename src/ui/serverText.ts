import { commandIds } from '../commandIds';
import { plainName } from '../core/base/plainText';
import { MovedLocks } from '../core/locks/damagedTable';
import type { RepositorySession } from '../model/repositorySession';
import type { ServerAccess } from '../serverAccess';

/** What a person can do where a repository's lock server is not in use yet, or no longer. */
interface Remedy {
    /** As the row of a tree. */
    readonly title: string;
    /** As the button of a message. */
    readonly button: string;
    readonly icon: string;
    readonly command: string;
}

/** "Signed in to the lock server db1 as ulla (user)." */
export function signInLine({ name, user, role }: ServerAccess): string {
    const may = role === undefined ? '' : ` (${role})`;
    return `Signed in to the lock server ${name} as ${plainName(user)}${may}. The setting cncCheckout.userName is not used there.`;
}

/** What helps where the person has to do something; undefined where nothing does, or nothing is wrong. */
export function remedyOf({ repository: { state }, server }: RepositorySession): Remedy | undefined {
    if (!('error' in state)) return undefined;
    const { code, cause } = state.error;
    if (code === 'signInNeeded') {
        const title = `Sign in to the lock server ${server?.name}…`;
        return { title, button: 'Sign In', icon: 'account', command: commandIds.signIn };
    }
    if (code === 'serverNotConfirmed') {
        const title = `Confirm the lock server ${server?.name}…`;
        return { title, button: 'Confirm', icon: 'shield', command: commandIds.signIn };
    }
    if (!(cause instanceof MovedLocks)) return undefined;
    return {
        title: 'Use the lock server…',
        button: 'Use Lock Server',
        icon: 'server',
        command: commandIds.useLockServer,
    };
}

/** Whether nothing is known of the locks before the person does something. */
export function isUnopened(session: RepositorySession): boolean {
    return session.repository.lastSeen === undefined && remedyOf(session) !== undefined;
}
