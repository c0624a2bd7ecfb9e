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
    /** How many are at other sites, and on no server from where they could be read. */
    readonly elsewhere: number;
    /** Absolute paths of what programs left that were killed while they kept something. */
    readonly unfinished: readonly string[];
}

/**
 * Reads every revision and compares it with what the history says of it; also those that only lie in the folder.
 * @throws CheckoutError `historyUnreadable`; the system error when the folder cannot be read; an `AbortError`
 */
export async function verifyRevisions(revisions: SharedRevisions, reading: Reading = {}): Promise<Verification> {
    const { store, index } = revisions;
    await index.refresh();
    let elsewhere = 0;
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
        const places = await revisions.contents.whereabouts(records);
        for (const [at, record] of records.entries()) {
            const { keptAs, number, isRemoved } = record;
            seen.add(store.pathOf(keptAs, number));
            if (isRemoved) continue;
            if (places[at] === 'otherSite') elsewhere++;
            else await tell(`${keptAs}@${number}`, () => revisions.readRecord(record, reading));
        }
    }
    const { revisions: files, unfinished } = await store.everything();
    for (const kept of files) {
        if (seen.has(kept)) continue;
        const what = path.relative(store.folder, kept);
        await tell(what, () => store.readKept(kept, what, undefined, () => undefined, reading));
    }
    return { intact, damaged, elsewhere, unfinished };
}
