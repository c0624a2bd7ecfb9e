import * as vscode from 'vscode';
import type { FileChange } from '../../core/revisions/checkOutRecords';
import { isUnsaved } from '../../ui/openEditors';
import type { RepositoryResource } from '../../model/repositories';
import type { CommandContext } from './commandContext';

/** Whether a file that the user holds has unsaved edits, was changed on disk, or neither. */
export type HeldState = 'unsaved' | FileChange;

/** The states of files that the user holds, in order. */
export async function heldStates(
    { versions }: CommandContext,
    files: readonly RepositoryResource[],
): Promise<HeldState[]> {
    const onDisk = await versions.statesOf(files);
    return files.map(({ session, path }, index) =>
        isUnsaved(session.uriOf(path)) ? 'unsaved' : (onDisk[index] ?? 'unknown'),
    );
}

/**
 * Asks whether to release files that have no changes since check-out.
 * @param subject "4801247.vnc", or "3 files"
 */
export async function askToRelease(subject: string, count: number): Promise<boolean> {
    const them = count === 1 ? 'it' : 'them';
    const release = {
        label: 'Release',
        detail: `Anyone can then check ${them} out`,
        iconPath: new vscode.ThemeIcon('check'),
    };
    const keep = {
        label: 'Keep Checked Out',
        iconPath: new vscode.ThemeIcon('edit'),
    };
    const answer = await vscode.window.showQuickPick([release, keep], {
        title: `Check In ${subject}`,
        placeHolder: 'No changes since check-out',
    });
    return answer === release;
}
