import * as vscode from 'vscode';
import { CheckoutError } from '../core/base/errors';
import { plainName } from '../core/base/plainText';
import type { RepositorySession } from '../model/repositorySession';
import type { ServerAccess } from '../serverAccess';
import { showInStatusBar, showMessage } from '../ui/messages';
import { withProgress } from '../ui/progress';
import type { CommandContext } from './shared/commandContext';
import { confirmServer } from './shared/confirmServer';
import { pickRepository } from './shared/pickRepository';

const TITLE = 'Sign In to Lock Server';

/** Sign In to Lock Server…: confirms a new server, asks for name and password, and keeps them once the server accepts them. */
export async function signIn(context: CommandContext, ...args: unknown[]): Promise<void> {
    const found = await findServer(context, args);
    if (found === undefined) return;
    const { folder, server } = found;
    const { repositories } = context;
    const trusted = await server.trusted();
    if (!repositories.lockServers.isConfirmed(trusted)) {
        if (!(await confirmServer(server))) return;
        await repositories.lockServers.confirm(trusted);
        await repositories.reopen();
        // The variables of PostgreSQL may do, or a server that asks for none.
        const opened = repositories.all.find((session) => session.folder.uri.toString() === folder.uri.toString());
        if (opened?.server === undefined || !needsSignIn(opened)) return;
    }
    const user = await askName(context, server);
    if (user === undefined) return;
    const password = await askPassword(server, user);
    if (password === undefined) return;
    await repositories.lockServers.signIn(server.address, { user, password });
    await repositories.reopen();
    showInStatusBar(`Signed in to ${server.name} as ${plainName(user)}`);
}

/** Sign Out of Lock Server: forgets name and password. */
export async function signOut(context: CommandContext, ...args: unknown[]): Promise<void> {
    const found = await findServer(context, args);
    if (found === undefined) return;
    const { address, name, user } = found.server;
    const { repositories } = context;
    if ((await repositories.lockServers.signedIn(address)) === undefined) {
        return showMessage(
            'info',
            `You are not signed in to the lock server ${name} here. Where ${plainName(user)} is let in all the same, it is by PGPASSWORD, by a password file of PostgreSQL, or because the server asks for no password.`,
        );
    }
    await repositories.lockServers.signOut(address);
    await repositories.reopen();
    showInStatusBar(`Signed out of ${name}`);
}

async function findServer(
    { repositories }: CommandContext,
    args: readonly unknown[],
): Promise<(RepositorySession & { readonly server: ServerAccess }) | undefined> {
    const session = await pickRepository(repositories, args, 'Select the repository whose lock server is meant');
    if (session === undefined) return undefined;
    if (session.server !== undefined) return session as RepositorySession & { readonly server: ServerAccess };
    const openSetting = {
        title: 'Open Setting',
        command: 'workbench.action.openSettings',
        arguments: ['cncCheckout.lockServer'],
    };
    showMessage('info', `The check-outs of ${session.name} are recorded in a locks file, and on no lock server.`, [
        openSetting,
    ]);
    return undefined;
}

function needsSignIn({ repository: { state } }: RepositorySession): boolean {
    return 'error' in state && state.error.code === 'signInNeeded';
}

async function askName(
    { repositories }: CommandContext,
    { name, address, user }: ServerAccess,
): Promise<string | undefined> {
    const typed = await vscode.window.showInputBox({
        title: TITLE,
        prompt: `Your name at the lock server ${name}. Everybody sees it on files that you check out.`,
        value: repositories.lockServers.lastName(address) ?? user,
        ignoreFocusOut: true,
        validateInput: (text) =>
            text.trim() === '' ? 'Type the name that the administrator of the server gave you.' : undefined,
    });
    return typed?.trim();
}

/** Asks until the server accepts it. */
async function askPassword(server: ServerAccess, user: string): Promise<string | undefined> {
    for (let prompt = `Password of ${plainName(user)} at the lock server ${server.name}.`; ;) {
        const password = await vscode.window.showInputBox({
            title: TITLE,
            prompt,
            password: true,
            ignoreFocusOut: true,
        });
        if (password === undefined) return undefined;
        try {
            const work = (): Promise<void> => server.verify({ user, password });
            await withProgress(`Signing in to ${server.name}`, work);
            return password;
        } catch (error) {
            if (!(error instanceof CheckoutError) || error.code !== 'signInNeeded') throw error;
            prompt = `${error.message} Type the password of ${plainName(user)} again.`;
        }
    }
}
