import * as path from 'node:path';

/** No system has longer paths; a longer text would only cost time. */
const MAX_LENGTH = 4096;
/** More levels than any shop has, and few enough to walk through for each lock. */
const MAX_DEPTH = 128;
/** What nearly every path is like: a locks file may have 100,000 of them. Too short for more folders than `MAX_DEPTH`. */
const PLAIN = /^\w(?:[\w .()+-]*\w)?(?:\/\w(?:[\w .()+-]*\w)?)*$/;
const PLAIN_LENGTH = 2 * MAX_DEPTH;
/** Names that Windows takes for a device, whatever follows the dot, as a part of a regular expression. */
export const DEVICES_OF_WINDOWS = 'con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\\$|conout\\$';
/** Names that Windows takes for something else: a device, or another name (without the trailing dots and spaces). */
const NO_NAME_ON_WINDOWS = new RegExp(`^(?:${DEVICES_OF_WINDOWS}) *(?:\\.|$)|[<>"|?*]|[. ]$`, 'i');

/**
 * Whether a text from the locks file or from a person is the path of a file inside the repository: parts joined by `/`,
 * none of them empty, `.` or `..`; no drive, stream, backslash, control character or lone surrogate; neither absurdly long
 * nor deep. Only such a text may be joined to the repository's folder.
 * @param onWindows whether Windows' rules apply, which exclude more names (`nul.vnc`, `x.vnc.`)
 */
export function isRepositoryPath(text: string, onWindows = process.platform === 'win32'): boolean {
    if (text.length <= PLAIN_LENGTH && PLAIN.test(text)) return !onWindows || !hasNoNameOnWindows(text);
    if (text.length > MAX_LENGTH || /[\u0000-\u001f\u007f\\:\ud800-\udfff]/u.test(text)) return false;
    const parts = text.split('/');
    return (
        parts.length <= MAX_DEPTH &&
        parts.every((part) => part !== '' && part !== '.' && part !== '..') &&
        !(onWindows && hasNoNameOnWindows(text))
    );
}

function hasNoNameOnWindows(path: string): boolean {
    return path.split('/').some((part) => NO_NAME_ON_WINDOWS.test(part));
}

/**
 * The file of the repository that a person would read in a key of the locks file: as Windows scripts spell it
 * (`job12\\op1.vnc`, `.\\a.vnc`, `/b.vnc`, `job//c.vnc`, `job/../d.vnc`), or as we do. Reading what was read changes nothing.
 * @param onWindows see `isRepositoryPath`
 * @returns the path inside the repository, in the letters of the key; undefined for anything else: a drive, a server,
 * a folder, a path that leads out of the repository, a name that no file can have
 */
export function readKey(key: string, onWindows = process.platform === 'win32'): string | undefined {
    if (key.length > MAX_LENGTH) return undefined;
    const text = key.trimEnd(); // No CAM file's name ends in a space; a cell of a spreadsheet may.
    if (isRepositoryPath(text, onWindows)) return text;
    const path = withoutDetours(text.replaceAll('\\', '/'));
    return path !== undefined && isRepositoryPath(path, onWindows) ? path : undefined;
}

/** A path without `.`, inner `..`, doubled slashes and a first slash; undefined for a server, a folder, or what leads out. */
function withoutDetours(path: string): string | undefined {
    if (path.startsWith('//') || /\/\.{0,2}$/.test(path)) return undefined;
    const parts: string[] = [];
    for (const part of path.split('/')) {
        if (part === '..' && parts.pop() === undefined) return undefined;
        if (part !== '' && part !== '.' && part !== '..') parts.push(part);
    }
    return parts.join('/');
}

const ASCII = /^[\u0000-\u007f]*$/;

/** Two spellings of one file's path have the same folded form: NFC, without regard to case (Windows shares). */
export function foldPath(repositoryPath: string): string {
    return foldCase(repositoryPath);
}

/** Like `foldPath`, for every spelling that `readKey` understands, too. */
export function foldKey(key: string): string {
    return foldPath(readKey(key) ?? key);
}

/**
 * Two spellings of one name, in whatever case and Unicode form, have the same folded form. Folding is idempotent.
 */
export function foldCase(text: string): string {
    if (ASCII.test(text)) return text.toLowerCase();
    const lower = text.normalize('NFC').toLowerCase();
    // Lower case can compose where upper case cannot (J̌), and a sigma depends on its place in the word.
    return lower.normalize('NFC').replaceAll('ς', 'σ');
}

/** The folder of a repository path, `''` for a file at the top. */
export function folderOf(repositoryPath: string): string {
    const end = repositoryPath.lastIndexOf('/');
    return end < 0 ? '' : repositoryPath.slice(0, end);
}

/** The last part of a repository path. */
export function nameOf(repositoryPath: string): string {
    return repositoryPath.slice(repositoryPath.lastIndexOf('/') + 1);
}

/** A name inside a folder of the repository, in NFC; the folder `''` is the repository itself. */
export function joinPath(folder: string, name: string): string {
    const joined = folder === '' ? name : `${folder}/${name}`;
    return joined.normalize('NFC');
}

/** The repository path of a name that is in NFC already, as a listing has it. */
export function pathIn(folder: string, name: string): string {
    return folder === '' ? name : `${folder}/${name}`;
}

/** The extension of a path in lower case with its dot, `''` when it has none. */
export function extensionOf(repositoryPath: string): string {
    const dot = repositoryPath.lastIndexOf('.');
    return dot <= repositoryPath.lastIndexOf('/') ? '' : repositoryPath.slice(dot).toLowerCase();
}

/**
 * A path on disk as a path inside the repository, in NFC; undefined when it lies outside (or is the repository itself).
 * @param root absolute path of the repository
 * @param diskPath absolute path
 * @param system whose paths they are
 */
export function relativeToRepository(
    root: string,
    diskPath: string,
    system: path.PlatformPath = path,
): string | undefined {
    return spelledInRepository(root, diskPath, system)?.normalize('NFC');
}

/** Like `relativeToRepository`, in the Unicode form of the path on disk: it can tell two files of one folder apart. */
export function spelledInRepository(
    root: string,
    diskPath: string,
    system: path.PlatformPath = path,
): string | undefined {
    const relative = system.relative(root, diskPath);
    const repositoryPath = relative.split(system.sep).join('/');
    return isRepositoryPath(repositoryPath, system.sep === '\\') ? repositoryPath : undefined;
}
