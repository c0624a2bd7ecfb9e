import { randomUUID } from 'node:crypto';
import { chmod, mkdir, rmdir, stat } from 'node:fs/promises';
import * as path from 'node:path';
import { rethrowUnlessSystemError } from '../base/errors';
import { namesIn } from '../disk/folderEntries';
import { removeFile } from '../disk/moveFile';

/** Milliseconds for which the program that shows a copy may need it. */
const KEPT_MS = 24 * 60 * 60_000;

/** Copies of old revisions for programs that open files only: each in a folder of its own, and cleared at a later start. */
export class OldCopies {
    private readonly folder: string;

    /** @param privateFolder absolute path of a folder that nobody else uses */
    constructor(privateFolder: string) {
        this.folder = path.join(privateFolder, 'opened');
    }

    /**
     * Makes a copy that cannot be saved by mistake.
     * @param name its name; what it was is to be read in it
     * @param write writes the content to an absolute path
     * @returns its absolute path
     * @throws what `write` throws, or the system error
     */
    async make(name: string, write: (target: string) => Promise<unknown>): Promise<string> {
        // Short, for the 260 characters of a path on Windows.
        const folder = path.join(this.folder, randomUUID().slice(0, 8));
        await mkdir(folder, { recursive: true });
        const copy = path.join(folder, name);
        await write(copy);
        await chmod(copy, 0o444);
        return copy;
    }

    /**
     * Removes what is older than a day. What a program still has open stays until another time.
     * @param now milliseconds since 1970
     * @throws the system error when the folder cannot be read
     */
    async clear(now: number): Promise<void> {
        for (const name of await namesIn(this.folder)) {
            const folder = path.join(this.folder, name);
            try {
                if (now - (await stat(folder)).mtimeMs < KEPT_MS) continue;
                for (const file of await namesIn(folder)) await removeFile(path.join(folder, file));
                await rmdir(folder);
            } catch (error) {
                rethrowUnlessSystemError(error);
            }
        }
    }
}
