import { isAbsolute, relative, sep } from 'node:path';
import * as vscode from 'vscode';
import type { RepositoryFile } from '../../core/repository/snapshot';
import { activeResource } from '../../ui/openEditors';
import type { RepositorySession } from '../../model/repositorySession';
import {
    isRepositoryResource,
    type Repositories,
    type RepositoryResource,
    type RepositoryResources,
} from '../../model/repositories';
import { whyUnusable } from '../../core/base/fileNames';
import { unusableName } from '../../core/locks/refusal';
import { CommandFailure } from '../../ui/messages';
import { fileShownBy } from '../../ui/versionDocuments';
import { pickFile } from './filePick';

/**
 * The files that a command was called for: the rows of the tree, the resources of the Explorer, a tab or an editor title;
 * otherwise the file of the active tab, otherwise one that the user selects.
 * @param suits whether the command applies to a file; only such files can be selected
 * @param isMeant which files a row of several stands for, where that is more: what the command refuses, it names
 * @throws CommandFailure for a resource outside every repository
 */
export async function resolveTargets(
    repositories: Repositories,
    args: readonly unknown[],
    placeHolder: string,
    suits: (file: RepositoryFile) => boolean,
    isMeant = suits,
): Promise<RepositoryResource[]> {
    const [clicked, selection] = args;
    if (typeof clicked === 'string') return named(repositories, clicked);
    const given = Array.isArray(selection) && selection.length > 0 ? (selection as unknown[]) : [clicked];
    const rows = given.filter(isRepositoryResource);
    if (rows.length > 0) {
        const each = await Promise.all(rows.map((row) => filesOf(row, isMeant)));
        return withoutDuplicates(each.flat());
    }
    const uris = resourcesIn(args, given);
    // The last file of a group may have gone while its menu was open.
    if (uris.length > 0 || args.some(isResourceGroup)) return uris.map((uri) => locate(repositories, uri));
    const active = activeResource();
    const found = active === undefined ? undefined : repositories.find(fileShownBy(active));
    if (found !== undefined && found.session.file(found.path) !== undefined) return [found];
    const picked = await pickFile(repositories, placeHolder, suits);
    return picked === undefined ? [] : [picked];
}

/** The resources of a menu of the Explorer or a tab; the Source Control view passes each row or group as an argument. */
function resourcesIn(args: readonly unknown[], given: readonly unknown[]): vscode.Uri[] {
    const uris = given.filter((value) => value instanceof vscode.Uri);
    if (uris.length > 0) return uris;
    const states = args.flatMap((value) => (isResourceGroup(value) ? value.resourceStates : [value]));
    return states.flatMap((value) => (isResourceState(value) ? [value.resourceUri] : []));
}

function isResourceGroup(value: unknown): value is vscode.SourceControlResourceGroup {
    return (
        typeof value === 'object' && value !== null && 'resourceStates' in value && Array.isArray(value.resourceStates)
    );
}

function isResourceState(value: unknown): value is vscode.SourceControlResourceState {
    return (
        typeof value === 'object' && value !== null && 'resourceUri' in value && value.resourceUri instanceof vscode.Uri
    );
}

/** The files that a refusal names by the path inside the repository. */
function named({ all }: Repositories, path: string): RepositoryResource[] {
    return all.filter((session) => session.file(path) !== undefined).map((session) => ({ session, path }));
}

/** The file of a row, or those files of a folder, a job or a holder that the command applies to. */
async function filesOf(
    row: RepositoryResource | RepositoryResources,
    suits: (file: RepositoryFile) => boolean,
): Promise<RepositoryResource[]> {
    const { session } = row;
    if (!('members' in row)) return session.file(row.path) === undefined ? [] : [row];
    return (await row.members()).flatMap((path) => {
        const file = session.file(path);
        return file !== undefined && suits(file) ? [{ session, path }] : [];
    });
}

/** A job may be selected together with files of it. */
function withoutDuplicates(files: readonly RepositoryResource[]): RepositoryResource[] {
    return byRepository(files).flatMap(([session, paths]) => [...new Set(paths)].map((path) => ({ session, path })));
}

/** Groups files by repository: a transaction covers one repository. */
export function byRepository(targets: readonly RepositoryResource[]): [RepositorySession, string[]][] {
    const groups = new Map<RepositorySession, string[]>();
    for (const { session, path } of targets) {
        const paths = groups.get(session);
        if (paths === undefined) groups.set(session, [path]);
        else paths.push(path);
    }
    return [...groups];
}

function locate(repositories: Repositories, uri: vscode.Uri): RepositoryResource {
    const found = repositories.find(fileShownBy(uri));
    if (found !== undefined) return found;
    const reason = whyUnusableIn(repositories, uri);
    if (reason !== undefined) throw new CommandFailure(unusableName(uri.fsPath, reason).message);
    throw new CommandFailure(`${uri.fsPath} is not inside a repository, so it cannot be checked out or in.`);
}

/** Why a file in the folder of a repository is none of its files: its name, or that of a folder on the way. */
function whyUnusableIn({ all }: Repositories, { scheme, fsPath }: vscode.Uri): string | undefined {
    if (scheme !== 'file') return undefined;
    for (const { repository } of all) {
        const inside = relative(repository.options.root, fsPath);
        const parts = inside.split(sep);
        if (parts[0] !== '..' && !isAbsolute(inside))
            return parts.map(whyUnusable).find((reason) => reason !== undefined);
    }
    return undefined;
}
