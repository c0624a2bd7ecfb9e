import type { RepositoryResource } from '../../model/repositories';
import { askForOwnName } from '../../ui/ownName';
import type { CommandContext } from './commandContext';

/**
 * Asks for a name where the account of this computer may be that of several people, before the first check-out.
 * @returns the files, in the repositories as they are open under the name; undefined when the user cancels
 */
export async function withOwnName(
    { names, repositories }: CommandContext,
    targets: readonly RepositoryResource[],
): Promise<readonly RepositoryResource[] | undefined> {
    const shared = targets.find(({ session }) => names.isShared(session));
    if (shared === undefined) return targets;
    const diskPaths = targets.map(({ session, path }) => session.uriOf(path));
    const answer = await askForOwnName(repositories, shared.session);
    if (answer !== 'changed') return answer && targets;
    return diskPaths.flatMap((uri) => repositories.find(uri) ?? []);
}
