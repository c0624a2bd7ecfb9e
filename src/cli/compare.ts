import { createHash } from 'node:crypto';
import { createTwoFilesPatch } from 'diff';
import { CheckoutError, systemCode } from '../core/base/errors';
import { terminalLine } from '../core/base/escape';
import { isBinary } from '../core/disk/binaryFile';
import { lookInto } from '../core/disk/diskFault';
import { isBehindLink } from '../core/disk/links';
import { explainIoError } from '../core/disk/ioErrors';
import { isFolder } from '../core/disk/realPath';
import { withRegular } from '../core/disk/regularFile';
import { fileMissing } from '../core/locks/refusal';
import type { Repository } from '../core/repository/repository';
import { contentOfFile } from '../core/revisions/compressedFile';
import { pathOfRevisions } from './fileArguments';
import type { Work } from './invocation';
import { type Paint, painterOf, type Streams, writeJson, writeLine, writeLines } from './output';

/** One side of a comparison. */
interface Side {
    readonly name: string;
    readonly file: string;
    /** Null for the file as it is now. */
    readonly revision: number | null;
    readonly size: number;
    readonly sha256: string;
    /** The content, where it is small enough to be compared line by line. */
    readonly bytes: Buffer | undefined;
}

/** Larger contents are compared by their hashes only, in bytes. */
const LARGEST_TEXT = 8 * 2 ** 20;
/** After so many milliseconds, line by line is given up: texts that have nothing in common take for ever. */
const LONGEST_DIFF_MS = 5000;

/**
 * Compares two files, each as it is now or in a revision, and prints the lines that differ.
 * @param currentFolder absolute path, or undefined where there is none
 * @returns whether they are the same, byte for byte
 * @throws CheckoutError when one cannot be read
 */
export async function compare(
    repository: Repository,
    { files, revisions, format }: Work,
    currentFolder: string | undefined,
    { stdout }: Streams,
): Promise<boolean> {
    const sides: Side[] = [];
    for (const [index, file] of files.entries()) {
        const path = await pathOfRevisions(file, repository, currentFolder);
        const number = revisions[index];
        sides.push(number === undefined ? await fileNow(repository, path) : await revisionOf(repository, path, number));
    }
    const [one, other] = sides as [Side, Side];
    const isSame = one.sha256 === other.sha256;
    const text = isSame ? undefined : linesThatDiffer(one, other);
    if (format === 'json') {
        const [a, b] = sides.map(({ file, revision, size, sha256 }) => ({ file, revision, size, sha256 }));
        writeJson(stdout, { same: isSame, a, b, diff: text ?? null });
    } else if (isSame) writeLine(stdout, `${one.name} and ${other.name} are the same.`);
    else if (text !== undefined) writeLines(stdout, forReader(stdout, text.trimEnd().split('\n')));
    else {
        writeLine(stdout, `${one.name} and ${other.name} are different.`);
        for (const { name, size, sha256 } of sides) writeLine(stdout, `${name}: ${size} bytes, SHA-256 ${sha256}`);
    }
    return isSame;
}

/** On a terminal what is new and what is gone have a colour, and nothing in a file can do anything to it. */
function forReader(stdout: Streams['stdout'], lines: readonly string[]): readonly string[] {
    if ((stdout as Partial<NodeJS.WriteStream>).isTTY !== true) return lines;
    const paint = painterOf(stdout);
    const styleOf = (line: string): Parameters<Paint>[0] | undefined => {
        if (/^(?:---|\+\+\+) /.test(line)) return 'bold';
        return line.startsWith('+')
            ? 'green'
            : line.startsWith('-')
              ? 'red'
              : line.startsWith('@@')
                ? 'cyan'
                : undefined;
    };
    return lines.map((line) => {
        const style = styleOf(line);
        const safe = terminalLine(line.replace(/\r$/, ''));
        return style === undefined ? safe : paint(style, safe);
    });
}

async function fileNow({ snapshot, options: { root } }: Repository, path: string): Promise<Side> {
    const diskPath = snapshot.diskPath(snapshot.locate(path) ?? path);
    try {
        if (await isBehindLink(root, diskPath)) throw new Error('it is a link or lies behind one');
        return await withRegular(diskPath, async ({ handle, stats }) => {
            const bytes = stats.size > LARGEST_TEXT ? undefined : await handle.readFile();
            const content = bytes === undefined ? await contentOfFile(handle) : contentOf(bytes);
            return { name: path, file: path, revision: null, ...content, bytes };
        });
    } catch (error) {
        const { reason, advice } = explainIoError(await lookInto(error, diskPath, 'read'), 'read');
        // Any of the folders may be misspelled, too; unless none is there, the share is.
        const isMissing = systemCode(error) === 'ENOENT' && (await isFolder(root));
        const message = isMissing ? fileMissing(path).message : `${path} cannot be read, because ${reason}. ${advice}`;
        throw new CheckoutError('revisionUnreadable', message, diskPath, { cause: error });
    }
}

async function revisionOf({ revisions }: Repository, path: string, number: number): Promise<Side> {
    const pieces: Buffer[] = [];
    let kept = 0;
    const content = await revisions.readPieces(path, number, (piece) => {
        kept += piece.length;
        if (kept <= LARGEST_TEXT) pieces.push(piece);
    });
    const bytes = content.size > LARGEST_TEXT ? undefined : Buffer.concat(pieces);
    return { name: `${path}@${number}`, file: path, revision: number, ...content, bytes };
}

function contentOf(bytes: Buffer): { size: number; sha256: string } {
    return { size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** Undefined where they are not both texts, or have too little in common. */
function linesThatDiffer(one: Side, other: Side): string | undefined {
    if (one.bytes === undefined || other.bytes === undefined) return undefined;
    if (isBinary(one.bytes) || isBinary(other.bytes)) return undefined;
    const [before, after] = [one.bytes.toString('utf8'), other.bytes.toString('utf8')];
    return createTwoFilesPatch(one.name, other.name, before, after, '', '', {
        context: 3,
        timeout: LONGEST_DIFF_MS,
    })?.replace(/^=+\n/, '');
}
