import { stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import { limitConcurrency } from '../core/base/concurrency';
import { systemCode } from '../core/base/errors';
import type { Job } from '../core/programs/jobs';
import { foldCase, folderOf, nameOf, pathIn } from '../core/base/repositoryPath';
import { postedBefore, postedPrograms, type PostedProgram } from '../core/programs/stalePrograms';
import { DisposableStore } from './disposables';
import type { Asked } from './askedFiles';
import { RecheckQueue } from './recheckQueue';
import type { RepositorySession } from './repositorySession';
import type { Repositories, RepositoryResource } from './repositories';

/** A program older than its part. `part` is the path of the part; `before` says how long before its last change it was posted. */
export interface StaleProgram extends RepositoryResource {
    readonly part: string;
    readonly before: string;
}

/** How often everything is checked: a network drive reports few events. */
const RECHECK_INTERVAL_MS = 60_000;
const MAX_CONCURRENT_STATS = 8;
/** An open folder with more programs is not checked: nobody sees them all. */
const MAX_PROGRAMS_PER_FOLDER = 1000;

/**
 * Which programs are older than the part they were posted from. Checks, in the background, the jobs with both: those in
 * folders whose rows are in view, and those of files that the user holds or has open.
 */
export class StalePrograms implements vscode.Disposable {
    private readonly known = new Map<RepositorySession, ReadonlyMap<string, StaleProgram>>();
    private readonly disposables = new DisposableStore();
    private readonly emitter = this.disposables.add(new vscode.EventEmitter<readonly RepositoryResource[]>());
    private readonly queue: RecheckQueue;

    /** The programs that became stale, are no longer stale, or are stale for another reason. */
    readonly onDidChange = this.emitter.event;

    constructor(private readonly repositories: Repositories) {
        this.queue = this.disposables.add(
            new RecheckQueue(repositories, (session, asked) => this.look(session, asked), RECHECK_INTERVAL_MS),
        );
        this.disposables.addAll(
            repositories.onDidReopen(() => this.forgetClosed()),
            repositories.onDidShowFolders((session) => this.queue.ask(session, 'all')),
            vscode.window.tabGroups.onDidChangeTabs(({ opened }) => opened.length > 0 && this.queue.askAll()),
        );
    }

    /** Why a program is stale; undefined when it is not, or was not checked yet. */
    of(session: RepositorySession, path: string): StaleProgram | undefined {
        return this.known.get(session)?.get(path);
    }

    get all(): readonly StaleProgram[] {
        return [...this.known.values()].flatMap((programs) => [...programs.values()]);
    }

    dispose(): void {
        this.disposables.dispose();
    }

    private forgetClosed(): void {
        const gone = [...this.known].filter(([session]) => !this.repositories.all.includes(session));
        for (const [session] of gone) this.known.delete(session);
        if (gone.length > 0) this.emitter.fire(gone.flatMap(([, programs]) => [...programs.values()]));
    }

    private async look(session: RepositorySession, paths: Asked): Promise<void> {
        const worthALook = this.worthALook(session);
        const jobs = paths === 'all' ? undefined : jobKeys(session, [...paths]);
        const wanted = [...worthALook.values()].filter(({ key }) => jobs === undefined || jobs.has(key));
        const times = await timesOf(session, wanted);
        if (!this.repositories.all.includes(session)) return;
        const before = this.known.get(session) ?? new Map<string, StaleProgram>();
        const after = new Map([...before].filter(([program]) => worthALook.has(program)));
        for (const { program, part } of wanted) {
            const [posted, changed] = [times.get(program), times.get(part)];
            if (posted === 'unknown' || changed === 'unknown') continue;
            const lead = postedBefore(posted ?? Number.NaN, changed ?? Number.NaN);
            if (lead === undefined) after.delete(program);
            else after.set(program, { session, path: program, part, before: lead });
        }
        this.known.set(session, after);
        this.tell(session, before, after);
    }

    private tell(
        session: RepositorySession,
        before: ReadonlyMap<string, StaleProgram>,
        after: ReadonlyMap<string, StaleProgram>,
    ): void {
        const changed = [...new Set([...before.keys(), ...after.keys()])].filter((program) => {
            const [old, now] = [before.get(program), after.get(program)];
            return old?.part !== now?.part || old?.before !== now?.before;
        });
        if (changed.length > 0) this.emitter.fire(changed.map((path) => ({ session, path })));
    }

    /** Every program that is worth checking, by its path. Without I/O. */
    private worthALook(session: RepositorySession): Map<string, PostedProgram & { readonly key: string }> {
        const { snapshot } = session.repository;
        const found = new Map<string, PostedProgram & { readonly key: string }>();
        if (!session.settings.warnAboutStalePrograms) return found;
        const add = (folder: string, jobs: readonly Job[]): void => {
            const programs = jobs.flatMap((job) =>
                postedPrograms(job).map(({ program, part }) => ({
                    program: pathIn(folder, program),
                    part: pathIn(folder, part),
                    key: `${folder}/${foldCase(job.name)}`,
                })),
            );
            if (programs.length <= MAX_PROGRAMS_PER_FOLDER) for (const one of programs) found.set(one.program, one);
        };
        for (const folder of session.foldersInView) {
            const listing = snapshot.folder(folder)?.listing;
            if (listing !== undefined) add(folder, [...session.jobs.jobsIn(listing.files).byName.values()]);
        }
        const single = [
            ...snapshot.heldByMe().map(({ path }) => path),
            ...openTabs().flatMap((uri) => session.pathOf(uri) ?? []),
            ...(this.known.get(session)?.keys() ?? []),
        ];
        for (const path of single) {
            const listing = snapshot.folder(folderOf(path))?.listing;
            const job = listing && session.jobs.jobsIn(listing.files).byFile.get(foldCase(nameOf(path)));
            if (job !== undefined) add(folderOf(path), [job]);
        }
        return found;
    }
}

/** The jobs of files: found for all of them at once, which is far quicker than one by one. */
function jobKeys(session: RepositorySession, paths: readonly string[]): ReadonlySet<string> {
    const jobs = session.jobs.jobsOf(paths);
    return new Set(paths.map((path, index) => `${folderOf(path)}/${foldCase(jobs[index] ?? '')}`));
}

function openTabs(): vscode.Uri[] {
    return vscode.window.tabGroups.all
        .flatMap(({ tabs }) => tabs)
        .flatMap(({ input }) =>
            input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom ? [input.uri] : [],
        );
}

/** The time of the last change of each file, in milliseconds since 1970; none for a file that is gone. */
async function timesOf(
    session: RepositorySession,
    programs: readonly PostedProgram[],
): Promise<ReadonlyMap<string, number | 'unknown'>> {
    const paths = new Set(programs.flatMap(({ program, part }) => [program, part]));
    const times = new Map<string, number | 'unknown'>();
    const { snapshot } = session.repository;
    await limitConcurrency(paths, MAX_CONCURRENT_STATS, async (path) => {
        try {
            times.set(path, (await stat(snapshot.diskPath(path))).mtimeMs);
        } catch (error) {
            // Unreachable for now: what was known stays.
            if (systemCode(error) !== 'ENOENT') times.set(path, 'unknown');
        }
    });
    return times;
}
