import * as vscode from 'vscode';
import { commandIds } from '../commandIds';
import { plainLine } from '../core/base/plainText';
import { parseTimestamp } from '../core/base/time';
import { truncate } from '../core/base/truncate';
import type { TidyPlan } from '../core/repository/tidyRevisions';
import { isPart } from '../core/revisions/retention';
import { CommandFailure, showMessage } from '../ui/messages';
import { withProgress } from '../ui/progress';
import type { CommandContext } from './shared/commandContext';
import { pickRepository } from './shared/pickRepository';

const remove = 'Remove';
const showList = 'Show List';
const MEGABYTE = 2 ** 20;
const MESSAGE_LENGTH = 200;

/** Tidy Up Revisions…: says which revisions the rules do not need, asks, and removes them. */
export async function tidyRevisions(context: CommandContext, ...args: unknown[]): Promise<void> {
    const { repositories } = context;
    const session = await pickRepository(
        repositories,
        args,
        'Select the repository whose revisions are to be tidied up',
    );
    if (session === undefined) return;
    const { retention, retentionProblem } = session.settings;
    if (retentionProblem !== undefined) throw new CommandFailure(retentionProblem);
    const { revisions } = session.repository;
    const plan = await withProgress('Looking for revisions that are no longer needed', () =>
        revisions.planTidying(retention),
    );
    if (plan.revisions.length === 0 && plan.unfinished.length === 0) {
        const text = 'There are no revisions to remove: the settings for revisions need all of them.';
        return showMessage('info', text, [
            {
                title: 'Open Settings',
                command: 'workbench.action.openSettings',
                arguments: ['cncCheckout.keepRevisionsOf'],
            },
        ]);
    }
    const answer = await vscode.window.showWarningMessage(
        `Remove ${counted(plan)}?`,
        { modal: true, detail: detailsOf(plan) },
        remove,
        showList,
    );
    if (answer === showList) await list(context, plan);
    if (answer !== remove) return;
    const removed = await withProgress('Removing old revisions', () => revisions.tidy(plan, retention));
    showMessage('info', `Removed ${counted(removed)}.`);
}

/** "34 old revisions with 1,204 MB of contents". */
function counted({ revisions, bytes, unfinished }: TidyPlan): string {
    const count = `${revisions.length} old ${revisions.length === 1 ? 'revision' : 'revisions'}`;
    if (revisions.length === 0) return `${unfinished.length} unfinished files`;
    return `${count} with ${megabytes(bytes)} of contents`;
}

function detailsOf({ revisions, unfinished }: TidyPlan): string {
    const kinds = [
        { name: 'Parts', found: revisions.filter(({ file }) => isPart(file)) },
        { name: 'Programs and other files', found: revisions.filter(({ file }) => !isPart(file)) },
    ];
    const lines = kinds
        .filter(({ found }) => found.length > 0)
        .map(({ name, found }) => {
            const files = new Set(found.map(({ file }) => file)).size;
            const bytes = found.reduce((sum, { record }) => sum + record.size, 0);
            const count = `${found.length} ${found.length === 1 ? 'revision' : 'revisions'}`;
            return `${name}: ${count} of ${files} ${files === 1 ? 'file' : 'files'}, ${megabytes(bytes)}`;
        });
    if (unfinished.length > 0) lines.push(`${unfinished.length} files that programs left unfinished`);
    const stays =
        'The latest revision of each file stays, and the first one, labelled ones, and those of files that somebody has checked out. What is removed cannot be restored.';
    return [...lines, '', stays].join('\n');
}

/** Shows what would be removed as a text, with a way to go on. */
async function list({ versionDocuments }: CommandContext, { revisions, unfinished }: TidyPlan): Promise<void> {
    const lines = revisions.map(({ file, record: { number, user, time, size, message } }) => {
        const then = parseTimestamp(time);
        const when = then === undefined ? time : new Date(then).toLocaleDateString();
        const why = message === '' ? '' : `, ${truncate(message, MESSAGE_LENGTH)}`;
        return plainLine(`${file}, revision ${number} of ${user}, ${when}, ${size.toLocaleString()} bytes${why}`);
    });
    const text = [...lines, ...unfinished.map((place) => plainLine(place)), ''].join('\n');
    await versionDocuments.showText('Revisions to Remove', text);
    showMessage('info', 'Nothing was removed yet.', [
        { title: 'Tidy Up Revisions…', command: commandIds.tidyRevisions },
    ]);
}

function megabytes(bytes: number): string {
    return bytes < MEGABYTE ? `${bytes.toLocaleString()} bytes` : `${Math.round(bytes / MEGABYTE).toLocaleString()} MB`;
}
