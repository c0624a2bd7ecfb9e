import { systemCode } from '../base/errors';
import { plainLine, plainName } from '../base/plainText';
import { foldPath } from '../base/repositoryPath';
import { formatAge } from '../base/time';
import type { Refusal } from '../locks/refusal';
import type { Reading } from '../revisions/compressedFile';
import type { RevisionRecord } from '../revisions/revisionRecord';
import type { ReadContent } from './compareRevision';
import type { SharedRevisions } from './sharedRevisions';

/** A file whose newest checked-in content has not arrived at this site yet. */
export interface NotArrived {
    /** The revision that is to come. */
    readonly latest: RevisionRecord;
    /** The one that is here still; undefined where there is no file. */
    readonly older: RevisionRecord | undefined;
}

/**
 * Finds the files whose newest checked-in content has not arrived here, as far as the index knows their revisions. A file
 * that is an older revision waits for the latest; one that is no revision at all was changed outside, and does not count.
 * Where there is one site only, nothing has to arrive.
 * @param files paths inside the repository, and where they are or would be
 * @param known what was read of the files before, by folded paths, to be gone on with
 * @returns by folded paths
 * @throws the system error of a file; an `AbortError`
 */
export async function notArrived(
    files: readonly { readonly path: string; readonly diskPath: string }[],
    revisions: SharedRevisions,
    known = new Map<string, ReadContent>(),
    reading: Reading = {},
): Promise<ReadonlyMap<string, NotArrived>> {
    const late = new Map<string, NotArrived>();
    if (!revisions.hasSites) return late;
    for (const { path, diskPath } of files) {
        const latest = revisions.index.latest(path);
        if (latest === undefined || revisions.index.hasGap(path)) continue;
        try {
            const terms = { ...reading, known: known.get(foldPath(path)) };
            const { is, older, file } = await revisions.compareAsKnown(path, diskPath, terms);
            if (file !== undefined) known.set(foldPath(path), file);
            if (is === 'other' && older !== undefined) late.set(foldPath(path), { latest, older });
        } catch (error) {
            if (systemCode(error) !== 'ENOENT') throw error;
            late.set(foldPath(path), { latest, older: undefined });
        }
    }
    return late;
}

/** What has not arrived, as "revision 2 of Alice, 5 min ago". @param afterAge what follows the age within a sentence */
export function lateRevision({ latest }: NotArrived, afterAge = ''): string {
    const age = formatAge(latest.time, Date.now());
    return `revision ${latest.number} of ${plainName(latest.user)}${age === undefined ? '' : `, ${age}${afterAge}`}`;
}

/** What is here in its place, as a sentence. */
export function whatIsHere({ older }: NotArrived): string {
    return older === undefined ? 'There is no such file here yet.' : `What is here is still revision ${older.number}.`;
}

/** Why a file is not checked out, whose newest content is still on its way. */
export function notArrivedRefusal(path: string, late: NotArrived): Refusal {
    const message = `${plainLine(path)} was not checked out, because ${lateRevision(late, ',')} has not arrived at this site. ${whatIsHere(late)}`;
    return { code: 'notArrived', message };
}

/** What is waited for: "Waiting until revision 2 of a.vnc by Alice has arrived here." @param paths as they are to be named */
export function waitingSentence(paths: readonly string[], late: ReadonlyMap<string, NotArrived>): string {
    const what = paths.flatMap((path) => {
        const { latest } = late.get(foldPath(path)) ?? {};
        return latest === undefined
            ? []
            : [`revision ${latest.number} of ${plainLine(path)} by ${plainName(latest.user)}`];
    });
    return `Waiting until ${what.join(', ')} ${what.length === 1 ? 'has' : 'have'} arrived here.`;
}
