// revisions: kept states of files: what was checked in, for everybody, and how a file was at its check-out, on this computer.

import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { open, stat, utimes, type FileHandle } from 'node:fs/promises';
import * as path from 'node:path';
import { isSystemError, rethrowUnlessSystemError, systemCode } from '../base/errors';
import { FileStamp } from '../disk/fileStamp';
import { READING } from '../disk/regularFile';
import { isDisconnect, retry } from '../disk/retry';
import { compress, contentOfCompressed, contentOfFile, decompress, mayHaveSize, type Reading } from './compressedFile';
import type { Content } from './contentStore';
import { OversizedFile } from './oversizedFile';
import { notKept, unreadable } from './revisionErrors';
import { RevisionFolder } from './revisionFolder';
import { named, StagedRevision, timeOfRevision, type StagedContentFacts } from './stagedRevision';
import { incomingName, isIncoming, numberOfRevision } from './revisionNames';

/** A revision by where it lies. */
export interface KeptRevision {
    /** The path inside the repository under which it was kept. */
    readonly keptAs: string;
    readonly number: number;
    /** What the history says of its content, where it does. */
    readonly sha256?: string;
}

/** How a file is kept. */
interface StageTerms extends Reading {
    /** When the content was last changed, in milliseconds since 1970, where the file on the disk does not tell. */
    readonly modifiedMs?: number | undefined;
    /** Whether it is to be a new revision in any case. */
    readonly isNew?: boolean;
    /** Nothing is kept of a file with more bytes. */
    readonly upTo?: number | undefined;
    /** Whether a content that is missing from this folder is available elsewhere. */
    readonly isKeptElsewhere?: ((sha256: string) => Promise<boolean>) | undefined;
}

/** How often it is tried to keep a file that is being written to, or whose share goes away for a moment. */
const TRIES = 2;

/**
 * The revisions of a repository, for everybody: what was checked in, each a compressed file that is never written to again.
 * Who made them, when and why is in the history.
 */
export class RevisionStore extends RevisionFolder {
    /**
     * Prepares a revision of what is in a file now, before anybody waits for the mutex: compressed, forced to the disk, read
     * back and compared. Nothing is written when the latest revision has the same content.
     * @param file path inside the repository
     * @param diskPath absolute path of the file, or of a copy of what was in it; a link is not followed
     * @param latest the latest revision that the history tells of
     * @throws CheckoutError `revisionNotKept`, a system error with the code `ENOENT` when there is no file, or an `AbortError`
     */
    async stage(
        file: string,
        diskPath: string,
        latest: KeptRevision | undefined,
        terms: StageTerms = {},
    ): Promise<StagedRevision | OversizedFile> {
        for (let tries = 1; ; tries++) {
            const source = await openSource(file, diskPath);
            try {
                const stats = await source.stat({ bigint: true });
                if (!stats.isFile()) throw notKept(file, new Error('it is not a file'));
                const stamp = FileStamp.of(stats);
                const facts = {
                    stamp,
                    modifiedMs: terms.modifiedMs ?? Number(stats.mtimeMs),
                };
                const staged = await this.stageOpen(file, source, Number(stats.size), latest, facts, terms);
                if (staged !== undefined && (await isStillThere(diskPath, stamp, staged))) return staged;
                if (tries === TRIES) throw notKept(file, new Error('another program keeps writing to it'));
            } catch (error) {
                if (isDisconnect(error) && tries < TRIES) continue;
                throw isSystemError(error) ? notKept(file, error) : error;
            } finally {
                await source.close().catch(rethrowUnlessSystemError); // Nothing is lost: it was only read.
            }
        }
    }

    /** @returns undefined when the file was written to meanwhile */
    private async stageOpen(
        file: string,
        source: FileHandle,
        size: number,
        latest: KeptRevision | undefined,
        facts: StagedContentFacts,
        { upTo = Infinity, isNew = false, isKeptElsewhere, ...reading }: StageTerms,
    ): Promise<StagedRevision | OversizedFile | undefined> {
        const names = await this.namesOf(file);
        if (names.some(isIncoming)) await this.removeAbandoned(file, names);
        const there = Math.max(0, ...names.map((name) => numberOfRevision(name) ?? 0));
        const above = Math.max(there, latest?.number ?? 0);
        // A higher one than the history tells of was kept by a check-in that was not finished.
        const last = latest === undefined || there > latest.number ? { keptAs: file, number: there } : latest;
        const same =
            isNew || last.number === 0 ? undefined : await this.sameAs(last, source, size, reading, isKeptElsewhere);
        if (same !== undefined) return new StagedRevision(file, same, facts, { number: last.number });
        if (size > upTo) return new OversizedFile({ size }, facts.stamp);
        const aside = path.join(this.folderOf(file), incomingName(randomUUID()));
        try {
            const target = await this.create(aside);
            let content: Content;
            try {
                [content] = await Promise.all([
                    compress(source, target, size, reading),
                    this.giveReadRights(target, aside),
                ]);
            } finally {
                await target.close();
            }
            if (content.size === size) return new StagedRevision(file, content, facts, { aside, above, store: this });
            await this.discard(aside);
            return undefined;
        } catch (error) {
            await this.discard(aside).catch(() => undefined); // The first error says more.
            throw error;
        }
    }

    /**
     * Puts a revision that was kept elsewhere into the folder under its number.
     * @param compressed as it was kept
     * @param modifiedMs when the file with this content was last changed, in milliseconds since 1970
     * @returns false when there is one with this number already
     * @throws the system error
     */
    async put(file: string, number: number, compressed: Buffer, modifiedMs: number): Promise<boolean> {
        const aside = path.join(this.folderOf(file), incomingName(randomUUID()));
        const target = await this.create(aside);
        try {
            await target.writeFile(compressed);
            await target.sync();
            await this.giveReadRights(target, aside);
        } finally {
            await target.close();
        }
        await utimes(aside, new Date(), timeOfRevision(modifiedMs)).catch(rethrowUnlessSystemError);
        const isPut = await named(aside, this.pathOf(file, number));
        if (!isPut) await this.discard(aside);
        return isPut;
    }

    /**
     * Whether a file looks like its latest revision, by size and time alone, which costs three calls. Says no where it has
     * none, and where nobody can tell.
     * @throws the system error of the file
     */
    async looksKept(file: string, diskPath: string): Promise<boolean> {
        return (await this.glance(file, diskPath)) === 'kept';
    }

    /**
     * The same, and `none` where no revision was kept under the name of the file. `doubtful` where only the history or the
     * content can tell, or nobody.
     * @throws the system error of the file
     */
    async glance(file: string, diskPath: string): Promise<'kept' | 'none' | 'doubtful'> {
        const { size, mtimeMs } = await stat(diskPath);
        try {
            const number = (await this.numbers(file)).at(-1);
            if (number === undefined) return 'none';
            const kept = this.pathOf(file, number);
            const isKept = Math.abs((await stat(kept)).mtimeMs - mtimeMs) < 1 && (await mayHaveSize(kept, size));
            return isKept ? 'kept' : 'doubtful';
        } catch (error) {
            rethrowUnlessSystemError(error);
            return 'doubtful';
        }
    }

    /** The content of a file, when that of a revision is the same. Costs little where the sizes differ. */
    private async sameAs(
        { keptAs, number, sha256 }: KeptRevision,
        source: FileHandle,
        size: number,
        reading: Reading,
        isKeptElsewhere: StageTerms['isKeptElsewhere'],
    ): Promise<Content | undefined> {
        const kept = this.pathOf(keptAs, number);
        try {
            if (!(await mayHaveSize(kept, size))) return undefined;
            const content = await contentOfFile(source, reading);
            if (sha256 !== undefined && content.sha256 !== sha256) return undefined;
            // It is read, too, and not only taken from the history: who is told that it is kept must be able to have it.
            const there = await contentOfCompressed(kept, { signal: reading.signal });
            return content.sha256 === there?.sha256 ? content : undefined;
        } catch (error) {
            rethrowUnlessSystemError(error); // Then a new one is kept.
            if (systemCode(error) !== 'ENOENT' || sha256 === undefined || isKeptElsewhere === undefined)
                return undefined;
            const content = await contentOfFile(source, reading);
            return content.sha256 === sha256 && (await isKeptElsewhere(sha256)) ? content : undefined;
        }
    }

    /**
     * The content of a revision, piece by piece, for a reader who must not believe it before the end.
     * @param expected what the history says of it; without it only damage can be told
     * @throws CheckoutError `revisionUnreadable` when it is gone, damaged or another one, at the end at the latest
     */
    async read(
        file: string,
        number: number,
        expected: Content | undefined,
        use: (piece: Buffer) => Promise<void> | void,
        reading: Reading = {},
    ): Promise<Content> {
        return this.readKept(this.pathOf(file, number), `Revision ${number} of ${file}`, expected, use, reading);
    }

    /** The same of a file in the folder of the revisions. @param what as a sentence calls it */
    async readKept(
        kept: string,
        what: string,
        expected: Content | undefined,
        use: (piece: Buffer) => Promise<void> | void,
        reading: Reading = {},
    ): Promise<Content> {
        try {
            const handle = await open(kept, READING | constants.O_NOFOLLOW);
            try {
                if (!(await handle.stat()).isFile()) throw new Error('something else is in its place');
                const content = await decompress(handle, use, reading);
                if (content === undefined) throw new Error('its file is damaged');
                if (expected !== undefined && content.sha256 !== expected.sha256) {
                    throw new Error('its file has another content than the one that was checked in');
                }
                return content;
            } finally {
                await handle.close();
            }
        } catch (error) {
            throw unreadable(what, kept, error);
        }
    }
}

/** Whether a path still leads to the file that was staged; if not, what was staged is removed. @throws the system error */
async function isStillThere(
    diskPath: string,
    stamp: FileStamp,
    staged: StagedRevision | OversizedFile,
): Promise<boolean> {
    let isStill = false;
    try {
        isStill = FileStamp.same(FileStamp.of(await stat(diskPath, { bigint: true })), stamp);
    } catch (error) {
        if (systemCode(error) !== 'ENOENT') throw error;
    } finally {
        if (!isStill && staged instanceof StagedRevision) await staged.remove();
    }
    return isStill;
}

/** @throws CheckoutError `revisionNotKept`, or a system error with the code `ENOENT` */
async function openSource(file: string, diskPath: string): Promise<FileHandle> {
    try {
        return await retry(() => open(diskPath, READING | constants.O_NOFOLLOW));
    } catch (error) {
        throw systemCode(error) === 'ENOENT' ? error : notKept(file, error);
    }
}
