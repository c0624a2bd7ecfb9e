import { link, open, readFile, unlink, type FileHandle } from 'node:fs/promises';
import { rethrowUnlessSystemError, systemCode } from '../base/errors';
import { leavesDoubt } from './retry';

/** What disks and clients say that know no second name for a file. */
const NO_LINKS = new Set(['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'EINVAL', 'EISDIR', 'UNKNOWN']);

/**
 * A prepared file on its way to a name that nobody may have yet. Whether somebody has it is asked of the server: a client
 * may remember for ten seconds that there was no such file (on Windows, `FileNotFoundCacheLifetime`), and a rename would
 * replace it. Where there are no links the file is copied. Who reads it meanwhile finds it damaged, and reads it again;
 * nothing is moved over it, which would be in doubt for as long as they have it open.
 */
export class ExclusiveCreate {
    /** Whether a copy may be there that is not whole. */
    private isBegun = false;

    constructor(
        private readonly prepared: string,
        private readonly file: string,
    ) {}

    /** May be called again when it failed. @throws a system error, `EEXIST` when there is a file of somebody else */
    async make(): Promise<void> {
        if (this.isBegun || !(await this.link())) await this.copy();
        await unlink(this.prepared).catch(() => undefined); // It goes with its folder.
    }

    /** Removes what was begun and cannot be finished: it would count as damaged. Not where that cannot be told or done. */
    async takeBack(): Promise<void> {
        if (!this.isBegun) return;
        try {
            const [ours, there] = await Promise.all([readFile(this.prepared), readFile(this.file)]);
            if (isBeginning(there, ours)) await unlink(this.file);
        } catch (error) {
            rethrowUnlessSystemError(error);
        }
    }

    /** @returns false where there are no links */
    private async link(): Promise<boolean> {
        try {
            await link(this.prepared, this.file);
            return true;
        } catch (error) {
            if (NO_LINKS.has(systemCode(error) ?? '')) return false;
            throw error;
        }
    }

    private async copy(): Promise<void> {
        const content = await readFile(this.prepared);
        const handle = await this.open(content);
        try {
            await handle.writeFile(content);
            await handle.sync();
        } finally {
            await handle.close();
        }
    }

    private async open(content: Buffer): Promise<FileHandle> {
        try {
            const handle = await open(this.file, 'wx');
            this.isBegun = true;
            return handle;
        } catch (error) {
            if (systemCode(error) === 'EEXIST' && this.isBegun && isBeginning(await readFile(this.file), content)) {
                return open(this.file, 'r+');
            }
            this.isBegun ||= leavesDoubt(error);
            throw error;
        }
    }
}

function isBeginning(part: Buffer, whole: Buffer): boolean {
    return whole.subarray(0, part.length).equals(part);
}
