import { basename } from 'node:path';
import { describeError, systemCode } from '../base/errors';
import { DiskFault } from './diskFault';

/** Why a disk or share failed, as a clause to follow "because", and what a person can do about it, as a sentence. */
export interface IoExplanation {
    readonly reason: string;
    readonly advice: string;
}

/** UTF-16 units in a name, on NTFS and by SMB. */
const LONGEST_NAME = 255;
/** The setting of VS Code that lists the file servers that it may reach by a UNC path. */
export const UNC_SETTING = 'security.allowedUNCHosts';
const UNC_REFUSED = 'ERR_UNC_HOST_NOT_ALLOWED';

const ACCESS = 'Ask the administrator of the share for access to its folder.';
const ACCESS_TO_FILE = 'Ask the administrator of the share for access to it.';
const SPACE = 'Free some space there, and try again.';
const MOVE = 'Move it away, and try again.';
const WAIT = 'Wait until it is done, and try again.';
const PATH = 'Check the path, and try again.';
const LESS = 'Close some programs, and try again.';
/** What helps where a share does not answer. */
export const CONNECTION = 'Check that the share is connected, and try again.';
/** What helps where all that is known is what happened. */
const LOOK = 'Look at it, and try again.';

const COMMON: Readonly<Record<string, IoExplanation>> = {
    ENOSPC: { reason: 'the disk is full', advice: SPACE },
    EDQUOT: { reason: 'your quota on that disk is used up', advice: SPACE },
    EFBIG: { reason: 'it would become larger than that disk allows', advice: SPACE },
    EROFS: { reason: 'it is on a disk that can only be read', advice: ACCESS },
    EISDIR: { reason: 'it is a folder or a device and not a file', advice: MOVE },
    ENXIO: { reason: 'it is a socket or a device and not a file', advice: MOVE },
    ELOOP: { reason: 'it is a symbolic link, or links on the way to it lead in a circle', advice: PATH },
    ENOTDIR: { reason: 'something on the way to it is not a folder', advice: PATH },
    EINVAL: { reason: 'its name or what was to be done is not possible on that disk', advice: PATH },
    ENAMETOOLONG: { reason: 'its path is longer than that disk allows', advice: 'Move it to a shorter one.' },
    EMFILE: { reason: 'too many files are open on this computer', advice: LESS },
    ENFILE: { reason: 'too many files are open on this computer', advice: LESS },
    ENOMEM: { reason: 'the memory of this computer is used up', advice: LESS },
};
const READING: Readonly<Record<string, IoExplanation>> = {
    ...COMMON,
    EACCES: { reason: 'you have no permission to read it', advice: ACCESS_TO_FILE },
    EPERM: { reason: 'you have no permission to read it', advice: ACCESS_TO_FILE },
    EBUSY: { reason: 'another program keeps it open', advice: WAIT },
};
const WRITING: Readonly<Record<string, IoExplanation>> = {
    ...COMMON,
    EACCES: { reason: 'you have no permission to write there', advice: ACCESS },
    EPERM: { reason: 'you have no permission to write there, or another program keeps it open', advice: ACCESS },
    EBUSY: { reason: 'another program keeps it open', advice: WAIT },
    ETXTBSY: { reason: 'another program keeps it open', advice: WAIT },
    EEXIST: { reason: 'another program keeps it open', advice: WAIT },
};

/**
 * Explains an error to a person who wanted to read or write a file. The message of an error of ours is a reason already.
 * Where a code has several causes, `lookInto` tells more; its result can be explained here, too.
 */
export function explainIoError(error: unknown, wanted: 'read' | 'write'): IoExplanation {
    if (error instanceof DiskFault) return { reason: error.message, advice: error.advice };
    const code = isNameTooLong(error) ? 'ENAMETOOLONG' : systemCode(error);
    if (code === undefined) return { reason: describeError(error), advice: LOOK };
    if (code === UNC_REFUSED) return explainUncRefusal(error);
    const known = (wanted === 'read' ? READING : WRITING)[code];
    if (known !== undefined) return known;
    return {
        reason: code === 'ENOENT' ? 'its folder is not there' : `its disk or share failed (${code})`,
        advice: CONNECTION,
    };
}

const READING_CALLS = new Set('open read stat lstat fstat scandir readlink realpath access'.split(' '));

/** The sentence for an error of a disk where nobody said what it was about: which file, why, and what helps. */
export function describeIoError(error: unknown): string {
    const { path = 'A file', syscall = '' } = error as NodeJS.ErrnoException;
    const wanted = READING_CALLS.has(syscall) ? 'read' : 'write';
    const { reason, advice } = explainIoError(error, wanted);
    return `${path} could not be ${wanted === 'read' ? 'read' : 'written'}, because ${reason}. ${advice}`;
}

/** VS Code lets no extension reach a file server by a UNC path whose name its user has not allowed. */
function explainUncRefusal(error: unknown): IoExplanation {
    // The error has no path; its message names the server between quotes.
    const host = /'([^']+)'/.exec(describeError(error))?.[1];
    const [server, name] = host === undefined ? ['its server', 'its name'] : [`the server ${host}`, host];
    return {
        reason: `VS Code is not allowed to access ${server}`,
        advice: `Add ${name} to the setting ${UNC_SETTING}, and restart VS Code.`,
    };
}

/** Whether an error, or what caused it, is that VS Code is not allowed to access a file server. */
export function isUncRefusal(error: unknown): boolean {
    if (!(error instanceof Error)) return false;
    return systemCode(error) === UNC_REFUSED || isUncRefusal(error.cause);
}

/** Windows says ENOENT where a name is too long for any disk. */
function isNameTooLong(error: unknown): boolean {
    const { path } = error as NodeJS.ErrnoException;
    return systemCode(error) === 'ENOENT' && path !== undefined && basename(path).length > LONGEST_NAME;
}

/** Whether the disk answered, and refused for a reason that will stay. */
export function isRefusal(error: unknown): boolean {
    const code = systemCode(error) ?? '';
    return Object.hasOwn(WRITING, code) || code === UNC_REFUSED;
}
