import * as vscode from 'vscode';
import { isFromOther } from '../../core/locks/holder';
import { plainLine, plainName } from '../../core/base/plainText';
import { nameOf } from '../../core/base/repositoryPath';
import type { RepositoryResource } from '../../model/repositories';
import { holderText } from '../../ui/lockText';
import { firstLines } from '../../ui/textSafety';
import { describe } from './reportOutcomes';

const FILES_NAMED = 12;

/**
 * Asks before check-outs of another computer are ended or their files replaced: under a shared account they may be somebody else's.
 * @param verb "Check in", "Undo the check-out of" or "Restore a revision of"
 * @returns whether there are such check-outs and the user confirmed; undefined when the user cancels
 */
export async function confirmOtherComputer(
    targets: readonly RepositoryResource[],
    verb: 'Check in' | 'Undo the check-out of' | 'Restore a revision of',
): Promise<boolean | undefined> {
    const elsewhere = targets.flatMap(({ session, path }) => {
        const file = session.file(path);
        const lock = file?.state === 'heldByMe' ? file.lock : undefined;
        return lock !== undefined && isFromOther(lock, session.settings.host) ? { path, lock, session } : [];
    });
    const [first] = elsewhere;
    if (first === undefined) return false;
    const { user, host } = first.session.settings;
    const yes = 'They Are Mine';
    const one = 'It Is Mine';
    const button = elsewhere.length === 1 ? one : yes;
    const lines = firstLines(elsewhere, FILES_NAMED, ({ path, lock }) =>
        plainLine(`${nameOf(path)}: checked out by ${holderText(lock, Date.now())}`),
    );
    const answer = await vscode.window.showWarningMessage(
        `${verb} ${describe(elsewhere.map(({ path }) => path))} from another computer?`,
        {
            modal: true,
            detail: [
                ...lines,
                '',
                `This computer is ${plainName(host)}. Somebody else who uses the name ${plainName(user)} may still be working there.`,
            ].join('\n'),
        },
        button,
    );
    return answer === button ? true : undefined;
}
