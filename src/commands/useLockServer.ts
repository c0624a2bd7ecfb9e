import type { CheckoutError } from '../core/base/errors';
import { MovedLocks } from '../core/locks/damagedTable';
import { chooseLockServer } from '../model/settings';
import { showMessage } from '../ui/messages';
import type { CommandContext } from './shared/commandContext';
import { confirmServer } from './shared/confirmServer';
import { pickRepository } from './shared/pickRepository';
import { signIn } from './signIn';

/** Use Lock Server…: where the check-outs of a repository were moved, sets up the server that the note in their place names. */
export async function useLockServer(context: CommandContext, ...args: unknown[]): Promise<void> {
    const { repositories } = context;
    const session = await pickRepository(repositories, args, 'Select the repository whose check-outs were moved');
    if (session === undefined) return;
    const { state } = session.repository;
    const cause = 'error' in state ? state.error.cause : undefined;
    if (!(cause instanceof MovedLocks)) {
        return showMessage('info', `The check-outs of ${session.name} were not moved to a lock server.`);
    }
    const { lockServer } = cause.to;
    const { readAddress } = await import('../serverAccess.js');
    const named = readAddress(lockServer);
    const namedBy = `the note in the place of ${session.locksFile}`;
    if (!(await confirmServer({ ...named, namedBy, caFile: undefined }))) return;
    const { folder } = session;
    await chooseLockServer(folder, lockServer);
    await repositories.reopen();
    const opened = repositories.all.find((one) => one.folder.uri.toString() === folder.uri.toString());
    if (opened?.server === undefined) return;
    const trusted = await opened.server.trusted();
    // What was confirmed are the usual authorities.
    if (trusted.ca === undefined) await repositories.lockServers.confirm(trusted);
    await repositories.reopen();
    const now = repositories.all.find((one) => one.folder.uri.toString() === folder.uri.toString());
    if (now !== undefined && needsPerson(now.repository.state)) await signIn(context, { session: now, path: '' });
}

function needsPerson(state: { readonly kind: string } | { readonly error: CheckoutError }): boolean {
    return 'error' in state && ['signInNeeded', 'serverNotConfirmed'].includes(state.error.code);
}
