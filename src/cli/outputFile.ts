import { randomUUID } from 'node:crypto';
import { lstat, realpath } from 'node:fs/promises';
import * as path from 'node:path';
import { Writable } from 'node:stream';
import { rethrowUnlessSystemError } from '../core/base/errors';
import { extensionOf, foldPath, isRepositoryPath, relativeToRepository } from '../core/base/repositoryPath';
import { explainIoError } from '../core/disk/ioErrors';
import { isOwnFile } from '../core/disk/ownFiles';
import { keepRights } from '../core/disk/rights';
import { StagedFile, temporaryPath } from '../core/disk/stagedFile';
import { NOTE } from '../core/repository/placeNote';
import { OutputFailure } from './output';

/** What an answer must never be written over. */
export interface Protected {
    /** Absolute path of the repository. */
    readonly repository: string;
    /** Lower case, with the dot. */
    readonly extensions: ReadonlySet<string>;
    /** Absolute path of the locks file. */
    readonly locksFile: string;
}

/**
 * The file that `--output` names. It appears complete or not at all, and replaces another file only when that was wanted.
 * A program of the repository, the locks file and what lies beside it are refused, by whatever path they are named.
 */
export class OutputFile {
    private readonly pieces: string[] = [];

    /** What is written here is what the file will have. */
    readonly stream = new Writable({
        decodeStrings: false,
        write: (piece: string, _encoding, done) => {
            this.pieces.push(piece);
            done();
        },
    });

    private constructor(
        /** Absolute path. */
        readonly file: string,
        /** Whether it may replace another file. */
        readonly overwrites: boolean,
    ) {}

    /**
     * @param file absolute path
     * @throws OutputFailure when it cannot or must not be written
     */
    static async open(file: string, overwrites: boolean, kept: Protected): Promise<OutputFile> {
        const [folder, name] = [await folderOnDisk(file), path.basename(file)];
        // Other names for the same file on Windows: `a.vnc.`, `a.vnc:stream`.
        if (!isRepositoryPath(name, process.platform === 'win32')) {
            throw new OutputFailure(`A file cannot be named ${name}. Give --output another name.`);
        }
        const target = path.join(folder, name);
        const reason = await whyKept(target, kept);
        if (reason !== undefined) throw new OutputFailure(`${file} ${reason}. Give --output another name.`);
        const there = await lstat(target).catch(rethrowUnlessSystemError);
        if (there !== undefined && !there.isFile() && !there.isSymbolicLink()) {
            throw new OutputFailure(`${file} is a folder or a device and not a file. Give --output another name.`);
        }
        if (there !== undefined && !overwrites) throw alreadyThere(file);
        return new OutputFile(target, overwrites);
    }

    /** Writes the file. @throws OutputFailure when it cannot be written; nothing was replaced then */
    async finish(): Promise<void> {
        const { file } = this;
        try {
            const staged = await StagedFile.create(temporaryPath(file, randomUUID()));
            try {
                await staged.write(Buffer.from(this.pieces.join(''), 'utf8'), { durable: false });
                if (this.overwrites) await keepRights(file, staged.path);
                const became = await staged.replace(file, { isNew: !this.overwrites });
                if (became === 'untouched') throw alreadyThere(file);
                if (became === 'unknown') throw new OutputFailure(`The share went away, so ${file} may be missing.`);
            } finally {
                await staged.remove().catch(rethrowUnlessSystemError);
            }
        } catch (error) {
            rethrowUnlessSystemError(error);
            const { reason, advice } = explainIoError(error, 'write');
            throw new OutputFailure(`${file} could not be written, because ${reason}. ${advice}`, { cause: error });
        }
    }
}

async function folderOnDisk(file: string): Promise<string> {
    try {
        return await realpath(path.dirname(file));
    } catch (error) {
        rethrowUnlessSystemError(error);
        const { reason } = explainIoError(error, 'write');
        throw new OutputFailure(`${file} cannot be written, because ${reason}.`, { cause: error });
    }
}

/** What a file is that must not be overwritten, as the rest of a sentence; undefined for any other. */
async function whyKept(file: string, { repository, extensions, locksFile }: Protected): Promise<string | undefined> {
    const root = await realpath(repository).catch(() => repository);
    const inside = relativeToRepository(root, file);
    if (inside !== undefined && extensions.has(extensionOf(inside))) return 'would be a file of the repository';
    const isOwn = (await isOwnFile(file, locksFile)) || (inside !== undefined && foldPath(inside) === NOTE);
    return isOwn ? 'is the locks file or belongs to it' : undefined;
}

function alreadyThere(file: string): OutputFailure {
    return new OutputFailure(`${file} exists already. Give --output another name, or add --overwrite to replace it.`);
}
