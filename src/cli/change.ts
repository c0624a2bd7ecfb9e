import { fileCandidates } from '../core/repository/fileArgument';
import type { Repository } from '../core/repository/repository';
import { folderOf } from '../core/base/repositoryPath';
import type { Outcome } from '../core/locks/rules';
import type { Work } from './invocation';
import { type Streams, writeJson, writeLine } from './output';

const done: Partial<Record<Work['command'], string>> = {
    'check-out': 'Checked out',
    'check-in': 'Checked in',
    'take-over': 'Took over',
};

/**
 * Checks the files out or in, or takes them over, as one transaction.
 * @param currentFolder absolute path, or undefined where there is none
 * @returns whether no file was refused
 * @throws CheckoutError when the transaction could not be carried out
 */
export async function change(
    repository: Repository,
    work: Work,
    currentFolder: string | undefined,
    { stdout, stderr }: Streams,
): Promise<boolean> {
    const { command, files, format } = work;
    // In parallel: for a hundred files this takes longer than the transaction.
    const candidates = await Promise.all(
        files.map((file) => fileCandidates(file, repository.options.root, currentFolder)),
    );
    const paths: string[] = [];
    for (const [index, file] of files.entries()) paths.push(await meantBy(file, candidates[index]!, repository));
    const outcomes = await carryOut(repository, work, paths);
    if (format === 'json') writeJson(stdout, outcomes.map(describe));
    else {
        for (const { path, refusal, revision } of outcomes) {
            if (refusal !== undefined) writeLine(stderr, refusal.message);
            else
                writeLine(
                    stdout,
                    `${done[command] ?? ''} ${path}${numbered(revision)}${work.keep ? ' (still checked out)' : ''}.`,
                );
        }
    }
    return outcomes.every(({ refusal }) => refusal === undefined);
}

function numbered(revision: number | undefined): string {
    return revision === undefined ? '' : ` as revision ${revision}`;
}

function carryOut(
    repository: Repository,
    { command, message, keep }: Work,
    paths: readonly string[],
): Promise<readonly Outcome[]> {
    if (command === 'check-out') return repository.checkOut(paths, message);
    if (command === 'check-in') return repository.checkIn(paths, { message, keep });
    return takeOver(repository, paths, message);
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

/** The path inside the repository that an argument means; one outside is returned as it is, and refused later. */
async function meantBy(file: string, candidates: readonly string[], repository: Repository): Promise<string> {
    if (candidates.length > 1) {
        if (repository.state.kind === 'loading') await repository.refresh();
        for (const candidate of candidates) if (await isKnown(candidate, repository)) return candidate;
    }
    return candidates[0] ?? file;
}

/** Whether a file is there or held, however its name is spelled. */
async function isKnown(path: string, repository: Repository): Promise<boolean> {
    const parts = folderOf(path).split('/');
    for (let depth = 1; depth <= parts.length; depth++) {
        const folder = repository.snapshot.locateFolder(parts.slice(0, depth).join('/'));
        if (folder === undefined) break;
        if (!repository.snapshot.listings.has(folder)) await repository.look(folder);
    }
    return repository.snapshot.file(path) !== undefined;
}

function describe({ path, previous, refusal, revision }: Outcome): object {
    if (refusal === undefined) {
        const more = { ...(revision && { revision }), ...(previous && { taken_over_from: previous }) };
        return { name: path, ok: true, ...more };
    }
    const { code, message, holder } = refusal;
    return { name: path, ok: false, error: { code, message, ...(holder === undefined ? {} : { holder }) } };
}
