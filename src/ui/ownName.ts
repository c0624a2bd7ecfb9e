import * as vscode from 'vscode';
import { plainName, visibleText } from '../core/base/plainText';
import { LONGEST_NAME } from '../core/locks/holder';
import type { Repositories } from '../model/repositories';
import type { RepositorySession } from '../model/repositorySession';
import { chooseUserName } from '../model/settings';

/**
 * Asks for the name under which the user checks files out, where others may use the same.
 * @returns `changed` once the repositories are open under another name, `kept` if it stays; undefined when the user cancels
 */
export async function askForOwnName(
    repositories: Repositories,
    { settings: { user, userChosen } }: RepositorySession,
): Promise<'kept' | 'changed' | undefined> {
    const why = userChosen
        ? `Other people may use the name ${plainName(user)}, too.`
        : `This computer’s account is ${plainName(user)}, which other people may use too.`;
    const name = await vscode.window.showInputBox({
        title: 'Your Name',
        prompt: `${why} Under which name do you check files out? (visible to everyone)`,
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
        await repositories.names.accept(user);
        return 'kept';
    }
    const reopened = new Promise<void>((resolve) => {
        const listening = repositories.onDidReopen(() => {
            listening.dispose();
            resolve();
        });
    });
    await chooseUserName(name.trim());
    await reopened;
    await repositories.refresh();
    return 'changed';
}
