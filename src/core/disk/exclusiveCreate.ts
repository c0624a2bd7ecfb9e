import { link, open, readFile, stat, unlink, type FileHandle } from 'node:fs/promises';
import { rethrowUnlessSystemError, systemCode } from '../base/errors';
import { readRegular } from './regularFile';
import { isDisconnect } from './retry';
import { rightsOf, setRights } from './rights';

/** What disks and clients without hard links answer. */
export const NO_LINKS = new Set(['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'EINVAL', 'EISDIR', 'UNKNOWN']);

/**
 * Gives a staged file a name that nobody may have yet. The server decides, by a hard link: a client may remember for ten
 * seconds that there is no such file (`FileNotFoundCacheLifetime` on Windows), and a rename would replace it. Where there
 * are no links the file is copied. Someone who reads it meanwhile finds it damaged, and reads it again; a rename over it
 * would be in doubt for as long as they have it open.
 */
export class ExclusiveCreate {
    /** Whether the target may be an unfinished copy of ours. */
    private mayBePartial = false;

    constructor(
        private readonly staged: string,
        private readonly target: string,
    ) {}

    /** Creates the target; may be called again after an error. @throws a system error, `EEXIST` when somebody else has the name */
    async run(): Promise<void> {
        if (this.mayBePartial || !(await this.link())) await this.copy();
        await unlink(this.staged).catch(() => undefined); // Otherwise it goes with its folder.
    }

    /** Removes a copy that cannot be finished, which would count as damaged, as far as the disk lets us tell and do that. */
    async removePartialCopy(): Promise<void> {
        if (!this.mayBePartial) return;
        try {
            const ours = await readFile(this.staged);
            if (await this.isPartOf(ours)) await unlink(this.target);
        } catch (error) {
            rethrowUnlessSystemError(error);
        }
    }

    /** @returns false where there are no links */
    private async link(): Promise<boolean> {
        try {
            await link(this.staged, this.target);
            return true;
        } catch (error) {
            if (hasNoLinks(error)) return false;
            throw error;
        }
    }

    private async copy(): Promise<void> {
        const [content, stats] = await Promise.all([readFile(this.staged), stat(this.staged)]);
        const handle = await this.open(content);
        try {
            await setRights(rightsOf(stats), handle);
            await handle.writeFile(content);
            await handle.sync();
        } finally {
            await handle.close();
        }
    }

    /** Whether the target is the beginning of this content. @throws the system error */
    private async isPartOf(content: Buffer): Promise<boolean> {
        const there = await readRegular(this.target, Infinity, content.length + 1);
        return content.subarray(0, there.length).equals(there);
    }

    private async open(content: Buffer): Promise<FileHandle> {
        try {
            const handle = await open(this.target, 'wx');
            this.mayBePartial = true;
            return handle;
        } catch (error) {
            const mayBeOurs = systemCode(error) === 'EEXIST' && this.mayBePartial;
            if (mayBeOurs && (await this.isPartOf(content))) return open(this.target, 'r+');
            this.mayBePartial ||= isDisconnect(error);
            throw error;
        }
    }
}

/** Whether the answer to `link` means that this disk or its client knows none. */
export function hasNoLinks(error: unknown): boolean {
    return NO_LINKS.has(systemCode(error) ?? '');
}
