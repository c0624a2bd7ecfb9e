import type * as vscode from 'vscode';
import { canBeListed } from '../core/repository/listing';
import type { Lock } from '../core/locks/lockTable';
import { refusalFor } from '../core/locks/rules';
import type { Repositories, RepositoryResource } from './repositories';
import type { EditProtection } from './settings';

/** Who holds a file. `unknown`: its repository was not read yet. */
type Holder = 'me' | 'others' | 'nobody' | 'unknown';

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
    const file = session.file(path);
    const seen = repository.snapshot.locate(path) !== undefined;
    return { ...resource, mode: settings.editProtection, holder: holderOf(resource), lock: file?.lock, seen };
}

function holderOf({ session, path }: RepositoryResource): Holder {
    const { repository } = session;
    const wasRead = repository.snapshot.folder('') !== undefined || repository.snapshot.isHeld(path);
    if (!wasRead) return 'unknown';
    const state = session.file(path)?.state ?? 'available';
    return ({ heldByMe: 'me', heldByOthers: 'others', available: 'nobody' } as const)[state];
}

/** Why the user should not change a file, as complete sentences. */
export function whyGuarded({ session, path, holder }: GuardedFile, now: number): string {
    const { repository, settings } = session;
    const trouble = 'error' in repository.state ? ` ${repository.state.error.message}` : '';
    if (holder === 'me') return `You have ${path} checked out.${trouble}`;
    if (holder === 'unknown') return `It is not known yet whether ${path} is checked out.${trouble}`;
    const { table } = repository.snapshot;
    const refusal = refusalFor(table, { path, present: true }, settings.user, settings.extensions, now);
    return (refusal?.message ?? `${path} is not checked out.`) + trouble;
}
