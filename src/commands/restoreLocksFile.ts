import * as path from 'node:path';
import * as vscode from 'vscode';
import { foldUser } from '../core/locks/holder';
import type { LockTable } from '../core/locks/lockTable';
import type { RestorePreview } from '../core/locks/locksRestore';
import { foldPath } from '../core/base/repositoryPath';
import { truncate } from '../core/base/truncate';
import { firstLines } from '../ui/textSafety';
import { plainLine, plainName } from '../core/base/plainText';
import { showMessage } from '../ui/messages';
import type { CommandContext } from './shared/commandContext';
import { pickRepository } from './shared/pickRepository';

/** How many locks the dialog names; it counts the others. */
const LOCKS_IN_DIALOG = 12;
const PATH_LENGTH = 120;

/** Restore Last Good Locks File…: shows what would change, asks, and restores the backup. */
export async function restoreLocksFile({ repositories, log }: CommandContext, ...args: unknown[]): Promise<void> {
    const session = await pickRepository(repositories, args, 'Select the repository whose locks file to restore');
    if (session === undefined) return;
    const restore = 'Restore';
    const { locksFile, repository } = session;
    const preview = await repository.previewRestore();
    const answer = await vscode.window.showWarningMessage(
        'Restore the last good copy of the locks file?',
        { modal: true, detail: describeRestore(preview, repository.snapshot.table) },
        restore,
    );
    if (answer !== restore) return;
    const setAside = await repository.restoreLocks(preview);
    log.info(
        `Restored ${locksFile}. ${setAside === undefined ? 'There was no file before' : `The previous file is ${setAside}`}.`,
    );
    const kept = setAside === undefined ? '' : ` The previous file was kept as ${path.basename(setAside)}.`;
    showMessage('info', `The locks file was restored.${kept}`);
}

/**
 * What a restore would change, for the user to decide.
 * @param lastSeen the locks as this window saw them last: all that is known of a damaged file
 */
function describeRestore({ current, backup }: RestorePreview, lastSeen: LockTable): string {
    const [seen, copy] = [holders(typeof current === 'string' ? lastSeen : current), holders(backup)];
    const gained = without(copy, seen);
    const lost = without(seen, copy);
    if (current === 'damaged') {
        const what = copy.size === 0 ? 'no locks.' : `these locks:\n${list(copy)}`;
        return paragraphs(
            `The locks file cannot be read. The last good copy contains ${what}`,
            lost.size > 0 && `These locks were seen last, but are not in the copy:\n${list(lost)}`,
            'The copy lacks check-outs and check-ins that other programs made after it. The damaged file will be kept.',
        );
    }
    const now = current === 'missing' ? 'The locks file is missing.' : 'The locks file is intact.';
    if (gained.size + lost.size === 0) return `${now} The copy contains the same locks.`;
    return paragraphs(
        `${now} Restoring the copy would change who has checked out what.`,
        gained.size > 0 && `These locks would come back:\n${list(gained)}`,
        lost.size > 0 && `These locks would be lost:\n${list(lost)}`,
    );
}

/** The locks of a table: what identifies each, and how it is shown. */
function holders(table: LockTable): ReadonlyMap<string, string> {
    return new Map(
        table
            .held()
            .map(({ path: file, lock }) => [
                JSON.stringify([foldPath(file), foldUser(lock?.user ?? '')]),
                `${plainLine(truncate(file, PATH_LENGTH))} (${lock === undefined ? 'holder cannot be read' : plainName(lock.user)})`,
            ]),
    );
}

function without(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
    return new Map([...one].filter(([lock]) => !other.has(lock)));
}

function list(locks: ReadonlyMap<string, string>): string {
    return firstLines([...locks.values()], LOCKS_IN_DIALOG, (line) => line).join('\n');
}

function paragraphs(...texts: readonly (string | false)[]): string {
    return texts.filter((text) => text !== false).join('\n\n');
}
