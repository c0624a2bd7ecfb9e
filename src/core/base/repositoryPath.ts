import * as path from 'node:path';

/** No system has longer paths; a longer text only costs time wherever it is looked at. */
const LONGEST = 4096;
/** Far more than any shop has, and little enough to be walked through once for each lock. */
const DEEPEST = 128;
/** Names that Windows takes for something else: a device, or the same name without its last characters. */
const NO_NAME_ON_WINDOWS = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$) *(?:\.|$)|[<>"|?*]|[. ]$/i;

/**
 * Whether a text from the locks file or from a person is the path of a file inside the repository: parts joined by `/`,
 * none of them empty, `.` or `..`, no drive, no stream, no backslash, no control character, no half of a character, and
 * neither absurdly long nor deep. Only such a text may be joined to the repository's folder.
 * @param onWindows whether it is to be joined there, where some more names are none (`nul.vnc`, `x.vnc.`)
 */
export function isRepositoryPath(text: string, onWindows = process.platform === 'win32'): boolean {
    if (text === '' || text.length > LONGEST || /[\u0000-\u001f\u007f\\:\p{Cs}]/u.test(text)) return false;
    const parts = text.split('/');
    return (
        parts.length <= DEEPEST &&
        parts.every((part) => part !== '' && part !== '.' && part !== '..') &&
        !(onWindows && parts.some((part) => NO_NAME_ON_WINDOWS.test(part)))
    );
}

/**
 * The file that a person reads in a key of the locks file. Scripts on Windows write `job12\\op1.vnc`, others `./a.vnc`,
 * `/b.vnc` or `job12/../a.vnc`; all of them mean a file of the repository, and each is held by its lock.
 * @returns a path inside the repository, or undefined when the key names a place outside it, or nothing
 */
export function readKey(key: string): string | undefined {
    if (isRepositoryPath(key, false)) return key;
    // Two separators at the beginning name another computer.
    if (/^[\\/]{2}/.test(key)) return undefined;
    const parts: string[] = [];
    for (const part of key.split(/[\\/]+/)) {
        if (part === '..' && parts.pop() === undefined) return undefined;
        if (part !== '' && part !== '.' && part !== '..') parts.push(part);
    }
    const read = parts.join('/');
    return isRepositoryPath(read, false) ? read : undefined;
}

const ASCII = /^[\u0000-\u007f]*$/;

/** The form under which two spellings of one file meet: NFC, without regard to case (Windows shares). */
export function foldPath(repositoryPath: string): string {
    return foldCase(repositoryPath);
}

/**
 * The form under which two spellings of one name meet, whatever their case and Unicode form. The form of a form is
 * itself.
 */
export function foldCase(text: string): string {
    if (ASCII.test(text)) return text.toLowerCase();
    const lower = text.normalize('NFC').toLowerCase();
    // Lower case can need fewer characters than upper case (J̌), and depends on the neighbours at the end of a Greek word.
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

/** The path inside the repository of a file or folder, from the name that a listing has for it. */
export function pathIn(folder: string, name: string): string {
    return folder === '' ? name : `${folder}/${name}`;
}

/** The extension of a path in lower case with its dot, `''` when it has none. */
export function extensionOf(repositoryPath: string): string {
    const dot = repositoryPath.lastIndexOf('.');
    return dot <= repositoryPath.lastIndexOf('/') ? '' : repositoryPath.slice(dot).toLowerCase();
}

/**
 * A path on disk as a path inside the repository, or undefined when it lies outside (or is the repository itself).
 * @param root absolute path of the repository
 * @param diskPath absolute path
 * @param system whose paths they are
 */
export function relativeToRepository(
    root: string,
    diskPath: string,
    system: path.PlatformPath = path,
): string | undefined {
    const relative = system.relative(root, diskPath);
    if (relative === '' || system.isAbsolute(relative)) return undefined;
    const repositoryPath = relative.split(system.sep).join('/').normalize('NFC');
    return isRepositoryPath(repositoryPath, system.sep === '\\') ? repositoryPath : undefined;
}
