import { sameUser } from '../core/locks/holder';
import { checkOutFirst } from '../core/locks/refusal';
import type { Outcome } from '../core/locks/rules';
import type { Repository } from '../core/repository/repository';
import { timesOf } from '../core/revisions/stagedContent';
import { VersionStore } from '../core/revisions/versionStore';
import { describeOutcome } from './change';
import { pathOfRevisions } from './fileArguments';
import type { Work } from './invocation';
import { type Streams, writeJson, writeLine } from './output';
import { versionsFolder } from './privateFolder';

/**
 * Puts a revision back into a file that the user has checked out. What it replaces can be restored in VS Code for 7 days.
 * @param currentFolder absolute path, or undefined where there is none
 * @returns whether that was done
 * @throws CheckoutError
 */
export async function restore(
    repository: Repository,
    { files, revisions, message, format, fromOtherComputer }: Work,
    currentFolder: string | undefined,
    { stdout, stderr }: Streams,
): Promise<boolean> {
    const file = await pathOfRevisions(files[0]!, repository, currentFolder);
    const number = revisions[0]!;
    await repository.poll(true);
    const { snapshot, options } = repository;
    const seen = snapshot.table.find(file)?.lock;
    let outcome: Outcome = { path: file, refusal: checkOutFirst(file) };
    if (seen !== undefined && sameUser(seen.user, options.user)) {
        const now = await timesOf(snapshot.diskPath(snapshot.locate(file) ?? file));
        const versions = new VersionStore(versionsFolder());
        const request = { path: file, seen, file: now, message, fromOtherComputer };
        outcome = await repository.restoreRevision(request, number, versions);
    }
    if (format === 'json') writeJson(stdout, [describeOutcome(outcome)]);
    else if (outcome.refusal !== undefined) writeLine(stderr, outcome.refusal.message);
    else
        writeLine(stdout, `Restored revision ${number} of ${outcome.path}. It becomes a new revision at the check-in.`);
    return outcome.refusal === undefined;
}
