import * as vscode from 'vscode';
import { CheckoutError, describeError, isAbort } from '../core/base/errors';
import { foldPath, pathIn } from '../core/base/repositoryPath';
import { OutsideChanges, type OutsideChange, type UnheldFile } from '../core/repository/outsideChanges';
import { DisposableStore } from './disposables';
import type { Asked } from './askedFiles';
import { RecheckQueue } from './recheckQueue';
import type { RepositorySession } from './repositorySession';
import type { Repositories, RepositoryResource, SessionChange } from './repositories';
import { resourceOf } from './tabResource';

/** A file that nobody has checked out, and whose content is not that of its latest revision. */
export interface ChangedFile extends RepositoryResource, OutsideChange {}

/** How often everything is checked: a network drive reports few events. */
const RECHECK_INTERVAL_MS = 60_000;
/** An open folder with more files is not checked: nobody sees them all. */
const MAX_FILES_PER_FOLDER = 1000;
/** How long a file that was just released is left alone: the history may not tell of its check-in yet. */
const SETTLING_MS = 2000;
/** A larger file is not read while somebody waits, in bytes. */
const QUICKLY_READ_BYTES = 2 ** 20;

/** What is known of one repository. */
interface Known {
    readonly looks: OutsideChanges;
    /** By their folded paths. */
    changed: ReadonlyMap<string, ChangedFile>;
    /** Folded paths of what somebody has checked out. */
    held: ReadonlySet<string>;
    /** Folded paths of what was just released, and when, by `performance.now`. */
    readonly released: Map<string, number>;
}

/**
 * Which files were changed outside of CNC Checkout. Checks, in the background, the files whose rows are in view, and those
 * that are open.
 */
export class ChangedOutside implements vscode.Disposable {
    private readonly known = new Map<RepositorySession, Known>();
    private readonly disposables = new DisposableStore();
    private readonly emitter = this.disposables.add(new vscode.EventEmitter<readonly RepositoryResource[]>());
    private readonly queue: RecheckQueue;
    private readonly abort = new AbortController();

    /** The files that were changed outside, no longer are, or are in another way. */
    readonly onDidChange = this.emitter.event;

    constructor(
        private readonly repositories: Repositories,
        private readonly log: vscode.LogOutputChannel,
    ) {
        this.disposables.addAll(
            repositories.onDidChange((event) => this.noteChange(event)),
            repositories.onDidReopen(() => this.forgetClosed()),
            repositories.onDidShowFolders((session) => this.queue.ask(session, 'all')),
        );
        this.queue = this.disposables.add(
            new RecheckQueue(repositories, (session, asked) => this.look(session, asked), RECHECK_INTERVAL_MS),
        );
        this.disposables.addAll(
            vscode.window.tabGroups.onDidChangeTabs(({ opened }) => opened.length > 0 && this.queue.askAll()),
            vscode.workspace.onDidChangeTextDocument(({ document }) => {
                // VS Code loaded again what another program wrote; its folder need not be in view.
                const file = document.isDirty ? undefined : repositories.find(document.uri);
                if (file !== undefined) this.queue.ask(file.session, [file.path]);
            }),
        );
    }

    /** How a file was changed outside; undefined when it was not, when nobody can tell, or when it was not checked yet. */
    of(session: RepositorySession, path: string): ChangedFile | undefined {
        const changed = this.known.get(session)?.changed.get(foldPath(path));
        return changed !== undefined && isAvailable(changed) ? changed : undefined;
    }

    get all(): readonly ChangedFile[] {
        return [...this.known.values()].flatMap(({ changed }) => [...changed.values()].filter(isAvailable));
    }

    /** Looks at files before somebody acts on them. Of a large file, it goes by what is known. */
    async lookNow(files: readonly RepositoryResource[]): Promise<readonly ChangedFile[]> {
        const sessions = new Set(files.map(({ session }) => session));
        for (const session of sessions) {
            if (!session.settings.warnAboutOutsideChanges) continue;
            const paths = new Set(files.filter((file) => file.session === session).map(({ path }) => path));
            await this.check(session, unheldOf(session, paths), { readsUpTo: QUICKLY_READ_BYTES });
        }
        return files.flatMap(({ session, path }) => this.of(session, path) ?? []);
    }

    /** Has files checked again whose contents were kept meanwhile. */
    recheck(session: RepositorySession, paths: readonly string[]): void {
        this.queue.ask(session, paths);
    }

    dispose(): void {
        this.abort.abort();
        this.disposables.dispose();
    }

    private forgetClosed(): void {
        const gone = [...this.known].filter(([session]) => !this.repositories.all.includes(session));
        for (const [session] of gone) this.known.delete(session);
        const unmarked = gone.flatMap(([, { changed }]) => [...changed.values()]);
        if (unmarked.length > 0) this.emitter.fire(unmarked);
    }

    private knownOf(session: RepositorySession): Known {
        let known = this.known.get(session);
        if (known === undefined) {
            const looks = new OutsideChanges(session.repository.revisions);
            known = { looks, changed: new Map(), held: heldIn(session), released: new Map() };
            this.known.set(session, known);
        }
        return known;
    }

    private noteChange({ session, change }: SessionChange): void {
        const known = this.knownOf(session);
        known.looks.forget(change.files);
        const held = heldIn(session);
        const released = [...known.held].filter((path) => !held.has(path));
        known.held = held;
        for (const path of released) known.released.set(path, performance.now());
        if (released.length > 0) setTimeout(() => this.queue.ask(session, released), SETTLING_MS);
    }

    private async look(session: RepositorySession, asked: Asked): Promise<void> {
        const wanted = worthALook(session, this.knownOf(session).changed.values());
        const paths = asked === 'all' ? wanted : [...wanted].filter((path) => isAsked(asked, path));
        await this.check(session, unheldOf(session, paths), { signal: this.abort.signal });
    }

    private async check(
        session: RepositorySession,
        files: readonly UnheldFile[],
        terms: Parameters<OutsideChanges['look']>[1],
    ): Promise<void> {
        if (session.repository.state.kind !== 'ready') return; // What was known stays.
        const known = this.knownOf(session);
        for (const [path, since] of known.released) {
            if (performance.now() - since >= SETTLING_MS) known.released.delete(path);
        }
        const settled = session.settings.warnAboutOutsideChanges
            ? files.filter(({ path }) => !known.released.has(foldPath(path)))
            : [];
        try {
            const found = await known.looks.look(settled, terms);
            const isNews = [...found].some(([path, change]) => change !== undefined && !known.changed.has(path));
            // Its holder may have saved it, while this window did not know of the check-out yet.
            if (isNews) await session.repository.poll(true);
            if (!this.repositories.all.includes(session)) return;
            this.tell(session, known, settled, found);
        } catch (error) {
            if (!(error instanceof CheckoutError) && !isAbort(error)) throw error;
            this.log.debug(`Nobody can tell what was changed outside: ${describeError(error)}`);
        }
    }

    private tell(
        session: RepositorySession,
        known: Known,
        looked: readonly UnheldFile[],
        found: ReadonlyMap<string, OutsideChange | undefined>,
    ): void {
        const before = known.changed;
        const after = new Map(
            [...before].filter(
                ([, { path }]) => session.settings.warnAboutOutsideChanges && isAvailable({ session, path }),
            ),
        );
        for (const { path } of looked) {
            const folded = foldPath(path);
            const change = found.get(folded);
            if (change !== undefined && isAvailable({ session, path })) {
                after.set(folded, { session, path, ...change });
            } else if (change !== undefined || !found.has(folded)) after.delete(folded);
        }
        known.changed = after;
        const differing = [...new Set([...before.keys(), ...after.keys()])].filter(
            (path) => !isSame(before.get(path), after.get(path)),
        );
        const files = differing.flatMap((path) => after.get(path) ?? before.get(path) ?? []);
        if (files.length > 0) this.emitter.fire(files);
    }
}

function isAvailable({ session, path }: RepositoryResource): boolean {
    return session.file(path)?.state === 'available';
}

function isAsked(asked: ReadonlySet<string>, path: string): boolean {
    return asked.has(path) || asked.has(foldPath(path));
}

function heldIn(session: RepositorySession): ReadonlySet<string> {
    return new Set(session.repository.snapshot.held().map(({ path }) => foldPath(path)));
}

/** What somebody sees or has open, and what was found to be changed. Without I/O. */
function worthALook(session: RepositorySession, changed: Iterable<ChangedFile>): ReadonlySet<string> {
    const { snapshot } = session.repository;
    const paths = new Set([...changed].map(({ path }) => path));
    for (const folder of session.foldersInView) {
        const files = snapshot.folder(folder)?.listing.files;
        if (files === undefined || files.size > MAX_FILES_PER_FOLDER) continue;
        for (const name of files.keys()) paths.add(pathIn(folder, name));
    }
    for (const tab of vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs)) {
        const uri = resourceOf(tab);
        const path = uri && session.pathOf(uri);
        if (path !== undefined) paths.add(path);
    }
    return paths;
}

function unheldOf(session: RepositorySession, paths: Iterable<string>): UnheldFile[] {
    return [...paths].flatMap((path) => {
        const file = session.file(path);
        return file?.state === 'available' ? [{ path: file.path, diskPath: file.diskPath }] : [];
    });
}

function isSame(one: ChangedFile | undefined, other: ChangedFile | undefined): boolean {
    return one?.latest === other?.latest && one?.older === other?.older;
}
