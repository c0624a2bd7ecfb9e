import * as vscode from 'vscode';
import { isFromOther } from '../../core/locks/holder';
import { plainLine, plainName } from '../../core/base/plainText';
import { nameOf } from '../../core/base/repositoryPath';
import type { RepositoryResource } from '../../model/repositories';
import { holderText } from '../../ui/lockText';
import { firstLines } from '../../ui/textSafety';
import type { CommandContext } from './commandContext';
import { describe } from './reportOutcomes';

const FILES_NAMED = 12;

/**
 * Asks before check-outs of another computer are ended or their files replaced: under a shared account they may be somebody else's.
 * Not again of those that the user has called theirs.
 * @param verb "Check in", "Undo the check-out of" or "Restore a revision of"
 * @returns whether there are such check-outs and the user confirmed; undefined when the user cancels
 */
export async function confirmOtherComputer(
    { names }: CommandContext,
    targets: readonly RepositoryResource[],
    verb: 'Check in' | 'Undo the check-out of' | 'Restore a revision of',
): Promise<boolean | undefined> {
    const elsewhere = targets.flatMap(({ session, path }) => {
        const file = session.file(path);
        const lock = file?.state === 'heldByMe' ? file.lock : undefined;
        return lock !== undefined && isFromOther(lock, session.settings.host) ? { path, lock, session } : [];
    });
    if (elsewhere.length === 0) return false;
    const asked = elsewhere.filter(({ lock, session }) => !names.isMine(session, lock));
    const [first] = asked;
    if (first === undefined) return true;
    const { user, host } = first.session.settings;
    const yes = 'They Are Mine';
    const one = 'It Is Mine';
    const button = asked.length === 1 ? one : yes;
    const lines = firstLines(asked, FILES_NAMED, ({ path, lock }) =>
        plainLine(`${nameOf(path)}: checked out by ${holderText(lock, Date.now())}`),
    );
    const answer = await vscode.window.showWarningMessage(
        `${verb} ${describe(asked.map(({ path }) => path))} from another computer?`,
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
    if (answer !== button) return undefined;
    for (const { session, lock } of asked) await names.claim(session, [lock]);
    return true;
}
