import { createHash } from 'node:crypto';
import { DEVICES_OF_WINDOWS, extensionOf, foldPath, nameOf } from '../base/repositoryPath';

// Where a revision lies: `locks.revisions/job12/op1.vnc/r3.vnc.gz` beside `locks.json` is revision 3 of `job12/op1.vnc`.

/** Longer paths are kept under a short name, so that what lies below stays within the 260 characters of Windows. */
const LONGEST_PATH = 120;
/** The folder of those; no folder of a repository gets this name, because `~` at its beginning is escaped. */
const SHORTENED = '~long';
const KEPT_OF_NAME = 40;
const NAME = /^r([1-9]\d{0,8})(\.[^.]*)?\.gz$/;
/** What was not finished. A name with a dot in front is hidden on most systems. */
const INCOMING = /^\.incoming-[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;
/** Names and characters that Windows does not have in a file name, and those that mean something here. */
const RESERVED = new RegExp(`^(?:${DEVICES_OF_WINDOWS})(?= *(?:\\.|$))`);
const NOT_ALLOWED = /[%<>"|?*\\:\u0000-\u001f\u007f]|^~|[. ]$/g;

/**
 * The folder of the revisions of a file, inside that of the repository, with `/` between folders. It is named like the
 * file, in lower case: two spellings of one file have the same folder.
 * @param repositoryPath path of the file inside the repository
 */
export function folderOfRevisions(repositoryPath: string): string {
    const folded = foldPath(repositoryPath);
    const escaped = folded.split('/').map(escapeName).join('/');
    if (escaped.length <= LONGEST_PATH) return escaped;
    const hash = createHash('sha256').update(folded).digest('hex').slice(0, 16);
    const shortened = Array.from(nameOf(folded)).slice(0, KEPT_OF_NAME).join('');
    return `${SHORTENED}/${escapeName(shortened)}~${hash}`;
}

/** The name of a revision in its folder. 7-Zip opens `r3.vnc.gz` as `r3.vnc`. */
export function nameOfRevision(number: number, repositoryPath: string): string {
    const extension = foldPath(extensionOf(repositoryPath));
    const isPlain = /^\.[\w-]{1,20}$/.test(extension) || /^\.[\p{L}\p{N}_-]{1,20}$/u.test(extension);
    return `r${number}${isPlain ? extension : ''}.gz`;
}

/** The number of a revision by its name; undefined for another file. */
export function numberOfRevision(name: string): number | undefined {
    const number = NAME.exec(name.toLowerCase())?.[1];
    return number === undefined ? undefined : Number(number);
}

/** The name of a revision that is not finished. @param token a random UUID */
export function incomingName(token: string): string {
    return `.incoming-${token}`;
}

/** Whether a name is one that `incomingName` gives. */
export function isIncoming(name: string): boolean {
    return INCOMING.test(name);
}

function escapeName(name: string): string {
    return name
        .replace(NOT_ALLOWED, escapeCharacter)
        .replace(RESERVED, (all) => escapeCharacter(all[0]!) + all.slice(1));
}

function escapeCharacter(character: string): string {
    return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}
