import { formatAge } from '../core/base/time';
import type { RepositorySession } from '../model/repositorySession';

/** Whether what is shown of a repository is only how it was when it could be reached. */
export function isOutOfReach({ repository }: RepositorySession): boolean {
    return repository.state.kind === 'unreachable';
}

/** "as of 10:42", with the date of another day; empty when the repository was never read. */
export function asOf({ repository }: RepositorySession, now: number): string {
    const { lastSeen } = repository;
    if (lastSeen === undefined) return '';
    const then = new Date(lastSeen);
    const isToday = then.toDateString() === new Date(now).toDateString();
    return `as of ${isToday ? then.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' }) : then.toLocaleString()}`;
}

/** "What you see is as of 10:42, 5 min ago.", as a sentence for a repository that is out of reach. */
export function howOld(session: RepositorySession, now: number): string {
    const { lastSeen } = session.repository;
    if (lastSeen === undefined) return 'Nothing of it was seen yet.';
    return `What you see is ${asOf(session, now)}, ${formatAge(new Date(lastSeen).toISOString(), now)}.`;
}
