import { closeSync } from 'node:fs';
import { open, unlink, type FileHandle } from 'node:fs/promises';
import { rethrowUnlessSystemError, systemCode } from '../base/errors';
import { FileStamp } from './fileStamp';
import { hasRights, keepRightsOf, setRights, type Rights } from './rights';
import { replaceFile, type ReplaceOptions, type Replacement } from './replaceFile';

/** How the content of a staged file is written. */
export interface WriteOptions {
    /** Whether to force it to the disk. */
    readonly durable: boolean;
    /** Who may do what with it; by default what the umask leaves. */
    readonly rights?: Rights | undefined | Promise<Rights | undefined>;
    /** Whether it is expected that it was made with other rights: then they are given before it is forced to the disk. */
    readonly hasOtherRights?: boolean;
    /** Whether to fail where colleagues would lose rights, because the group cannot be given. */
    readonly isGroupNeeded?: boolean;
}

/** The path for a staged file. @param stem path and beginning of its name @param token a random UUID */
export function temporaryPath(stem: string, token: string): string {
    return `${stem}.${token}.tmp`;
}

/** Whether a file name is one that `temporaryPath` gives. */
export function isTemporary(name: string): boolean {
    return /\.[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\.tmp$/.test(name);
}

/**
 * A new file that is written completely before it replaces another, so that a reader sees the old content or the new,
 * never a part. It is used once: it replaces a file or is removed.
 */
export class StagedFile {
    private isUsed = false;
    private closing: Promise<void> | undefined;
    /** The stamp that it had when all of it was written, where that was looked at. */
    private written: FileStamp | undefined;

    private constructor(
        readonly path: string,
        private readonly handle: FileHandle,
    ) {}

    /** Creates it, empty. @param path must not exist yet @throws the system error */
    static async create(path: string): Promise<StagedFile> {
        return new StagedFile(path, await open(path, 'wx'));
    }

    /**
     * Writes its content, once.
     * @returns whether it was made with these rights already
     * @throws the system error; DiskFault where colleagues would lose rights
     */
    async write(
        content: Buffer,
        { durable, rights, isGroupNeeded = false, hasOtherRights = false }: WriteOptions,
    ): Promise<boolean> {
        const give = isGroupNeeded ? keepRightsOf : setRights;
        const known = Promise.resolve(rights);
        const giving = known.then(async (one) => {
            if (hasOtherRights && one !== undefined) await give(one, this.handle);
        });
        const [, wanted] = await Promise.all([this.handle.writeFile(content), known, giving]);
        if (durable) await this.handle.sync();
        if (wanted === undefined || hasOtherRights) return wanted === undefined;
        // One look at it tells rights and stamp, and nearly always nothing is left to do.
        const stats = await this.handle.stat({ bigint: true });
        this.written = FileStamp.of(stats);
        if (hasRights(stats, wanted)) return true;
        await give(wanted, this.handle);
        if (durable) await this.handle.sync();
        return false;
    }

    /** Closes it, which takes a round trip to the server; `replace` and `remove` do that too. */
    close(): Promise<void> {
        return (this.closing ??= this.handle.close());
    }

    /**
     * The stamp that it has now, and keeps in its place wherever a rename does not change one. To be asked after `write`;
     * may be asked while it is closed, which waits for the answer.
     * @returns undefined when the disk does not say
     */
    async stamp(): Promise<FileStamp | undefined> {
        if (this.written !== undefined) return this.written;
        try {
            return FileStamp.of(await this.handle.stat({ bigint: true }));
        } catch (error) {
            rethrowUnlessSystemError(error);
            return undefined;
        }
    }

    /**
     * Renames it over `target`, see `replaceFile`.
     * @returns what became of `target`; `untouched` also when this file is gone with its folder
     * @throws the system error of the first step that failed; nothing was replaced then
     */
    async replace(target: string, options?: ReplaceOptions): Promise<Replacement> {
        this.isUsed = true;
        try {
            await this.close();
            return await replaceFile(this.path, target, options);
        } catch (error) {
            await this.unlink().catch(() => undefined); // The first error says more.
            if (systemCode(error) === 'ENOENT') return 'untouched';
            throw error;
        }
    }

    /** Removes it, unless `replace` was called. @throws the system error */
    async remove(): Promise<void> {
        if (this.isUsed) return;
        this.isUsed = true;
        try {
            await this.close();
        } finally {
            await this.unlink();
        }
    }

    /** Closes it when the process ends, without waiting: Windows removes no folder with an open file in it. */
    closeAtExit(): void {
        if (this.closing !== undefined) return;
        this.closing = Promise.resolve();
        closeSync(this.handle.fd);
    }

    private async unlink(): Promise<void> {
        try {
            await unlink(this.path);
        } catch (error) {
            if (systemCode(error) !== 'ENOENT') throw error;
        }
    }
}
