import * as vscode from 'vscode';
import { LONGEST_NAME } from '../../core/locks/holder';
import { visibleText } from '../../core/base/plainText';
import { plainName } from '../../core/base/plainText';
import { chooseUserName } from '../../model/settings';
import type { RepositoryResource } from '../../model/repositories';
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
    const { user } = shared.session.settings;
    const name = await vscode.window.showInputBox({
        title: 'Your Name',
        prompt: `This computer’s account is ${plainName(user)}, which other people may use too. Under which name do you check files out? (visible to everyone)`,
        value: user,
        valueSelection: [0, user.length],
        ignoreFocusOut: true,
        validateInput: (text) => {
            if (visibleText(text) === '') return 'Type a name by which your colleagues know you.';
            return text.length > LONGEST_NAME ? `The name is longer than ${LONGEST_NAME} characters.` : undefined;
        },
    });
    if (name === undefined) return undefined;
    if (name.trim() === user.trim()) {
        await names.accept(user);
        return targets;
    }
    const diskPaths = targets.map(({ session, path }) => session.uriOf(path));
    const reopened = new Promise<void>((resolve) => {
        const listening = repositories.onDidReopen(() => {
            listening.dispose();
            resolve();
        });
    });
    await chooseUserName(name.trim());
    await reopened;
    await repositories.refresh();
    return diskPaths.flatMap((uri) => repositories.find(uri) ?? []);
}
