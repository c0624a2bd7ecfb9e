import { randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import { CheckoutError } from '../base/errors';
import { revisionsFolderOf } from '../base/ownNames';
import { foldPath } from '../base/repositoryPath';
import { removeFile } from '../disk/moveFile';
import { replaceFile } from '../disk/replaceFile';
import { temporaryPath } from '../disk/stagedFile';
import type { LockStore } from '../locks/lockStore';
import type { Reading } from '../revisions/compressedFile';
import type { Content } from '../revisions/contentStore';
import { RevisionIndex } from '../revisions/revisionIndex';
import { isBaseline, type RevisionRecord } from '../revisions/revisionRecord';
import { RevisionStore } from '../revisions/revisionStore';
import type { ContentCopy } from '../revisions/stagedContent';
import { RevisionContents } from './revisionContents';

/** A revision of a file. */
export interface FileRevision {
    readonly number: number;
    /** Path inside the repository under which it was kept: the file may have been renamed since. */
    readonly keptAs: string;
    /** What the history tells of it; none of a revision that was kept by a check-in that was not finished. */
    readonly record: RevisionRecord | undefined;
    /** Whether its content is gone: removed when the repository was tidied, or by hand. */
    readonly isGone: boolean;
    /** Whether only another site has its content. */
    readonly isElsewhere: boolean;
    /** Whether it is what was in the file before its first check-in. */
    readonly isBaseline: boolean;
}

/** The revisions of a repository as they can be read: what the history tells of them, and their contents. */
export class ReadableRevisions {
    readonly store: RevisionStore;
    /** What is in them, wherever that is. */
    readonly contents: RevisionContents;
    private current: RevisionIndex;
    /** The files of which alone the index tells; undefined for all. */
    private narrowedTo: ReadonlySet<string> | undefined;

    /** @param locks where the locks are kept: revisions lie beside them, and the history tells of them */
    constructor(protected readonly locks: LockStore) {
        this.store = new RevisionStore(revisionsFolderOf(locks.staging));
        this.contents = new RevisionContents(this.store, locks);
        this.current = new RevisionIndex((since) => locks.historyPieces(since));
    }

    /** What the history tells of revisions. */
    get index(): RevisionIndex {
        return this.current;
    }

    /** Whether there are several sites, which need not have the same files at the same time. */
    get hasSites(): boolean {
        return this.locks.contents !== undefined;
    }

    /**
     * Has the index tell of some files only, for who asks of no others: a lock server then need not send a history of years.
     * May be called again with further files. Without effect where the whole history was read, or is a file.
     * @param files paths inside the repository
     */
    narrowTo(files: readonly string[]): void {
        if (!this.hasSites || (this.narrowedTo === undefined && this.index.isRead)) return;
        const wanted = new Set([...(this.narrowedTo ?? []), ...files.map(foldPath)]);
        if (wanted.size === this.narrowedTo?.size) return;
        this.narrowedTo = wanted;
        this.current = new RevisionIndex((since) => this.locks.historyPieces(since, [...wanted]));
    }

    /**
     * The revisions of a file, the newest first.
     * @param file path inside the repository
     * @throws CheckoutError `historyUnreadable`, or the system error when the folder of the revisions cannot be read
     */
    async list(file: string): Promise<readonly FileRevision[]> {
        await this.index.refresh();
        const records = this.index.of(file);
        const places = await this.contents.whereabouts(records);
        const revisions = records.map((record, at): FileRevision => {
            const { number, keptAs } = record;
            const [isGone, isElsewhere] = [places[at] === 'gone', places[at] === 'otherSite'];
            return { number, keptAs, record, isGone, isElsewhere, isBaseline: isBaseline(record, records) };
        });
        for (const number of await this.store.numbers(file)) {
            if (this.index.isKnown(file, number)) continue;
            const unfinished = { record: undefined, isGone: false, isElsewhere: false, isBaseline: false };
            revisions.push({ number, keptAs: file, ...unfinished });
        }
        return revisions.sort((one, other) => other.number - one.number);
    }

    /** @throws CheckoutError `revisionUnreadable` when there is none with this number */
    async find(file: string, number: number): Promise<FileRevision> {
        const revisions = await this.list(file);
        const found = revisions.find((revision) => revision.number === number);
        if (found !== undefined) return found;
        const numbers = revisions.map((revision) => revision.number);
        const which =
            numbers.length === 0
                ? 'It has no revisions yet'
                : `It has ${numbers.length === 1 ? 'revision' : 'revisions'} ${rangesOf(numbers)}`;
        throw new CheckoutError('revisionUnreadable', `There is no revision ${number} of ${file}. ${which}.`, file);
    }

    /**
     * The content of a revision. Of a large one rather use `copyTo`.
     * @throws CheckoutError `revisionUnreadable` when it is not byte for byte what was kept
     */
    async read(file: string, number: number, reading: Reading = {}): Promise<Buffer> {
        const pieces: Buffer[] = [];
        await this.readPieces(file, number, (piece) => void pieces.push(piece), reading);
        return Buffer.concat(pieces);
    }

    /**
     * The content of a revision, piece by piece, for a reader who must not believe it before the end.
     * @throws CheckoutError `revisionUnreadable`, at the end at the latest
     */
    async readPieces(
        file: string,
        number: number,
        use: (piece: Buffer) => Promise<void> | void,
        reading: Reading = {},
    ): Promise<Content> {
        const { keptAs, record } = await this.find(file, number);
        return this.contents.read(keptAs, number, record, use, reading);
    }

    /**
     * The content of a revision, to be put back into a file.
     * @throws CheckoutError `revisionUnreadable` when there is none with this number, or its content is not known any more
     */
    async contentOf(file: string, number: number, reading: Reading = {}): Promise<ContentCopy> {
        const { keptAs, record } = await this.find(file, number);
        const known = record ?? (await this.store.read(keptAs, number, undefined, () => undefined, reading));
        const copy = async (target: string): Promise<void> => {
            await this.writeTo(target, keptAs, number, known, reading);
        };
        return { size: known.size, sha256: known.sha256, copy };
    }

    /**
     * Writes the content of a revision to a file, which is replaced only by what was read completely and compared.
     * @param target absolute path; it must not exist yet where it `isNew`
     * @throws CheckoutError `revisionUnreadable`; the system error when it cannot be written
     */
    async copyTo(
        file: string,
        number: number,
        target: string,
        { isNew = false, ...reading }: Reading & { readonly isNew?: boolean } = {},
    ): Promise<Content> {
        const { keptAs, record } = await this.find(file, number);
        const aside = temporaryPath(target, randomUUID());
        try {
            const content = await this.writeTo(aside, keptAs, number, record, reading);
            const became = await replaceFile(aside, target, { isNew });
            if (became !== 'replaced') throw new CheckoutError('revisionUnreadable', notCopied(target, became), target);
            return content;
        } finally {
            await removeFile(aside);
        }
    }

    protected async writeTo(
        target: string,
        keptAs: string,
        number: number,
        expected: Content | undefined,
        reading: Reading,
    ): Promise<Content> {
        const handle = await open(target, 'w');
        try {
            const write = (piece: Buffer): Promise<void> => handle.writeFile(piece);
            const content = await this.contents.read(keptAs, number, expected, write, reading);
            await handle.sync();
            return content;
        } finally {
            await handle.close();
        }
    }
}

function notCopied(target: string, became: 'untouched' | 'unknown'): string {
    return became === 'untouched'
        ? `${target} was not written, because there is a file of this name already. Give it another name.`
        : `The share went away while ${target} was being written, so look at what is in it now.`;
}

/** Numbers in a few words: "1 to 4, 7". @param numbers the highest first */
function rangesOf(numbers: readonly number[]): string {
    const ranges: [number, number][] = [];
    for (const number of numbers.toReversed()) {
        const last = ranges.at(-1);
        if (last !== undefined && last[1] === number - 1) last[1] = number;
        else ranges.push([number, number]);
    }
    return ranges.map(([first, last]) => (first === last ? `${first}` : `${first} to ${last}`)).join(', ');
}
