import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { plainLine } from '../core/base/plainText';
import { isOwnFile } from '../core/disk/ownFiles';
import type { Repositories } from '../model/repositories';
import { CommandFailure } from './messages';

/** Where a copy is to be written. */
interface CopyTarget {
    readonly title: string;
    /** The name that is offered. */
    readonly name: string;
    /** Why it cannot lie in the repository and what helps, as the end of a sentence. */
    readonly whyOutside: string;
}

/**
 * Asks where to save a copy of a file of a repository.
 * @returns undefined when the user cancels
 * @throws CommandFailure for a place inside a repository, or among what belongs to a locks file
 */
export async function askForCopyTarget(
    repositories: Repositories,
    { title, name, whyOutside }: CopyTarget,
): Promise<vscode.Uri | undefined> {
    const defaultUri = vscode.Uri.joinPath(vscode.Uri.file(homedir()), name);
    const target = await vscode.window.showSaveDialog({ title, defaultUri });
    if (target === undefined) return undefined;
    if (target.scheme !== 'file') throw new CommandFailure('Save the copy in a folder of a disk or a network share.');
    await repositories.learnFolderOf(target);
    for (const { locksFile } of repositories.all) {
        if (!(await isOwnFile(target.fsPath, locksFile))) continue;
        const text = `${plainLine(target.fsPath)} was not written, because it is the locks file or belongs to it. Save the copy elsewhere.`;
        throw new CommandFailure(text);
    }
    if (repositories.find(target) === undefined) return target;
    throw new CommandFailure(`${plainLine(target.fsPath)} was not written: ${whyOutside}`);
}
