import type * as vscode from 'vscode';
import { canBeListed } from '../core/repository/listing';
import { sameUser } from '../core/locks/holder';
import type { Lock } from '../core/locks/lockEntry';
import { namesakeSentences } from '../core/locks/refusal';
import { refusalFor } from '../core/locks/rules';
import type { Repositories, RepositoryResource } from './repositories';
import type { EditProtection } from './settings';
import type { UserNames } from './userNames';

/**
 * Who holds a file. `namesake`: the user's own name on another computer, which may be a colleague. `unknown`: the repository
 * was not read yet.
 */
type Holder = 'me' | 'namesake' | 'others' | 'nobody' | 'unknown';

/** What edit protection needs to know of a file that can be checked out. */
export interface GuardedFile extends RepositoryResource {
    readonly mode: EditProtection;
    readonly holder: Holder;
    readonly lock: Lock | undefined;
    /** Whether it is in the listing of its folder. If not, it may be new, or a link, which is no file of the repository. */
    readonly seen: boolean;
}

/** The repository file of a resource; undefined for other resources. Without I/O. */
export function guardedFile(repositories: Repositories, uri: vscode.Uri): GuardedFile | undefined {
    const resource = repositories.find(uri);
    if (resource === undefined) return undefined;
    const { session, path } = resource;
    const { repository, settings } = session;
    if (!canBeListed(path, settings.extensions)) return undefined;
    const seen = repository.snapshot.locate(path) !== undefined;
    const holder = holderOf(resource, repositories.names);
    return { ...resource, mode: settings.editProtection, holder, lock: lockOn(resource), seen };
}

function holderOf({ session, path }: RepositoryResource, names: UserNames): Holder {
    const { repository } = session;
    const wasRead = repository.snapshot.folder('') !== undefined || repository.snapshot.isHeld(path);
    if (!wasRead) return 'unknown';
    if (session.file(path)?.unreadable !== undefined) return 'others';
    const lock = lockOn({ session, path });
    if (lock === undefined) return 'nobody';
    if (!sameUser(lock.user, repository.options.user)) return 'others';
    return names.isMine(session, lock) ? 'me' : 'namesake';
}

/** The lock on a file; while it is being renamed, the one that it had under its old name. */
function lockOn({ session, path }: RepositoryResource): Lock | undefined {
    const lock = session.file(path)?.lock;
    const before = lock === undefined ? session.renames.originOf(path) : undefined;
    return before === undefined ? lock : session.file(before)?.lock;
}

/** Why the user should not change a file, as complete sentences. */
export function whyGuarded({ session, path, holder, lock }: GuardedFile, now: number): string {
    const { repository, settings } = session;
    const trouble = 'error' in repository.state ? ` ${repository.state.error.message}` : '';
    if (holder === 'me') return `You have ${path} checked out.${trouble}`;
    if (holder === 'namesake' && lock !== undefined) {
        const whose = 'Is it yours, or of somebody else who uses that name?';
        return `${namesakeSentences(path, lock, now, settings.host)} ${whose}${trouble}`;
    }
    if (holder === 'unknown') return `It is not known yet whether ${path} is checked out.${trouble}`;
    const { table } = repository.snapshot;
    const refusal = refusalFor(table, { path, present: true }, settings, settings.extensions, now);
    return (refusal?.message ?? `${path} is not checked out.`) + trouble;
}
