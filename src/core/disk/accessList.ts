import { stat } from 'node:fs/promises';
import * as path from 'node:path';
import { rethrowUnlessSystemError } from '../base/errors';
import { rightsOf, type Rights } from './rights';

const READ = 0o4;
const MAKE_FILES = 0o3;

/**
 * Whether a file that was replaced certainly had an access list that was on it alone, and that is lost now. Node.js tells
 * nothing of access lists; but where this user could read a file that its mode forbids them to read, a list allowed it. For
 * all others this cannot be told.
 * @param before the rights of the file that this user read, and that was replaced
 * @param file absolute path of what replaced it
 */
export async function hasLostAccessList(before: Rights, file: string): Promise<boolean> {
    if (isAllowed(before, READ)) return false;
    try {
        const [now, folder] = await Promise.all([stat(file), stat(path.dirname(file))]);
        // Where a new file does not belong to who made it, a server decides and not the mode. And a folder into which only a
        // list lets this user may give that list to new files.
        return now.uid === process.getuid?.() && isAllowed(rightsOf(folder), MAKE_FILES);
    } catch (error) {
        rethrowUnlessSystemError(error);
        return false;
    }
}

/** Whether the mode alone allows something to this user. */
function isAllowed({ mode, uid, gid }: Rights, wanted: number): boolean {
    const user = process.getuid?.();
    if (user === undefined || user === 0) return true;
    const isInGroup = gid !== undefined && [process.getgid!(), ...process.getgroups!()].includes(gid);
    const bits = uid === user ? mode >> 6 : isInGroup ? mode >> 3 : mode;
    return (bits & wanted) === wanted;
}
