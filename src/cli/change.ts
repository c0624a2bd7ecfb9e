import type { Repository } from '../core/repository/repository';
import { plainName } from '../core/base/plainText';
import type { Refusal } from '../core/locks/refusal';
import type { Outcome } from '../core/locks/rules';
import { checkOut, keepBefore } from './checkOut';
import { pathsMeantBy, pathsOfRename } from './fileArguments';
import type { Work } from './invocation';
import { type Streams, writeJson, writeLine } from './output';

const done: Partial<Record<Work['command'], string>> = {
    'check-out': 'Checked out',
    'check-in': 'Checked in',
    'take-over': 'Took over',
    rename: 'Renamed',
};

/**
 * Checks the files out or in, takes them over, or renames, as one transaction.
 * @param currentFolder absolute path, or undefined where there is none
 * @returns whether no file was refused
 * @throws CheckoutError when the transaction could not be carried out
 */
export async function change(
    repository: Repository,
    work: Work,
    currentFolder: string | undefined,
    streams: Streams,
): Promise<boolean> {
    const { stdout, stderr } = streams;
    const { command, files, format } = work;
    const outcomes =
        command === 'rename'
            ? await rename(repository, work, currentFolder)
            : await carryOut(repository, work, await pathsMeantBy(files, repository, currentFolder), streams);
    if (format === 'json') writeJson(stdout, outcomes.map(describeOutcome));
    else {
        for (const { path, from, refusal, others = [], remaining, revision, notKept } of outcomes) {
            if (refusal !== undefined) {
                writeLine(stderr, refusal.message);
                continue;
            }
            const what = from === undefined ? path : `${from} to ${path}`;
            const also = others.map(({ user }) => `, also from ${plainName(user)}`).join('');
            const kept = `${numbered(revision)}${work.keep ? ' (still checked out)' : ''}`;
            writeLine(stdout, `${done[command] ?? ''} ${what}${kept}${also}.`);
            if (remaining !== undefined) writeLine(stderr, remaining.message);
            if (notKept !== undefined) writeLine(stderr, notKept.message);
        }
    }
    if (command === 'check-out') await keepBefore(repository, outcomes, work.keepsRevisions, stderr);
    return outcomes.every(({ refusal }) => refusal === undefined);
}

function numbered(revision: number | undefined): string {
    return revision === undefined ? '' : ` as revision ${revision}`;
}

async function carryOut(
    repository: Repository,
    work: Work,
    paths: readonly string[],
    streams: Streams,
): Promise<readonly Outcome[]> {
    const { command, message, keep, fromOtherComputer } = work;
    if (command === 'check-out') return checkOut(repository, work, paths, streams);
    if (command === 'check-in') return repository.checkIn(paths, { message, keep, fromOtherComputer });
    return takeOver(repository, paths, message);
}

async function rename(
    repository: Repository,
    { files, fromOtherComputer }: Work,
    currentFolder: string | undefined,
): Promise<readonly Outcome[]> {
    const [from, to] = await pathsOfRename([files[0]!, files[1]!], repository, currentFolder);
    return repository.rename(from, to, { fromOtherComputer });
}

/** Takes the files over from their current holders. */
async function takeOver(
    repository: Repository,
    paths: readonly string[],
    message: string,
): Promise<readonly Outcome[]> {
    await repository.poll(true);
    const nobody = { user: '', timestamp: '', message: '' };
    const { table } = repository.snapshot;
    return repository.takeOver(
        paths.map((path) => ({ path, seen: table.find(path)?.lock ?? nobody })),
        message,
    );
}

/** An outcome as JSON tells it. */
export function describeOutcome(outcome: Outcome): object {
    const { path, from, previous, others, remaining, refusal, revision, notKept } = outcome;
    if (refusal !== undefined) return { name: path, ok: false, error: describeRefusal(refusal) };
    return {
        name: path,
        ok: true,
        ...(revision !== undefined && { revision }),
        ...(notKept && { not_kept: describeRefusal(notKept) }),
        ...(from !== undefined && { renamed_from: from }),
        ...(previous && { taken_over_from: previous }),
        ...(others && { also_taken_over_from: others }),
        ...(remaining && { still_held: describeRefusal(remaining) }),
    };
}

function describeRefusal({ code, message, holder }: Refusal): object {
    return { code, message, ...(holder === undefined ? {} : { holder }) };
}
