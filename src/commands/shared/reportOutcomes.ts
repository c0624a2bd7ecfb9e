import type * as vscode from 'vscode';
import { nameOf } from '../../core/base/repositoryPath';
import type { Outcome } from '../../core/locks/rules';
import { plainLine, plainName } from '../../core/base/plainText';
import { reportRefusals, showInStatusBar, showMessage, type Action, type Done } from '../../ui/messages';

/** "4801247.vnc", or "3 files". */
export function describe(paths: readonly string[]): string {
    return paths.length === 1 ? plainLine(nameOf(paths[0] ?? '')) : `${paths.length} files`;
}

/** What a command that changes locks did. */
type Deed = 'checkOut' | 'checkIn' | 'checkInAndKeep' | 'takeOver' | 'undo' | 'restoreUndone' | 'restoreRevision';

const texts: Readonly<
    Record<Deed, { readonly did: (files: string, revision: string) => string; readonly done: Done }>
> = {
    checkOut: { did: (files) => `Checked out ${files}`, done: 'checked out' },
    checkIn: { did: (files, revision) => `Checked in ${files}${revision}`, done: 'checked in' },
    checkInAndKeep: {
        did: (files, revision) => `Checked in ${files}${revision} (still checked out)`,
        done: 'checked in',
    },
    takeOver: { did: (files) => `Took over ${files}`, done: 'taken over' },
    restoreUndone: { did: (files) => `Restored ${files}`, done: 'restored' },
    restoreRevision: { did: (files) => `Restored a revision of ${files}`, done: 'restored' },
    undo: { did: (files) => `Undid the check-out of ${files}`, done: 'released' },
};

/**
 * Says in the status bar what was done, and reports what was refused.
 * @param alternatives buttons for what the user can do instead, where all files were wanted or none
 */
export function reportOutcomes(
    deed: Deed,
    outcomes: readonly Outcome[],
    log: vscode.LogOutputChannel,
    alternatives: readonly Action[] = [],
): void {
    const { did, done } = texts[deed];
    const successes = outcomes.filter(({ refusal }) => refusal === undefined);
    const [first] = successes;
    if (first !== undefined) {
        const numbered = successes.length > 1 ? '' : revisionOf(first);
        const text = did(describe(successes.map(({ path }) => path)), numbered);
        showInStatusBar(text);
    }
    reportUnkept(successes, log);
    for (const text of leftOver(outcomes)) showMessage('warning', text);
    reportRefusals(done, outcomes, log, alternatives);
}

/** " as revision 4", " without a revision", or nothing. */
function revisionOf({ revision, notKept }: Outcome): string {
    if (notKept !== undefined) return ' without a revision';
    return revision === undefined ? '' : ` as revision ${revision}`;
}

/** Says, as one message, what was checked in without a revision because it is too large. */
function reportUnkept(successes: readonly Outcome[], log: vscode.LogOutputChannel): void {
    const sentences = successes.flatMap(({ notKept }) => (notKept === undefined ? [] : [notKept.message]));
    const [first, ...others] = sentences;
    if (first === undefined) return;
    for (const sentence of sentences) log.info(sentence);
    const more = others.length === 0 ? '' : ` The same is true of ${others.length} more. See the log.`;
    showMessage('info', `${first}${more}`, [openLimit]);
}

const openLimit: Action = {
    title: 'Open Setting',
    command: 'workbench.action.openSettings',
    arguments: ['cncCheckout.keepRevisionsUpTo'],
};

/** What other entries of the locks file for the same files made of a check-in or a take-over. */
function leftOver(outcomes: readonly Outcome[]): string[] {
    return outcomes.flatMap(({ path, others = [], remaining }) => [
        ...others.map(
            ({ user }) => `${path} was also taken over from ${plainName(user)}, who had another entry for it.`,
        ),
        ...(remaining === undefined ? [] : [remaining.message]),
    ]);
}
