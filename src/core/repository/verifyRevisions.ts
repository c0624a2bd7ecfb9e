import * as path from 'node:path';
import { CheckoutError } from '../base/errors';
import type { Reading } from '../revisions/compressedFile';
import type { SharedRevisions } from './sharedRevisions';

/** A revision that does not give back what was kept. */
export interface DamagedRevision {
    /** As the command line calls it: `job12/op1.vnc@3`; the path of a file that the history does not know. */
    readonly name: string;
    /** A finished sentence. */
    readonly message: string;
}

/** What a look at all revisions found. */
export interface Verification {
    /** How many revisions are as they were kept. */
    readonly intact: number;
    readonly damaged: readonly DamagedRevision[];
    /** Absolute paths of what programs left that were killed while they kept something. */
    readonly unfinished: readonly string[];
}

/**
 * Reads every revision and compares it with what the history says of it; also those that only lie in the folder.
 * @throws CheckoutError `historyUnreadable`; the system error when the folder cannot be read; an `AbortError`
 */
export async function verifyRevisions({ index, store }: SharedRevisions, reading: Reading = {}): Promise<Verification> {
    await index.refresh();
    const damaged: DamagedRevision[] = [];
    let intact = 0;
    const seen = new Set<string>();
    const tell = async (name: string, read: () => Promise<unknown>): Promise<void> => {
        reading.signal?.throwIfAborted();
        try {
            await read();
            intact++;
        } catch (error) {
            if (!(error instanceof CheckoutError)) throw error;
            damaged.push({ name, message: error.message });
        }
    };
    for (const [, records] of index.all()) {
        for (const record of records) {
            const { keptAs, number, isRemoved } = record;
            seen.add(store.pathOf(keptAs, number));
            if (isRemoved) continue;
            await tell(`${keptAs}@${number}`, () => store.read(keptAs, number, record, () => undefined, reading));
        }
    }
    const { revisions, unfinished } = await store.everything();
    for (const kept of revisions) {
        if (seen.has(kept)) continue;
        const what = path.relative(store.folder, kept);
        await tell(what, () => store.readKept(kept, what, undefined, () => undefined, reading));
    }
    return { intact, damaged, unfinished };
}
