import * as vscode from 'vscode';
import type { FileChange } from '../../core/revisions/checkOutRecords';
import { isUnsaved } from '../../ui/openEditors';
import type { RepositoryResource } from '../../model/repositories';
import type { CommandContext } from './commandContext';

/** How a file that the person holds stands: open with edits that are not saved, or changed on disk, or not. */
export type HeldState = 'unsaved' | FileChange;

/** How files that the person holds stand, in order. */
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
 * Says that nothing was changed in the files since they were checked out, and asks whether to just release them.
 * @param subject "4801247.vnc", or "3 files"
 */
export async function askToRelease(subject: string, count: number): Promise<boolean> {
    const [it, them] = count === 1 ? ['It', 'it'] : ['They', 'them'];
    const release = {
        label: count === 1 ? 'Release It' : 'Release Them',
        detail: `${it} can be checked out by everybody then.`,
        iconPath: new vscode.ThemeIcon('check'),
    };
    const keep = {
        label: `Keep ${count === 1 ? 'It' : 'Them'} Checked Out`,
        iconPath: new vscode.ThemeIcon('edit'),
    };
    const answer = await vscode.window.showQuickPick([release, keep], {
        title: `Check In ${subject}`,
        placeHolder: `Nothing was changed in ${them} since you checked ${them} out`,
    });
    return answer === release;
}
