import type { FileHandle } from 'node:fs/promises';
import { open, rmdir, stat } from 'node:fs/promises';
import * as path from 'node:path';
import { rethrowUnlessSystemError, systemCode } from '../base/errors';
import { entriesIn, namesIn } from '../disk/folderEntries';
import { removeFile } from '../disk/moveFile';
import { rightsInFolder, setRights } from '../disk/rights';
import { isUnfinishedFolder, makeSharedFolder } from '../disk/sharedFolder';
import { folderOfRevisions, isIncoming, nameOfRevision, numberOfRevision } from './revisionNames';

/** After how long what somebody began to keep will not be finished any more, in milliseconds. */
export const ABANDONED_AFTER_MS = 24 * 60 * 60_000;

/** The folder beside the locks file in which the revisions of a repository lie: where each is, and what else is in it. */
export class RevisionFolder {
    /** @param folder absolute path, see `revisionsFolderOf`; made when it is needed */
    constructor(readonly folder: string) {}

    /** Where a revision lies. @param file path inside the repository, under which it was kept */
    pathOf(file: string, number: number): string {
        return path.join(this.folderOf(file), nameOfRevision(number, file));
    }

    /** The numbers in the folder of a file, from the lowest, whatever they hold. @throws the system error */
    async numbers(file: string): Promise<number[]> {
        return (await this.namesOf(file))
            .flatMap((name) => numberOfRevision(name) ?? [])
            .sort((one, other) => one - other);
    }

    /**
     * Every file that lies in the folder of the revisions.
     * @returns absolute paths: of revisions, and of what programs left that were killed while they kept one
     * @throws the system error
     */
    async everything(): Promise<{ readonly revisions: readonly string[]; readonly unfinished: readonly string[] }> {
        const revisions: string[] = [];
        const unfinished: string[] = [];
        const folders = [this.folder];
        for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
            for (const entry of await entriesIn(folder)) {
                const place = path.join(folder, entry.name);
                if (isIncoming(entry.name) || isUnfinishedFolder(entry.name)) unfinished.push(place);
                else if (entry.isDirectory()) folders.push(place);
                else if (numberOfRevision(entry.name) !== undefined) revisions.push(place);
            }
        }
        return { revisions: revisions.sort(), unfinished: unfinished.sort() };
    }

    /** Removes a revision that is no longer wanted. @throws the system error */
    async remove(file: string, number: number): Promise<void> {
        await removeFile(this.pathOf(file, number));
    }

    /** Removes what `everything` says was not finished. Never fails because of the disk. */
    async removeUnfinished(place: string): Promise<void> {
        try {
            await (isIncoming(path.basename(place)) ? removeFile(place) : rmdir(place));
        } catch (error) {
            rethrowUnlessSystemError(error);
        }
    }

    /** Removes a revision that got no number, and the folders that were made for it alone. Never fails because of the disk. */
    async discard(aside: string): Promise<void> {
        try {
            await removeFile(aside);
            for (let folder = path.dirname(aside); folder.startsWith(this.folder); folder = path.dirname(folder)) {
                await rmdir(folder);
            }
        } catch (error) {
            rethrowUnlessSystemError(error); // Mostly there are other revisions in it.
        }
    }

    /** Removes what programs left that were killed while they kept a revision of a file. Never fails because of the disk. */
    protected async removeAbandoned(file: string, names: readonly string[]): Promise<void> {
        try {
            for (const name of names.filter(isIncoming)) {
                const aside = path.join(this.folderOf(file), name);
                if (Date.now() - (await stat(aside)).mtimeMs > ABANDONED_AFTER_MS) await removeFile(aside);
            }
        } catch (error) {
            rethrowUnlessSystemError(error);
        }
    }

    protected folderOf(file: string): string {
        return path.join(this.folder, ...folderOfRevisions(file).split('/'));
    }

    /** The names in the folder of a file. @throws the system error */
    protected namesOf(file: string): Promise<string[]> {
        return namesIn(this.folderOf(file));
    }

    /** Creates a file, and its folder where there is none yet. */
    protected async create(aside: string): Promise<FileHandle> {
        try {
            return await open(aside, 'wx+');
        } catch (error) {
            if (systemCode(error) !== 'ENOENT') throw error;
            await makeSharedFolder(path.dirname(aside), path.dirname(this.folder));
            // Somebody else may have removed it again, who had nothing to put into it.
            return open(aside, 'wx+').catch(async () => {
                await makeSharedFolder(path.dirname(aside), path.dirname(this.folder));
                return open(aside, 'wx+');
            });
        }
    }

    /** Everyone who may enter its folder may read it, and nobody writes to it again. */
    protected async giveReadRights(target: FileHandle, aside: string): Promise<void> {
        try {
            const rights = await rightsInFolder(path.dirname(aside));
            await setRights({ ...rights, mode: rights.mode & 0o444 }, target);
        } catch (error) {
            rethrowUnlessSystemError(error); // Some file systems have no permissions.
        }
    }
}
