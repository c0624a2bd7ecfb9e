import * as vscode from 'vscode';
import { commandIds } from '../../commandIds';
import { plainLine } from '../../core/base/plainText';
import { nameOf } from '../../core/base/repositoryPath';
import type { ChangedFile } from '../../model/changedOutside';
import type { RepositoryResource } from '../../model/repositories';
import { outsideLine, outsideSentence } from '../../core/repository/outsideText';
import { showMessage } from '../../ui/messages';
import { firstLines } from '../../ui/textSafety';
import type { CommandContext } from './commandContext';
import { describe } from './reportOutcomes';
import { showBesideFile } from './revisionComparison';

/** The fourth argument of the command Check Out… for files whose changes outside the user has seen. */
export const ASKED = 'asked';

const FILES_NAMED = 10;
/** More editors at once would only hide each other. */
const FILES_COMPARED = 5;
const compare = 'Compare';
const checkOut = 'Check Out';

/**
 * Says which of the files that are about to be checked out were changed outside, and asks what to do.
 * @param again the arguments with which Check Out… goes on after a comparison
 * @returns whether to go on
 */
export async function goesOnAsFound(
    context: CommandContext,
    files: readonly RepositoryResource[],
    again: readonly unknown[],
): Promise<boolean> {
    // What has not arrived yet is another question, which was answered before.
    const changed = (await context.changedOutside.lookNow(files)).filter(({ isToArrive }) => !isToArrive);
    const [first, ...others] = changed;
    if (first === undefined) return true;
    const now = Date.now();
    const question =
        others.length === 0
            ? outsideSentence(nameOf(first.path), first, now)
            : `${changed.length} of ${files.length} files were changed outside of CNC Checkout.`;
    const lines = firstLines(others.length === 0 ? [] : changed, FILES_NAMED, lineOf(now));
    const kept = keptSentence(changed);
    const detail = [...lines, ...(lines.length > 0 && kept !== '' ? [''] : []), kept].join('\n').trim();
    const answer = await vscode.window.showWarningMessage(question, { modal: true, detail }, checkOut, compare);
    if (answer !== compare) return answer === checkOut;
    for (const { session, path, latest } of changed.slice(0, FILES_COMPARED)) {
        const revision = await session.repository.revisions.find(path, latest.number);
        const row = { kind: 'revision' as const, session, path, revision, isBinary: false, hasPrevious: false };
        await showBesideFile(context, row, false);
    }
    const what = describe(files.map(({ path }) => path));
    const isOne = files.length === 1;
    showMessage('info', `${what} ${isOne ? 'is' : 'are'} not checked out yet.`, [
        { title: 'Check Out…', command: commandIds.checkOut, arguments: again },
    ]);
    return false;
}

function lineOf(now: number): (file: ChangedFile) => string {
    return (file) => `${plainLine(nameOf(file.path))}: ${outsideLine(file, now)}`;
}

/** What becomes of the contents; `''` where nothing is kept. */
function keptSentence(changed: readonly ChangedFile[]): string {
    const kept = changed.filter(({ session }) => session.settings.keepsRevisions);
    if (kept.length === 0) return '';
    const large = kept.filter(({ session, size }) => size > (session.settings.keepsRevisionsUpTo ?? Infinity));
    if (large.length === changed.length) {
        const [is, it] = large.length === 1 ? ['It is', 'it'] : ['They are', 'them'];
        return `${is} larger than the limit for revisions, so what is in ${it} now is not kept.`;
    }
    const what = changed.length === 1 ? 'it' : 'them';
    const but = large.length === 0 ? '' : `, except in ${large.length} larger than the limit for revisions`;
    return `${checkOut} keeps what is in ${what} now as a revision${but || ', so that nothing is lost'}.`;
}
