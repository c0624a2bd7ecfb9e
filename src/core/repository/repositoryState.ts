import type { CheckoutError } from '../base/errors';

/**
 * How a repository is. In every state but `loading` the snapshot holds what was last known.
 * `missing`: there is no such folder and never was one; `unreachable`: it was there or its locks cannot be read now;
 * `damaged`: the locks file cannot be understood.
 */
export type RepositoryState =
    | { readonly kind: 'loading' | 'ready' }
    | { readonly kind: 'missing' | 'unreachable' | 'damaged'; readonly error: CheckoutError };

/** The state after a look at the repository failed. @param wasListed whether its folder was ever read */
export function stateAfter(error: CheckoutError, wasListed: boolean): RepositoryState {
    if (error.code === 'locksFileDamaged') return { kind: 'damaged', error };
    return { kind: error.code === 'repositoryMissing' && !wasListed ? 'missing' : 'unreachable', error };
}

/** Whether two states say the same to a person. */
export function sameState(one: RepositoryState, other: RepositoryState): boolean {
    return one.kind === other.kind && messageOf(one) === messageOf(other);
}

function messageOf(state: RepositoryState): string {
    return 'error' in state ? state.error.message : '';
}
