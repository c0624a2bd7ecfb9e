import * as vscode from 'vscode';
import type { RepositoryFile } from '../core/snapshot';
import type { Repositories } from '../host/repositories';
import { holderDetails, initials } from '../host/lockText';

/** VS Code drops what an event names beyond this many. */
const EVENT_LIMIT = 250;
/** The hover tells an age in minutes. */
const AGES_CHANGE = 60_000;

/** Badge, colour and hover of held files, in the Explorer, on tabs and in the tree. */
class Decorations implements vscode.FileDecorationProvider {
    private readonly emitter = new vscode.EventEmitter<vscode.Uri[] | undefined>();
    private held = new Map<string, RepositoryFile>();

    readonly onDidChangeFileDecorations = this.emitter.event;

    constructor(private readonly repositories: Repositories) {}

    provideFileDecoration(uri: vscode.Uri): vscode.FileDecoration | undefined {
        const file = this.held.get(uri.toString());
        if (file?.lock === undefined) return undefined;
        const mine = file.state === 'heldByMe';
        const state = file.missing ? 'missing' : file.state;
        return new vscode.FileDecoration(
            mine ? 'Me' : initials(file.lock.user),
            holderDetails(file, file.lock, Date.now()),
            new vscode.ThemeColor(`cncCheckout.${state}Foreground`),
        );
    }

    update(): void {
        const before = this.held;
        this.held = new Map(
            this.repositories.all
                .flatMap(({ repository }) => repository.snapshot.held())
                .map((file) => [vscode.Uri.file(file.diskPath).toString(), file]),
        );
        const changed = [...new Set([...before.keys(), ...this.held.keys()])].filter(
            (uri) =>
                before.get(uri)?.lock !== this.held.get(uri)?.lock ||
                before.get(uri)?.missing !== this.held.get(uri)?.missing,
        );
        this.redraw(changed);
    }

    /** Has VS Code ask again for the ages of all locks, since it keeps what it was told. */
    redrawAges(): void {
        this.redraw([...this.held.keys()]);
    }

    private redraw(uris: readonly string[]): void {
        if (uris.length === 0) return;
        this.emitter.fire(uris.length > EVENT_LIMIT ? undefined : uris.map((uri) => vscode.Uri.parse(uri)));
    }
}

export function registerDecorations(context: vscode.ExtensionContext, repositories: Repositories): void {
    const decorations = new Decorations(repositories);
    const ages = setInterval(() => decorations.redrawAges(), AGES_CHANGE);
    context.subscriptions.push(
        vscode.window.registerFileDecorationProvider(decorations),
        repositories.onDidChange(() => decorations.update()),
        new vscode.Disposable(() => clearInterval(ages)),
    );
}
