import { CheckoutError, rethrowUnlessSystemError } from '../base/errors';
import type { Reading } from '../revisions/compressedFile';
import { OversizedFile } from '../revisions/oversizedFile';
import type { RevisionRecord } from '../revisions/revisionRecord';
import type { StagedRevision } from '../revisions/stagedRevision';
import type { FileToKeep, StagingContext } from './revisionStaging';

// What a check-in has to know of how its files were at their check-out.

/** The older revision that was in a file at its check-out and still is. Nobody means it to become the newest. */
export async function unchangedOlder(
    { path, lock }: FileToKeep,
    now: StagedRevision,
    { root, index, versions, hashAtCheckOut }: StagingContext,
): Promise<RevisionRecord | undefined> {
    const { sha256 } = now.content;
    if (hashAtCheckOut === undefined || lock === undefined || now.takenNumber !== undefined) return undefined;
    if (index.hasGap(path) || index.restoredFrom(path, sha256) !== undefined) return undefined;
    const older = index.of(path).findLast((record) => record.sha256 === sha256);
    if (older === undefined) return undefined;
    const key = { root, path, timestamp: lock.timestamp };
    const before = (await versions?.version(key))?.sha256 ?? (await hashAtCheckOut(key));
    return before === sha256 ? older : undefined;
}

/** What was in a file at its check-out, when this computer has it and no revision does. */
export async function stageBefore(
    { path, lock }: FileToKeep,
    { content: now }: StagedRevision | OversizedFile,
    { root, store, index, versions, upTo }: StagingContext,
    reading: Reading,
): Promise<StagedRevision | undefined> {
    if (lock === undefined || versions === undefined) return undefined;
    try {
        const version = await versions.version({ root, path, timestamp: lock.timestamp });
        if (version?.copy === undefined || version.sha256 === now.sha256) return undefined;
        if (index.of(path).some(({ sha256 }) => sha256 === version.sha256)) return undefined;
        const keeping = { ...reading, modifiedMs: version.mtimeMs, upTo };
        const staged = await store.stage(path, version.copy, index.latest(path), keeping);
        if (staged instanceof OversizedFile) return undefined;
        if (staged.content.sha256 === version.sha256) return staged;
        await staged.remove(); // The copy decayed.
        return undefined;
    } catch (error) {
        // The check-in counts, and its own revision is kept.
        if (!(error instanceof CheckoutError)) rethrowUnlessSystemError(error);
        return undefined;
    }
}
