import type { RepositorySession } from '../model/repositorySession';

/** Whether the share of a repository is unreachable, so that what is shown of it may be out of date. */
export function isUnreachable({ repository }: RepositorySession): boolean {
    return repository.state.kind === 'unreachable';
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
