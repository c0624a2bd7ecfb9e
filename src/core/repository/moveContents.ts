import { CheckoutError, rethrowUnlessSystemError } from '../base/errors';
import { readRegular } from '../disk/regularFile';
import { parseTimestamp } from '../base/time';
import type { KeptContents } from '../locks/keptContents';
import { unpack } from '../revisions/compressedFile';
import type { RevisionRecord } from '../revisions/revisionRecord';
import type { SharedRevisions } from './sharedRevisions';

/** Hashes that a server is asked for at a time. */
const ASKED_AT_ONCE = 500;
/** A gzip file is hardly larger than its content, in bytes. */
const MORE_THAN_CONTENT = 2 ** 16;

/** What became of contents that were to be copied. */
export interface MovedContents {
    readonly copied: number;
    /** Those that are only at some site: too large for the server, or not there. */
    readonly left: number;
}

/**
 * Copies the contents of this site's revisions to a server, as far as they are not too large. The same may be done again:
 * only what is not there yet is copied.
 * @throws CheckoutError
 */
export async function uploadContents(revisions: SharedRevisions, contents: KeptContents): Promise<MovedContents> {
    await revisions.index.refresh();
    const largest = await contents.largest();
    let [copied, left] = [0, 0];
    for (const records of batchesOf(revisions)) {
        const known = await contents.known(records.map(({ sha256 }) => sha256));
        for (const record of records) {
            if (known.has(record.sha256)) continue;
            const compressed = record.size <= largest ? await readHere(record, revisions) : undefined;
            if (compressed !== undefined && (await contents.keep(record, compressed))) copied++;
            else left++;
        }
    }
    return { copied, left };
}

/**
 * Copies the contents of revisions that this site does not have from a server into its folder.
 * @param revisions of the history as the server tells it
 * @throws CheckoutError; the system error
 */
export async function downloadContents(revisions: SharedRevisions, contents: KeptContents): Promise<MovedContents> {
    await revisions.index.refresh();
    let [copied, left] = [0, 0];
    for (const records of batchesOf(revisions)) {
        const places = await revisions.contents.whereabouts(records);
        for (const [at, record] of records.entries()) {
            if (places[at] === 'here' || places[at] === 'gone') continue;
            const compressed = places[at] === 'server' ? await wholeFrom(contents, record) : undefined;
            if (compressed === undefined) left++;
            else if (await revisions.store.put(record.keptAs, record.number, compressed, timeOf(record))) copied++;
        }
    }
    return { copied, left };
}

function* batchesOf({ index }: SharedRevisions): Generator<readonly RevisionRecord[]> {
    let batch: RevisionRecord[] = [];
    for (const [, records] of index.all()) {
        batch.push(...records.filter(({ isRemoved }) => !isRemoved));
        if (batch.length < ASKED_AT_ONCE) continue;
        yield batch;
        batch = [];
    }
    if (batch.length > 0) yield batch;
}

/** Undefined for one that is not here, or damaged: `verify` tells of that. */
async function readHere(record: RevisionRecord, { store }: SharedRevisions): Promise<Buffer | undefined> {
    try {
        const file = store.pathOf(record.keptAs, record.number);
        const compressed = await readRegular(file, record.size + MORE_THAN_CONTENT);
        return (await unpack(compressed, record)) === undefined ? undefined : compressed;
    } catch (error) {
        if (!(error instanceof CheckoutError)) rethrowUnlessSystemError(error);
        return undefined;
    }
}

async function wholeFrom(contents: KeptContents, record: RevisionRecord): Promise<Buffer | undefined> {
    for (const compressed of await contents.read(record.sha256)) {
        if ((await unpack(compressed, record)) !== undefined) return compressed;
    }
    return undefined;
}

function timeOf({ modified }: RevisionRecord): number {
    return parseTimestamp(modified) ?? Date.now();
}
