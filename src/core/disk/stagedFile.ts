import { open, unlink, type FileHandle } from 'node:fs/promises';
import { rethrowUnlessSystemError, systemCode } from '../base/errors';
import { replaceFile, type ReplaceOptions, type Replacement } from './replaceFile';

/** How the content of a file is written. */
export interface WriteOptions {
    /** Whether it is forced to the disk. */
    readonly durable: boolean;
    /** The permissions that the file is to have; those of any new file by default. */
    readonly mode?: number | undefined;
}

/** The path of a file that nobody reads yet, in a folder. @param token a random UUID */
export function temporaryPath(stem: string, token: string): string {
    return `${stem}.${token}.tmp`;
}

/** Whether a file of this name may be one that was being prepared. */
export function isTemporary(name: string): boolean {
    return /\.[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\.tmp$/.test(name);
}

/**
 * A new file that is written first and then takes the place of another one, so that readers see the old content or the
 * new, never a part. It is used once: put in place or removed.
 */
export class StagedFile {
    private isUsed = false;

    private constructor(
        readonly path: string,
        private readonly handle: FileHandle,
    ) {}

    /** Creates it, empty. @param path must not exist yet */
    static async create(path: string): Promise<StagedFile> {
        return new StagedFile(path, await open(path, 'wx'));
    }

    /** Writes its content, once. */
    async write(content: Buffer, { durable, mode }: WriteOptions): Promise<void> {
        const keepingMode = mode === undefined ? undefined : this.keepMode(mode);
        await Promise.all([this.handle.writeFile(content), keepingMode]);
        if (durable) await this.handle.sync();
    }

    /**
     * Moves it over `target`, or removes it.
     * @param confirm asked right before that; when it answers false `target` is left untouched
     * @returns what became of `target`, also `untouched` when this file is gone, with the folder that it was in
     * @throws the system error of the first step that failed, and then nothing was replaced
     */
    async putInPlace(
        target: string,
        confirm: () => Promise<boolean>,
        options: ReplaceOptions = {},
    ): Promise<Replacement> {
        this.isUsed = true;
        // Closing takes a round trip to the server, during which the last question can be asked.
        const [closed, confirmed] = await Promise.allSettled([this.handle.close(), confirm()]);
        try {
            if (closed.status === 'rejected') throw closed.reason;
            if (confirmed.status === 'rejected') throw confirmed.reason;
            if (!confirmed.value) {
                await this.unlink();
                return 'untouched';
            }
            return await replaceFile(this.path, target, options);
        } catch (error) {
            await this.unlink().catch(() => undefined); // The first error says more than this one would.
            if (systemCode(error) === 'ENOENT') return 'untouched';
            throw error;
        }
    }

    /** Removes it, unless it was put in place. */
    async remove(): Promise<void> {
        if (this.isUsed) return;
        this.isUsed = true;
        try {
            await this.handle.close();
        } finally {
            await this.unlink();
        }
    }

    private async keepMode(mode: number): Promise<void> {
        if (process.platform === 'win32') return; // Access lists come from the folder there.
        if (((await this.handle.stat()).mode & 0o777) === mode) return;
        try {
            await this.handle.chmod(mode);
        } catch (error) {
            // Shares mounted without Unix permissions refuse this, and then there is nothing to keep.
            rethrowUnlessSystemError(error);
        }
    }

    private async unlink(): Promise<void> {
        try {
            await unlink(this.path);
        } catch (error) {
            if (systemCode(error) !== 'ENOENT') throw error;
        }
    }
}
