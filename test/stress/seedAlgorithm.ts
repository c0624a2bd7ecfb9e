import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Answer, Holder } from './history';
import type { Tool } from './worker';

type Locks = Record<string, Holder & { readonly timestamp: string }>;

/**
 * The tutorial's own way, kept to show that the checker objects to it: load, decide, save, each exclusive for itself,
 * so that between them somebody else's save is lost.
 */
export class SeedAlgorithm implements Tool {
    private readonly locksFile: string;

    constructor(
        folder: string,
        private readonly user: string,
    ) {
        this.locksFile = join(folder, 'locks.json');
    }

    async checkOut([file = '']: readonly string[], message: string): Promise<Answer[]> {
        const locks = await this.load();
        const holder = locks[file];
        if (holder !== undefined) return [this.refusal(holder)];
        await this.save({ ...locks, [file]: { user: this.user, timestamp: new Date().toISOString(), message } });
        return [{ kind: 'done' }];
    }

    async checkIn([file = '']: readonly string[]): Promise<Answer[]> {
        const { [file]: holder, ...rest } = await this.load();
        if (holder === undefined) return [{ kind: 'refused', code: 'notCheckedOut' }];
        if (holder.user !== this.user) return [this.refusal(holder)];
        await this.save(rest);
        return [{ kind: 'done' }];
    }

    private refusal({ user, message }: Holder): Answer {
        return {
            kind: 'refused',
            code: user === this.user ? 'alreadyMine' : 'heldByOther',
            holder: { user, message },
        };
    }

    private load(): Promise<Locks> {
        return this.exclusively(async () => JSON.parse(await readFile(this.locksFile, 'utf8')) as Locks);
    }

    private save(locks: Locks): Promise<void> {
        return this.exclusively(() => writeFile(this.locksFile, JSON.stringify(locks, undefined, 4)));
    }

    private async exclusively<T>(work: () => Promise<T>): Promise<T> {
        const exclusion = `${this.locksFile}.lock`;
        for (;;) {
            try {
                await mkdir(exclusion);
                break;
            } catch (error) {
                if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
                await setImmediate();
            }
        }
        try {
            return await work();
        } finally {
            await rmdir(exclusion);
        }
    }
}
