import { basename } from 'node:path';
import { describeError, systemCode } from '../base/errors';
import { NotReadable } from './regularFile';

/** Why a disk or share failed, as a clause to follow "because", and what a person can do about it, as a sentence. */
export interface IoExplanation {
    readonly reason: string;
    readonly advice: string;
}

/** UTF-16 units in a name, on NTFS and by SMB. */
const LONGEST_NAME = 255;

const ACCESS = 'Ask the administrator of the share for access to its folder.';
const SPACE = 'Free some space there, and try again.';
const MOVE = 'Move it away, and try again.';
const CONNECTION = 'Check that the share is connected, and try again.';

const COMMON: Readonly<Record<string, IoExplanation>> = {
    ENOSPC: { reason: 'the disk is full', advice: SPACE },
    EDQUOT: { reason: 'your quota on that disk is used up', advice: SPACE },
    EROFS: { reason: 'it is on a disk that can only be read', advice: ACCESS },
    EISDIR: { reason: 'it is a folder or a device and not a file', advice: MOVE },
    ENAMETOOLONG: { reason: 'its path is longer than that disk allows', advice: 'Move it to a shorter one.' },
};
const READING: Readonly<Record<string, IoExplanation>> = {
    ...COMMON,
    EACCES: {
        reason: 'you have no permission to read it',
        advice: 'Ask the administrator of the share for access to it.',
    },
    EPERM: {
        reason: 'you have no permission to read it',
        advice: 'Ask the administrator of the share for access to it.',
    },
};
const WRITING: Readonly<Record<string, IoExplanation>> = {
    ...COMMON,
    EACCES: { reason: 'you have no permission to write there', advice: ACCESS },
    EPERM: { reason: 'you have no permission to write there, or another program keeps it open', advice: ACCESS },
    EBUSY: { reason: 'another program keeps it open', advice: 'Wait until it is done, and try again.' },
    EEXIST: { reason: 'another program keeps it open', advice: 'Wait until it is done, and try again.' },
};

/** Explains an error to a person who wanted to read or write a file. The message of an error of ours is a reason already. */
export function explainIoError(error: unknown, wanted: 'read' | 'write'): IoExplanation {
    if (error instanceof NotReadable) return { reason: error.message, advice: MOVE };
    const code = isNameTooLong(error) ? 'ENAMETOOLONG' : systemCode(error);
    if (code === undefined) return { reason: describeError(error), advice: CONNECTION };
    const known = (wanted === 'read' ? READING : WRITING)[code];
    if (known !== undefined) return known;
    const isGone = code === 'ENOENT' || code === 'ENOTDIR';
    return {
        reason: isGone ? 'its folder is not there' : `its disk or share failed (${code})`,
        advice: CONNECTION,
    };
}

/** Windows says ENOENT where a name is too long for any disk. */
function isNameTooLong(error: unknown): boolean {
    const { path } = error as NodeJS.ErrnoException;
    return systemCode(error) === 'ENOENT' && path !== undefined && basename(path).length > LONGEST_NAME;
}

/** Whether the disk answered, and refused for a reason that will stay. */
export function isRefusal(error: unknown): boolean {
    return Object.hasOwn(WRITING, systemCode(error) ?? '');
}
