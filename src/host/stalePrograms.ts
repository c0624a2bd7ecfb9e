import { stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import { eachAtOnce } from '../core/atOnce';
import { systemCode } from '../core/errors';
import type { Job } from '../core/jobs';
import { pathIn } from '../core/listing';
import { foldCase, folderOf, nameOf } from '../core/repositoryPath';
import { postedBefore, postedPrograms, type PostedProgram } from '../core/stalePrograms';
import type { OpenRepository } from './openRepository';
import type { Repositories, RepositoryResource } from './repositories';

/** A program older than its part. `part` is the path of the part, `before` how long before its last change it was posted. */
export interface StaleProgram extends RepositoryResource {
    readonly part: string;
    readonly before: string;
}

/** Milliseconds from what may have changed a time to the look at it: a save is several events. */
const MOMENT = 250;
/** Milliseconds between two looks at everything, for what no event told: a network drive tells little. */
const LOOK_AGAIN = 60_000;
const STATS_AT_ONCE = 8;
/** A folder with more programs is not looked through because it is open: nobody sees them all. */
const PROGRAMS_OF_A_FOLDER = 1000;

/**
 * Which programs are older than the part they were posted from. Looks only at jobs with both, in folders whose rows a
 * person sees and of files that are held by the person or open, in the background.
 */
export class StalePrograms implements vscode.Disposable {
    private known = new Map<OpenRepository, ReadonlyMap<string, StaleProgram>>();
    private readonly asked = new Map<OpenRepository, Set<string> | 'all'>();
    private timer: NodeJS.Timeout | undefined;
    private looking: Promise<void> = Promise.resolve();
    private readonly emitter = new vscode.EventEmitter<readonly RepositoryResource[]>();
    private readonly again: NodeJS.Timeout;
    private shown = new vscode.Disposable(() => undefined);
    private readonly disposables: vscode.Disposable[];

    /** The programs that became stale, are stale no more, or otherwise than before. */
    readonly onDidChange = this.emitter.event;

    constructor(private readonly repositories: Repositories) {
        const askAll = (): void => this.askAll();
        this.again = setInterval(() => vscode.window.state.focused && this.askAll(), LOOK_AGAIN);
        this.disposables = [
            this.emitter,
            repositories.onDidChange((event) => {
                if (event === undefined) return this.begin();
                if (event.change.state || event.change.folders.size > 0) this.ask(event.opened, 'all');
                else this.ask(event.opened, event.change.files);
            }),
            vscode.window.tabGroups.onDidChangeTabs(({ opened }) => opened.length > 0 && this.askAll()),
            vscode.window.onDidChangeWindowState(({ focused }) => focused && this.askAll()),
            vscode.workspace.onDidSaveTextDocument(({ uri }) => {
                const found = repositories.find(uri);
                if (found !== undefined) this.ask(found.opened, [found.path]);
            }),
            new vscode.Disposable(() => this.shown.dispose()),
        ];
        askAll();
    }

    /** What is known of a program; undefined when it is not stale, or nobody looked yet. */
    of(opened: OpenRepository, path: string): StaleProgram | undefined {
        return this.known.get(opened)?.get(path);
    }

    get all(): readonly StaleProgram[] {
        return [...this.known.values()].flatMap((programs) => [...programs.values()]);
    }

    dispose(): void {
        clearTimeout(this.timer);
        clearInterval(this.again);
        vscode.Disposable.from(...this.disposables).dispose();
    }

    /** After repositories came or went. */
    private begin(): void {
        const { all } = this.repositories;
        const gone = [...this.known].filter(([opened]) => !all.includes(opened));
        for (const [opened] of gone) this.known.delete(opened);
        this.shown.dispose();
        this.shown = vscode.Disposable.from(
            ...all.flatMap((opened) => [
                opened.onDidShowFolders(() => this.ask(opened, 'all')),
                opened.onDidTouch((path) => this.ask(opened, [path])),
            ]),
        );
        if (gone.length > 0) this.emitter.fire(gone.flatMap(([, programs]) => [...programs.values()]));
        this.askAll();
    }

    private askAll(): void {
        for (const opened of this.repositories.all) this.ask(opened, 'all');
    }

    /** @param paths files that may have changed */
    private ask(opened: OpenRepository, paths: Iterable<string> | 'all'): void {
        if (!opened.settings.warnAboutStalePrograms) return;
        const before = this.asked.get(opened);
        if (paths === 'all' || before === 'all') this.asked.set(opened, 'all');
        else this.asked.set(opened, new Set([...(before ?? []), ...paths]));
        this.timer ??= setTimeout(() => {
            this.timer = undefined;
            const asked = [...this.asked];
            this.asked.clear();
            this.looking = this.looking.then(() => this.look(asked));
        }, MOMENT);
    }

    private async look(asked: readonly (readonly [OpenRepository, Set<string> | 'all'])[]): Promise<void> {
        for (const [opened, paths] of asked) {
            const worthALook = this.worthALook(opened);
            const jobs = paths === 'all' ? undefined : new Set([...paths].map((path) => jobKey(opened, path)));
            const wanted = [...worthALook.values()].filter(({ key }) => jobs === undefined || jobs.has(key));
            const times = await timesOf(opened, wanted);
            if (!this.repositories.all.includes(opened)) continue;
            const before = this.known.get(opened) ?? new Map<string, StaleProgram>();
            const after = new Map([...before].filter(([program]) => worthALook.has(program)));
            for (const { program, part } of wanted) {
                const [posted, changed] = [times.get(program), times.get(part)];
                if (posted === 'unknown' || changed === 'unknown') continue;
                const lead = postedBefore(posted ?? Number.NaN, changed ?? Number.NaN);
                if (lead === undefined) after.delete(program);
                else after.set(program, { opened, path: program, part, before: lead });
            }
            this.known.set(opened, after);
            this.tell(opened, before, after);
        }
    }

    private tell(
        opened: OpenRepository,
        before: ReadonlyMap<string, StaleProgram>,
        after: ReadonlyMap<string, StaleProgram>,
    ): void {
        const changed = [...new Set([...before.keys(), ...after.keys()])].filter((program) => {
            const [old, now] = [before.get(program), after.get(program)];
            return old?.part !== now?.part || old?.before !== now?.before;
        });
        if (changed.length > 0) this.emitter.fire(changed.map((path) => ({ opened, path })));
    }

    /** Every program that somebody may want to know of, by its path. Costs no look at the disk. */
    private worthALook(opened: OpenRepository): Map<string, PostedProgram & { readonly key: string }> {
        const { snapshot } = opened.repository;
        const found = new Map<string, PostedProgram & { readonly key: string }>();
        const add = (folder: string, jobs: readonly Job[]): void => {
            const programs = jobs.flatMap((job) =>
                postedPrograms(job).map(({ program, part }) => ({
                    program: pathIn(folder, program),
                    part: pathIn(folder, part),
                    key: `${folder}/${foldCase(job.name)}`,
                })),
            );
            if (programs.length <= PROGRAMS_OF_A_FOLDER) for (const one of programs) found.set(one.program, one);
        };
        for (const folder of opened.foldersInView) {
            const listing = snapshot.folder(folder)?.listing;
            if (listing !== undefined) add(folder, [...opened.jobs.jobsIn(listing.files).byName.values()]);
        }
        const single = [
            ...snapshot.heldByMe().map(({ path }) => path),
            ...openTabs().flatMap((uri) => opened.pathOf(uri) ?? []),
            ...(this.known.get(opened)?.keys() ?? []),
        ];
        for (const path of single) {
            const listing = snapshot.folder(folderOf(path))?.listing;
            const job = listing && opened.jobs.jobsIn(listing.files).byFile.get(foldCase(nameOf(path)));
            if (job !== undefined) add(folderOf(path), [job]);
        }
        return found;
    }
}

function jobKey(opened: OpenRepository, path: string): string {
    return `${folderOf(path)}/${foldCase(opened.jobs.jobOf(path) ?? '')}`;
}

function openTabs(): vscode.Uri[] {
    return vscode.window.tabGroups.all
        .flatMap(({ tabs }) => tabs)
        .flatMap(({ input }) =>
            input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom ? [input.uri] : [],
        );
}

/** The time of the last change of each file, in milliseconds since 1970; none for one that is gone. */
async function timesOf(
    opened: OpenRepository,
    programs: readonly PostedProgram[],
): Promise<ReadonlyMap<string, number | 'unknown'>> {
    const paths = new Set(programs.flatMap(({ program, part }) => [program, part]));
    const times = new Map<string, number | 'unknown'>();
    const { snapshot } = opened.repository;
    await eachAtOnce(paths, STATS_AT_ONCE, async (path) => {
        try {
            times.set(path, (await stat(snapshot.diskPath(path))).mtimeMs);
        } catch (error) {
            // Out of reach for now: what was known of it stays.
            if (systemCode(error) !== 'ENOENT') times.set(path, 'unknown');
        }
    });
    return times;
}
