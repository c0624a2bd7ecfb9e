import type { KeptVersion } from '../../core/revisions/versionStore';
import type { RepositoryResource } from '../../model/repositories';
import type { CommandContext } from './commandContext';

/** The version at check-out; waits for its copy if that is still being made, and takes it from the revisions if there is none. */
export async function keptVersion(
    { versions }: CommandContext,
    resource: RepositoryResource,
): Promise<KeptVersion | undefined> {
    const version = await versions.versionOf(resource);
    if (version === undefined || version.copy !== undefined) return version;
    await versions.whenKept(resource.session);
    return versions.fetchVersionOf(resource);
}
