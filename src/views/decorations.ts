import * as vscode from 'vscode';
import type { RepositoryFile } from '../core/repository/snapshot';
import { isUnreachable, lastUpdatedSentence, troubleSentence } from '../ui/offlineText';
import type { ChangedFile, ChangedOutside } from '../model/changedOutside';
import { DisposableStore } from '../model/disposables';
import type { ModifiedFiles } from '../model/modifiedFiles';
import type { RepositorySession } from '../model/repositorySession';
import type { Repositories, RepositoryResource } from '../model/repositories';
import { HolderBadges, MY_BADGE, MY_MODIFIED_BADGE } from '../ui/holderBadges';
import { holderDetails } from '../ui/lockText';
import { capitalised, outsideLine } from '../core/repository/outsideText';
import type { StaleProgram, StalePrograms } from '../model/stalePrograms';
import { staleLine } from './staleProblems';
import { onDidAge, type HasAged } from '../ui/ageTicker';

/** VS Code ignores the URIs of an event beyond this many. */
const MAX_URIS_PER_EVENT = 250;
/** For more URIs, VS Code asks for those in sight; the folders above the others have no colour then. */
const MAX_URIS = 5000;

/** A held file as it was drawn; `muted` while its share is unreachable, so that the lock may have ended. */
interface HeldFile extends RepositoryFile {
    readonly session: RepositorySession;
    readonly muted: boolean;
    readonly modified: boolean;
}

/** No initials of anybody, nor badges of VS Code's own. */
const OUTSIDE_BADGE = '≠';
const STALE_BADGE = '!';
const UNKNOWN_BADGE = '?';

/** Badges, colours and hovers of files that are held or were changed outside, in the Explorer, on tabs and in the tree. */
class Decorations implements vscode.FileDecorationProvider, vscode.Disposable {
    private readonly disposables = new DisposableStore();
    private readonly emitter = this.disposables.add(new vscode.EventEmitter<vscode.Uri[] | undefined>());
    private held = new Map<string, HeldFile>();
    /** What was changed outside, by all URIs of each file. */
    private outside = new Map<string, ChangedFile>();
    /** Programs older than their parts, likewise. */
    private stale = new Map<string, StaleProgram>();
    /** The repositories whose rows are all grey. */
    private lost: readonly RepositorySession[] = [];
    private readonly badges = new HolderBadges();

    readonly onDidChangeFileDecorations = this.emitter.event;

    constructor(
        private readonly repositories: Repositories,
        private readonly modifiedFiles: ModifiedFiles,
        private readonly changedOutside: ChangedOutside,
        private readonly stalePrograms: StalePrograms,
    ) {
        this.disposables.addAll(
            repositories.onDidChange(() => this.update()),
            repositories.onDidReopen(() => this.update()),
            modifiedFiles.onDidChange(() => this.update()),
            changedOutside.onDidChange(() => this.updateOutside()),
            stalePrograms.onDidChange(() => this.updateStale()),
            onDidAge((hasAged) => this.redrawAges(hasAged)),
        );
    }

    dispose(): void {
        this.disposables.dispose();
    }

    provideFileDecoration(uri: vscode.Uri): vscode.FileDecoration | undefined {
        const key = uri.toString();
        const file = this.held.get(key);
        if (file !== undefined && file.state !== 'available') return this.decorationOfHeld(file);
        // Its folder may be one of a repository by another path. Then VS Code is told, and asks again.
        if (file === undefined) void this.repositories.learnFolderOf(uri);
        const outside = this.outside.get(key);
        if (outside !== undefined) {
            const told = capitalised(outsideLine(outside, Date.now()));
            return decoration(OUTSIDE_BADGE, told, 'cncCheckout.changedOutsideForeground');
        }
        const stale = this.stale.get(key);
        if (stale !== undefined) {
            return decoration(STALE_BADGE, capitalised(staleLine(stale)), 'cncCheckout.staleForeground');
        }
        const lost = this.lost.find((session) => session.pathOf(uri) !== undefined);
        if (lost === undefined) return undefined;
        const path = lost.pathOf(uri);
        if (isDamaged(lost) && path !== undefined && lost.file(path) !== undefined) return unknownDecoration(lost);
        return decoration(undefined, troubleOfAll(lost), 'disabledForeground');
    }

    private decorationOfHeld(file: HeldFile): vscode.FileDecoration {
        const now = Date.now();
        const isMine = file.state === 'heldByMe';
        const state = file.missing ? 'missing' : file.modified ? 'modified' : file.state;
        if (isDamaged(file.session)) return unknownDecoration(file.session);
        const mine = file.modified ? MY_MODIFIED_BADGE : MY_BADGE;
        const details = file.modified
            ? `${holderDetails(file, now)}\nModified since check-out`
            : holderDetails(file, now);
        const shown = decoration(
            isMine ? mine : this.badges.of(file.lock?.user ?? ''),
            file.muted ? `${details}\n${troubleOfAll(file.session)}` : details,
            file.muted ? 'disabledForeground' : `cncCheckout.${state}Foreground`,
        );
        // A closed folder tells that somebody has something in it.
        shown.propagate = true;
        return shown;
    }

    private update(): void {
        const before = this.held;
        const lost = this.repositories.all.filter((session) => isUnreachable(session) || isDamaged(session));
        const isLostAnew = lost.length !== this.lost.length || lost.some((session) => !this.lost.includes(session));
        this.lost = lost;
        this.held = new Map(
            this.repositories.all
                .flatMap((session) => {
                    const muted = isUnreachable(session);
                    return session.repository.snapshot.held().map((file) => {
                        const modified = this.modifiedFiles.has(session, file.path);
                        return { ...file, session, muted, modified };
                    });
                })
                .flatMap((file) =>
                    file.session.diskPathsOf(file.path).map((diskPath) => [vscode.Uri.file(diskPath).toString(), file]),
                ),
        );
        this.badges.learn([...this.held.values()].flatMap(({ lock }) => (lock === undefined ? [] : [lock.user])));
        // Every row changes its colour, and only VS Code knows which it shows.
        if (isLostAnew) this.emitter.fire(undefined);
        const changed = [...new Set([...before.keys(), ...this.held.keys()])].filter(
            (uri) =>
                before.get(uri)?.lock !== this.held.get(uri)?.lock ||
                before.get(uri)?.unreadable !== this.held.get(uri)?.unreadable ||
                before.get(uri)?.missing !== this.held.get(uri)?.missing ||
                before.get(uri)?.muted !== this.held.get(uri)?.muted ||
                before.get(uri)?.modified !== this.held.get(uri)?.modified,
        );
        this.redraw(changed);
    }

    private updateOutside(): void {
        const before = this.outside;
        this.outside = byUri(this.changedOutside.all);
        this.redrawDifferent(before, this.outside);
    }

    private updateStale(): void {
        const before = this.stale;
        this.stale = byUri(this.stalePrograms.all);
        this.redrawDifferent(before, this.stale);
    }

    private redrawDifferent<T>(before: ReadonlyMap<string, T>, after: ReadonlyMap<string, T>): void {
        const uris = [...new Set([...before.keys(), ...after.keys()])];
        this.redraw(uris.filter((uri) => before.get(uri) !== after.get(uri)));
    }

    /** Redraws the files whose age reads differently now: VS Code caches hovers. */
    private redrawAges(hasAged: HasAged): void {
        const aged = [...this.held].filter(([, { lock }]) => lock !== undefined && hasAged(lock.timestamp));
        const outside = [...this.outside].filter(([, { latest }]) => hasAged(latest.time));
        this.redraw([...aged, ...outside].map(([uri]) => uri));
    }

    private redraw(uris: readonly string[]): void {
        if (uris.length > MAX_URIS) return this.emitter.fire(undefined);
        for (let start = 0; start < uris.length; start += MAX_URIS_PER_EVENT) {
            const some = uris.slice(start, start + MAX_URIS_PER_EVENT);
            this.emitter.fire(some.map((uri) => vscode.Uri.parse(uri)));
        }
    }
}

function decoration(badge: string | undefined, tooltip: string, colour: string): vscode.FileDecoration {
    return new vscode.FileDecoration(badge, tooltip, new vscode.ThemeColor(colour));
}

function isDamaged({ repository }: RepositorySession): boolean {
    return repository.state.kind === 'damaged';
}

/** Neither free nor held: nobody can tell. */
function unknownDecoration(session: RepositorySession): vscode.FileDecoration {
    return decoration(UNKNOWN_BADGE, `Nobody can tell who has it. ${troubleSentence(session)}`, 'disabledForeground');
}

/** What all rows of a repository say that cannot be read now. */
function troubleOfAll(session: RepositorySession): string {
    return `${troubleSentence(session)} ${lastUpdatedSentence(session, Date.now())}`;
}

/** Files by all their URIs. */
function byUri<T extends RepositoryResource>(files: readonly T[]): Map<string, T> {
    return new Map(
        files.flatMap((file) =>
            file.session
                .diskPathsOf(file.path)
                .map((diskPath): [string, T] => [vscode.Uri.file(diskPath).toString(), file]),
        ),
    );
}

export function registerDecorations(
    context: vscode.ExtensionContext,
    repositories: Repositories,
    modifiedFiles: ModifiedFiles,
    changedOutside: ChangedOutside,
    stalePrograms: StalePrograms,
): void {
    const decorations = new Decorations(repositories, modifiedFiles, changedOutside, stalePrograms);
    context.subscriptions.push(decorations, vscode.window.registerFileDecorationProvider(decorations));
}
