import { CheckoutError } from '../core/base/errors';
import { sameUser } from '../core/locks/holder';
import { heldByOther, notCheckedOut } from '../core/locks/refusal';
import type { Outcome } from '../core/locks/rules';
import type { Repository } from '../core/repository/repository';
import { hashOfFile } from '../core/revisions/contentStore';
import { timesOf } from '../core/revisions/stagedContent';
import { VersionStore } from '../core/revisions/versionStore';
import { describeOutcome } from './change';
import { pathsMeantBy } from './fileArguments';
import type { Work } from './invocation';
import { type Streams, writeJson, writeLine } from './output';
import { versionsFolder } from './privateFolder';

/**
 * Puts files back as they were at their check-out, from this computer's copy or a revision, and releases them, one after
 * the other.
 * @param currentFolder absolute path, or undefined where there is none
 * @returns whether no file was refused
 * @throws CheckoutError
 */
export async function undo(
    repository: Repository,
    { files, format, fromOtherComputer }: Work,
    currentFolder: string | undefined,
    { stdout, stderr }: Streams,
): Promise<boolean> {
    const versions = new VersionStore(versionsFolder());
    const outcomes: Outcome[] = [];
    await repository.poll(true);
    for (const file of await pathsMeantBy(files, repository, currentFolder)) {
        const outcome = await undoOne(repository, file, versions, fromOtherComputer);
        outcomes.push(outcome);
        if (format === 'json') continue;
        if (outcome.refusal !== undefined) writeLine(stderr, outcome.refusal.message);
        else writeLine(stdout, `Undid the check-out of ${outcome.path}.`);
    }
    if (format === 'json') writeJson(stdout, outcomes.map(describeOutcome));
    return outcomes.every(({ refusal }) => refusal === undefined);
}

async function undoOne(
    repository: Repository,
    file: string,
    versions: VersionStore,
    fromOtherComputer: boolean,
): Promise<Outcome> {
    const { snapshot, options } = repository;
    const seen = snapshot.table.find(file)?.lock;
    if (seen === undefined) return { path: file, refusal: notCheckedOut(file, 'undo') };
    if (!sameUser(seen.user, options.user)) {
        return { path: file, refusal: heldByOther(file, seen, Date.now(), 'check in') };
    }
    const diskPath = snapshot.diskPath(snapshot.locate(file) ?? file);
    const key = { root: options.root, path: file, timestamp: seen.timestamp };
    const version = await repository.revisions.versionAtCheckOut(key, versions);
    const now = await timesOf(diskPath);
    const { sha256, copy } = version ?? {};
    const isAsItWas = now !== undefined && sha256 !== undefined && (await hashOfFile(diskPath)) === sha256;
    if (!isAsItWas && (version === undefined || sha256 === undefined || copy === undefined)) {
        const why = 'neither this computer nor a revision has it as it was checked out';
        const text = `${file} cannot be put back, because ${why}. It stays checked out. Put a revision back with restore, or check it in.`;
        throw new CheckoutError('fileNotRestored', text, file);
    }
    const content = isAsItWas ? undefined : { ...version!, sha256, copy: copy! };
    return repository.undo({ path: file, seen, file: now, content, fromOtherComputer }, versions);
}
