import type { FailureCode } from '../core/base/errors';
import type { Absence } from './missingRepositories';
import type { RepositorySession } from './repositorySession';

/** The state of all repositories of a window taken together. */
export type WindowState = 'loading' | 'noFolder' | Absence | Trouble | 'empty' | 'ready';

/**
 * What is wrong with a repository: `moved`, its check-outs are on a lock server by now; `unconfirmed`, the person has not yet
 * confirmed its lock server; `signedOut`; `serverAway`, its lock server cannot be reached or refuses.
 */
type Trouble = 'damaged' | 'unreachable' | 'moved' | 'unconfirmed' | 'signedOut' | 'serverAway';

const troubleByCode: Readonly<Partial<Record<FailureCode, Trouble>>> = {
    locksMoved: 'moved',
    serverNotConfirmed: 'unconfirmed',
    signInNeeded: 'signedOut',
    serverUnreachable: 'serverAway',
    serverRefused: 'serverAway',
};

/** The state of one repository, as the window has it. */
export function stateOf({ repository }: RepositorySession): WindowState {
    const { state } = repository;
    if (state.kind === 'missing' || state.kind === 'unreachable') {
        return troubleByCode[state.error.code] ?? 'unreachable';
    }
    if (state.kind !== 'ready') return state.kind;
    return repository.snapshot.isEmpty() ? 'empty' : 'ready';
}
