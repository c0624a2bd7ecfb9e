import * as vscode from 'vscode';
import { plainLine, plainName } from '../core/base/plainText';
import { nameOf } from '../core/base/repositoryPath';
import { truncate } from '../core/base/truncate';
import { whyGuarded, type GuardedFile } from '../model/protection';
import type { Repositories } from '../model/repositories';
import { holderText } from '../ui/lockText';
import type { Action } from '../ui/messages';
import { askForOwnName } from '../ui/ownName';
import { firstLines } from '../ui/textSafety';

const TEXT_LENGTH = 700;
const FILES_NAMED = 10;

const choose = 'Choose My Name…';

/** The answers to whether a check-out under the user's name is the user's: the likelier one first. */
export function ownershipActions(repositories: Repositories, file: GuardedFile): Action[] {
    const mine = { title: mineOf([file]), run: () => void claim(repositories, [file]) };
    const other = { title: choose, run: () => void askForOwnName(repositories, file.session) };
    return repositories.names.isSharedKind(file.session.settings) ? [other, mine] : [mine, other];
}

/**
 * Asks whether files that somebody of the user's name has, perhaps at another computer, are the user's. Once for each check-out.
 * @param beforeName what is done before a name is asked for: then the files are somebody else's
 * @returns whether they are, and the other files that were given do not matter; false when the user cancels
 */
export async function areOwn(
    repositories: Repositories,
    files: readonly GuardedFile[],
    beforeName: () => Promise<void> = () => Promise.resolve(),
): Promise<boolean> {
    const namesakes = files.filter(({ holder }) => holder === 'namesake');
    const [first] = namesakes;
    if (first === undefined) return true;
    // The first button is what Enter does, and somebody may be typing.
    const answer = await showQuestion(namesakes, choose, mineOf(namesakes)).catch(() => undefined); // No dialog could be shown.
    if (answer === mineOf(namesakes)) {
        await claim(repositories, namesakes);
        return true;
    }
    if (answer === choose) {
        await beforeName();
        await askForOwnName(repositories, first.session);
    }
    return false;
}

async function claim({ names }: Repositories, files: readonly GuardedFile[]): Promise<void> {
    for (const { session, lock } of files) if (lock !== undefined) await names.claim(session, [lock]);
}

function mineOf(files: readonly GuardedFile[]): string {
    return files.length === 1 ? 'It Is Mine' : 'They Are Mine';
}

async function showQuestion(files: readonly GuardedFile[], ...buttons: readonly string[]): Promise<string | undefined> {
    const [file] = files;
    const now = Date.now();
    const { user, host } = file!.session.settings;
    const lines = firstLines(files, FILES_NAMED, ({ path, lock }) =>
        plainLine(`${nameOf(path)}: checked out by ${lock === undefined ? '' : holderText(lock, now)}`),
    );
    const risk = 'If not, two people edit one program, and the last save overwrites the other’s work.';
    const who = `Your name is ${plainName(user)}, and this computer is ${plainName(host)}.`;
    const [question, detail] =
        files.length === 1
            ? [plainLine(truncate(whyGuarded(file!, now), TEXT_LENGTH)), risk]
            : [`Are the check-outs of these ${files.length} files yours?`, [...lines, '', `${who} ${risk}`].join('\n')];
    return vscode.window.showWarningMessage(question, { modal: true, detail }, ...buttons);
}
