import * as vscode from 'vscode';
import type { RepositoryFile } from '../core/repository/snapshot';
import { isUnreachable, lastUpdatedSentence, troubleSentence } from '../ui/offlineText';
import type { ChangedFile, ChangedOutside } from '../model/changedOutside';
import { DisposableStore } from '../model/disposables';
import type { ModifiedFiles } from '../model/modifiedFiles';
import type { RepositorySession } from '../model/repositorySession';
import type { Repositories } from '../model/repositories';
import { holderDetails, initials } from '../ui/lockText';
import { capitalised, outsideLine } from '../core/repository/outsideText';
import { onDidAge, type HasAged } from './ageTicker';

/** VS Code ignores the URIs of an event beyond this many. */
const MAX_URIS_PER_EVENT = 250;

/** A held file as it was drawn; `muted` while its share is unreachable, so that the lock may have ended. */
interface HeldFile extends RepositoryFile {
    readonly session: RepositorySession;
    readonly muted: boolean;
    readonly modified: boolean;
}

/** No initials of anybody, nor a badge of VS Code's own. */
const OUTSIDE_BADGE = '≠';

/** Badges, colours and hovers of files that are held or were changed outside, in the Explorer, on tabs and in the tree. */
class Decorations implements vscode.FileDecorationProvider, vscode.Disposable {
    private readonly disposables = new DisposableStore();
    private readonly emitter = this.disposables.add(new vscode.EventEmitter<vscode.Uri[] | undefined>());
    private held = new Map<string, HeldFile>();
    /** What was changed outside, by all URIs of each file. */
    private outside = new Map<string, ChangedFile>();

    readonly onDidChangeFileDecorations = this.emitter.event;

    constructor(
        private readonly repositories: Repositories,
        private readonly modifiedFiles: ModifiedFiles,
        private readonly changedOutside: ChangedOutside,
    ) {
        this.disposables.addAll(
            repositories.onDidChange(() => this.update()),
            repositories.onDidReopen(() => this.update()),
            modifiedFiles.onDidChange(() => this.update()),
            changedOutside.onDidChange(() => this.updateOutside()),
            onDidAge((hasAged) => this.redrawAges(hasAged)),
        );
    }

    dispose(): void {
        this.disposables.dispose();
    }

    provideFileDecoration(uri: vscode.Uri): vscode.FileDecoration | undefined {
        const file = this.held.get(uri.toString());
        // Its folder may be one of a repository by another path. Then VS Code is told, and asks again.
        if (file === undefined) void this.repositories.learnFolderOf(uri);
        const outside = this.outside.get(uri.toString());
        if (file === undefined && outside !== undefined) return outsideDecoration(outside);
        if (file === undefined || file.state === 'available') return undefined;
        const mine = file.state === 'heldByMe';
        const now = Date.now();
        const state = file.missing ? 'missing' : file.modified ? 'modified' : file.state;
        const details = file.modified
            ? `${holderDetails(file, now)}\nModified since check-out`
            : holderDetails(file, now);
        return new vscode.FileDecoration(
            mine ? 'Me' : initials(file.lock?.user ?? ''),
            file.muted
                ? `${details}\n${troubleSentence(file.session)} ${lastUpdatedSentence(file.session, now)}`
                : details,
            new vscode.ThemeColor(file.muted ? 'disabledForeground' : `cncCheckout.${state}Foreground`),
        );
    }

    private update(): void {
        const before = this.held;
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
        this.outside = new Map(
            this.changedOutside.all.flatMap((file) =>
                file.session.diskPathsOf(file.path).map((diskPath) => [vscode.Uri.file(diskPath).toString(), file]),
            ),
        );
        const uris = [...new Set([...before.keys(), ...this.outside.keys()])];
        this.redraw(uris.filter((uri) => before.get(uri) !== this.outside.get(uri)));
    }

    /** Redraws the files whose age reads differently now: VS Code caches hovers. */
    private redrawAges(hasAged: HasAged): void {
        const aged = [...this.held].filter(([, { lock }]) => lock !== undefined && hasAged(lock.timestamp));
        const outside = [...this.outside].filter(([, { latest }]) => hasAged(latest.time));
        this.redraw([...aged, ...outside].map(([uri]) => uri));
    }

    private redraw(uris: readonly string[]): void {
        if (uris.length === 0) return;
        this.emitter.fire(uris.length > MAX_URIS_PER_EVENT ? undefined : uris.map((uri) => vscode.Uri.parse(uri)));
    }
}

function outsideDecoration(file: ChangedFile): vscode.FileDecoration {
    return new vscode.FileDecoration(
        OUTSIDE_BADGE,
        capitalised(outsideLine(file, Date.now())),
        new vscode.ThemeColor('cncCheckout.changedOutsideForeground'),
    );
}

export function registerDecorations(
    context: vscode.ExtensionContext,
    repositories: Repositories,
    modifiedFiles: ModifiedFiles,
    changedOutside: ChangedOutside,
): void {
    const decorations = new Decorations(repositories, modifiedFiles, changedOutside);
    context.subscriptions.push(decorations, vscode.window.registerFileDecorationProvider(decorations));
}
