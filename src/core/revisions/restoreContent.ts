import { randomUUID } from 'node:crypto';
import { chmod, rm, stat } from 'node:fs/promises';
import { hashOfFile, sameTimes, type Content, type FileTimes } from './contentStore';
import { explainIoError } from '../disk/ioErrors';
import { CheckoutError, isSystemError, rethrowUnlessSystemError, systemCode } from '../base/errors';
import { replaceFile } from '../disk/replaceFile';
import { temporaryPath } from '../disk/stagedFile';
import { copyDurably } from '../disk/durableCopy';

/** A copy of a content on this computer. */
export interface ContentCopy extends Content {
    /** Absolute path. */
    readonly copy: string;
}

/**
 * The size and time of a file now.
 * @returns undefined when there is none
 * @throws CheckoutError `fileNotRestored` when nobody can tell
 */
export async function timesOf(diskPath: string): Promise<FileTimes | undefined> {
    try {
        const { size, mtimeMs } = await stat(diskPath);
        return { size, mtimeMs };
    } catch (error) {
        if (systemCode(error) === 'ENOENT') return undefined;
        throw notRestored(diskPath, error);
    }
}

/**
 * Puts a content that was kept in the place of a file, whole: whoever reads the file sees the old content or the new.
 * @param diskPath absolute path of the file
 * @param seen how the file was when a person agreed, undefined for no file: it is left alone when it is otherwise by now
 * @throws CheckoutError `fileNotRestored`, and then the file is as it was
 */
export async function restoreContent(
    { copy, sha256 }: ContentCopy,
    diskPath: string,
    seen: FileTimes | undefined,
): Promise<void> {
    const aside = temporaryPath(diskPath, randomUUID());
    try {
        await copyDurably(copy, aside);
        // A copy that decayed on this computer must not become the program on the share.
        if ((await hashOfFile(aside)) !== sha256) throw new Error('its copy on this computer is damaged');
        await keepMode(diskPath, aside);
        const now = await timesOf(diskPath);
        const isSame = now === undefined || seen === undefined ? now === seen : sameTimes(now, seen);
        if (!isSame) throw new Error('it was changed while you were asked');
        const became = await replaceFile(aside, diskPath, { isNew: seen === undefined });
        if (became !== 'replaced')
            throw new Error('the share went away, or somebody else wrote it, at the same moment');
    } catch (error) {
        throw error instanceof CheckoutError ? error : notRestored(diskPath, error);
    } finally {
        await rm(aside, { force: true }).catch(() => undefined); // The first error says more.
    }
}

/** The file on the share keeps its permissions: a copy has those of this computer. */
async function keepMode(diskPath: string, aside: string): Promise<void> {
    if (process.platform === 'win32') return; // Access lists come from the folder there.
    try {
        await chmod(aside, (await stat(diskPath)).mode & 0o777);
    } catch (error) {
        // No file yet, or a share without Unix permissions.
        rethrowUnlessSystemError(error);
    }
}

function notRestored(diskPath: string, cause: unknown): CheckoutError {
    const { reason, advice } = explainIoError(cause, 'write');
    const what = `${diskPath} was left as it is, because ${reason}.`;
    const help = isSystemError(cause) ? advice : 'Look at it, and decide again.';
    return new CheckoutError('fileNotRestored', `${what} ${help}`, diskPath, { cause });
}
