import type { LockStore } from '../locks/lockStore';
import type { Snapshot } from './snapshot';

/** Where files of a repository are changed together with their locks, and in whose name. */
export interface Surroundings {
    readonly store: LockStore;
    readonly snapshot: Snapshot;
    /** Absolute path of the repository. */
    readonly root: string;
    readonly user: string;
    /** Lower case, with the dot. */
    readonly extensions: ReadonlySet<string>;
}
