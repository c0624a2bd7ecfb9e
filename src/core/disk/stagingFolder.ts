import { createHash, randomUUID } from 'node:crypto';
import { lstat, mkdir, readdir, rmdir, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import * as path from 'node:path';
import { rethrowUnlessSystemError, systemCode } from '../base/errors';
import { stagingStemOf } from '../base/ownNames';
import { moveWithinDisk, removeFile } from './moveFile';
import { retry } from './retry';
import { giveFolderRights } from './rights';
import { isTemporary, temporaryPath } from './stagedFile';

/** What follows the beginning of its name: of which computer and process it is, and a random UUID. */
const NAME = /^\.([\da-f]{8})\.(\d{1,10})\.[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;
/** How much older than a new one a folder of another computer is whose process is gone, by the time of the server. */
const ABANDONED_AFTER_MS = 60 * 60_000;

/**
 * A hidden folder beside the locks file in which one process prepares contents for programs, so that no half copied file
 * ever lies among the programs. What a process leaves that was killed is found there and removed by the next.
 */
export class StagingFolder {
    private constructor(private readonly folder: string) {}

    /** Makes one. @param stem absolute path of the locks file @throws the system error */
    static async create(stem: string): Promise<StagingFolder> {
        const folder = `${stagingStemOf(stem)}.${thisComputer()}.${process.pid}.${randomUUID()}`;
        await mkdir(folder);
        await giveFolderRights(folder); // Everybody who may remove files beside it may remove it, too.
        return new StagingFolder(folder);
    }

    /**
     * Removes what processes have left that are gone: those of this computer at once, those of others after an hour.
     * Never fails because of the disk: it can be done another time.
     * @param stem absolute path of the locks file
     */
    static async removeAbandoned(stem: string): Promise<void> {
        try {
            const [parent, name] = [path.dirname(stem), path.basename(stagingStemOf(stem))];
            let now: number | undefined;
            for (const one of await readdir(parent)) {
                const owner = one.startsWith(name) ? NAME.exec(one.slice(name.length)) : null;
                if (owner === null) continue;
                const folder = new StagingFolder(path.join(parent, one));
                let isAbandoned = owner[1] === thisComputer() && !isRunning(Number(owner[2]));
                if (owner[1] !== thisComputer()) {
                    now ??= await timeOfServer(stem);
                    isAbandoned = now - (await folder.madeAt()) > ABANDONED_AFTER_MS;
                }
                if (isAbandoned) await folder.remove();
            }
        } catch (error) {
            rethrowUnlessSystemError(error);
        }
    }

    /** A path in it for a content. @param name of the program */
    temporary(name: string): string {
        return temporaryPath(path.join(this.folder, name), randomUUID());
    }

    /**
     * Moves an empty file into it that was made beside the program: there the folder decides who may do what with it.
     * @returns its new path; undefined where the program is on another disk
     * @throws the system error
     */
    async take(file: string, name: string): Promise<string | undefined> {
        const staged = this.temporary(name);
        return (await moveWithinDisk(file, staged)) ? staged : undefined;
    }

    /** Removes it with what our programs put into it. What else is in it is not ours to delete. Never fails because of the disk. */
    async remove(): Promise<void> {
        try {
            if (!(await lstat(this.folder)).isDirectory()) return; // Somebody put a link in its place.
            for (const name of await readdir(this.folder))
                if (isTemporary(name)) await removeFile(path.join(this.folder, name));
            await retry(() => rmdir(this.folder));
        } catch (error) {
            rethrowUnlessSystemError(error);
        }
    }

    /** When the last file was made in it, by the time of the server, whatever time that file was given. */
    async madeAt(): Promise<number> {
        return (await stat(this.folder)).mtimeMs;
    }
}

/** The time of the server by which folders get theirs: the clocks of computers differ. In milliseconds since 1970. */
async function timeOfServer(stem: string): Promise<number> {
    const probe = await StagingFolder.create(stem);
    try {
        return await probe.madeAt();
    } finally {
        await probe.remove();
    }
}

function isRunning(pid: number): boolean {
    try {
        process.kill(pid, 0);
        return true;
    } catch (error) {
        return systemCode(error) !== 'ESRCH';
    }
}

/** A short name for this computer. Two systems on one computer know nothing of each other's processes. */
function thisComputer(): string {
    return createHash('sha256').update(`${process.platform} ${hostname()}`).digest('hex').slice(0, 8);
}
