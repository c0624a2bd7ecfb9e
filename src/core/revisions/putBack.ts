import { randomUUID } from 'node:crypto';
import { mkdir, utimes } from 'node:fs/promises';
import * as path from 'node:path';
import { CheckoutError, isSystemError, rethrowUnlessSystemError, systemCode } from '../base/errors';
import { copyDurably } from '../disk/durableCopy';
import { explainIoError } from '../disk/ioErrors';
import { isBehindLink } from '../disk/links';
import { moveFile, removeFile } from '../disk/moveFile';
import { moveToFreeName } from '../disk/moveToFreeName';
import { giveRights } from '../disk/rights';
import { temporaryPath } from '../disk/stagedFile';
import { hashOfFile } from './contentStore';
import type { ContentCopy } from './stagedContent';

/**
 * Puts a deleted file back in its place as it was, with its rights and its time; also its folder, if that is gone.
 * @param root absolute path of the repository
 * @param diskPath absolute path of the file
 * @param replaces whether it replaces what has its name by now; else that stays
 * @throws CheckoutError `fileNotRestored`
 */
export async function putBack(content: ContentCopy, root: string, diskPath: string, replaces = false): Promise<void> {
    const aside = temporaryPath(diskPath, randomUUID());
    try {
        if (await isBehindLink(root, diskPath)) throw new Error('a link took the place of its folder');
        await mkdir(path.dirname(diskPath), { recursive: true });
        const { copy } = content;
        await (typeof copy === 'string' ? copyDurably(copy, aside) : copy(aside));
        if ((await hashOfFile(aside)) !== content.sha256) throw new Error('its copy on this computer is damaged');
        await giveRights(aside, content.mode);
        const { mtimeMs } = content;
        if (mtimeMs !== undefined) await utimes(aside, new Date(), mtimeMs / 1000).catch(rethrowUnlessSystemError);
        await (replaces ? moveFile(aside, diskPath) : moveToFreeName(aside, diskPath));
    } catch (error) {
        await removeFile(aside).catch(() => undefined); // The first error says more.
        throw notPutBack(diskPath, error);
    }
}

function notPutBack(diskPath: string, cause: unknown): CheckoutError {
    const { reason, advice } = explainIoError(cause, 'write');
    const why =
        systemCode(cause) === 'EEXIST'
            ? 'there is a file of that name again.'
            : `${reason}. ${isSystemError(cause) ? advice : 'Look in the recycle bin, or restore it from a backup.'}`;
    const text = `${diskPath} was not put back, because ${why}`;
    return new CheckoutError('fileNotRestored', text, diskPath, { cause });
}
