import type { CheckoutError, FailureCode } from '../core/base/errors';
import { plainLine } from '../core/base/plainText';
import { isRefusal, isUncRefusal } from '../core/disk/ioErrors';
import type { RepositorySession } from '../model/repositorySession';

/** Whether the share of a repository is unreachable, so that what is shown of it may be out of date. */
export function isUnreachable({ repository }: RepositorySession): boolean {
    return repository.state.kind === 'unreachable';
}

/** What is wrong where a lock server is concerned: in a few words, and as a sentence. */
const serverTroubles: Readonly<Partial<Record<FailureCode, readonly [words: string, sentence?: string]>>> = {
    locksMoved: ['check-outs moved', 'Check-outs are recorded on a lock server now.'],
    serverNotConfirmed: ['lock server not confirmed', 'The lock server is not confirmed yet.'],
    signInNeeded: ['not signed in', 'You are not signed in to the lock server.'],
    serverUnreachable: ['lock server unreachable', 'The lock server is unreachable.'],
    serverRefused: ['lock server refuses'],
};

/**
 * What is wrong with a repository that cannot be read, in a few words: a disk that answered, and refused, is no unreachable
 * share.
 */
export function troubleOf({ code, cause }: CheckoutError): string {
    if (code === 'locksFileDamaged') return 'locks file damaged';
    const [words] = serverTroubles[code] ?? [];
    if (words !== undefined) return words;
    if (isUncRefusal(cause)) return 'server not allowed';
    if (!isRefusal(cause)) return 'share unreachable';
    return code === 'locksFileUnreachable' ? 'locks file cannot be read' : 'repository cannot be read';
}

/** Why what is shown of a repository may be out of date: "The share is unreachable." */
export function troubleSentence({ repository: { state } }: RepositorySession): string {
    if (!('error' in state)) return '';
    const server = serverTroubles[state.error.code];
    if (server !== undefined) return server[1] ?? plainLine(state.error.message);
    if (isUncRefusal(state.error.cause)) return 'VS Code is not allowed to access the server.';
    const trouble = troubleOf(state.error);
    return trouble === 'share unreachable' ? 'The share is unreachable.' : `The ${trouble}.`;
}

/** "last updated 10:42", with the date if that was another day; "not read yet" if the repository was never read. */
export function lastUpdated({ repository }: RepositorySession, now: number): string {
    const { lastSeen } = repository;
    if (lastSeen === undefined) return 'not read yet';
    const then = new Date(lastSeen);
    const isToday = then.toDateString() === new Date(now).toDateString();
    const time = isToday ? then.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' }) : then.toLocaleString();
    return `last updated ${time}`;
}

/** "Last updated 10:42." */
export function lastUpdatedSentence(session: RepositorySession, now: number): string {
    const text = lastUpdated(session, now);
    return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
