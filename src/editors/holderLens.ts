import * as vscode from 'vscode';
import { commandIds, editorCommandIds } from '../commandIds';
import { capitalised } from '../core/repository/outsideText';
import { DisposableStore } from '../model/disposables';
import { guardedFile, type GuardedFile } from '../model/protection';
import type { Repositories } from '../model/repositories';
import { onDidAge } from '../ui/ageTicker';
import { lockDetails, lockLine } from '../ui/lockText';
import { troubleOf } from '../ui/offlineText';
import { withoutIcons } from '../ui/textSafety';
import { suggestedActions } from './suggestedActions';

/**
 * Says above the first line of a program who has it, with what can be done now. A file of a repository always has that line:
 * one that came and went with its check-out would move the text under the cursor.
 */
export class HolderLens implements vscode.CodeLensProvider, vscode.Disposable {
    private readonly disposables = new DisposableStore();
    private readonly emitter = this.disposables.add(new vscode.EventEmitter<void>());

    readonly onDidChangeCodeLenses = this.emitter.event;

    constructor(private readonly repositories: Repositories) {
        const redraw = (): void => this.emitter.fire();
        this.disposables.addAll(
            repositories.onDidChange(redraw),
            repositories.onDidReopen(redraw),
            onDidAge((hasAged) => this.hasAged(hasAged) && redraw()),
            vscode.workspace.onDidGrantWorkspaceTrust(redraw),
            // Of any language: a shop has an extension for its G-code, or none.
            vscode.languages.registerCodeLensProvider({ scheme: 'file' }, this),
        );
    }

    dispose(): void {
        this.disposables.dispose();
    }

    async provideCodeLenses({ uri }: vscode.TextDocument): Promise<vscode.CodeLens[]> {
        const file = guardedFile(this.repositories, uri);
        if (file?.session.settings.showHolderInEditor !== true || !(await belongsToRepository(file))) return [];
        const now = Date.now();
        const place = new vscode.Range(0, 0, 0, 0);
        const actions = file.session.server?.role === 'viewer' ? [] : this.actionsOf(file, uri);
        return [
            new vscode.CodeLens(place, {
                title: withoutIcons(holderLine(file, now)),
                tooltip: detailsOf(file, now),
                command: editorCommandIds.explainProtection,
                arguments: [uri],
            }),
            ...actions.map((action) => new vscode.CodeLens(place, action)),
        ];
    }

    /** What a person can do with it at once. Who else has it is to be read first. */
    private actionsOf(file: GuardedFile, uri: vscode.Uri): vscode.Command[] {
        if (file.holder === 'me') return vscode.workspace.isTrusted ? [checkIn(uri)] : [];
        if (file.holder !== 'nobody') return [];
        return suggestedActions(this.repositories, file).flatMap(({ title, command, arguments: args }) =>
            command === undefined ? [] : [{ title, command, arguments: [...(args ?? [])] }],
        );
    }

    private hasAged(hasAged: (timestamp: string) => boolean): boolean {
        return vscode.window.visibleTextEditors.some(({ document }) => {
            const lock = guardedFile(this.repositories, document.uri)?.lock;
            return lock !== undefined && hasAged(lock.timestamp);
        });
    }
}

function checkIn(uri: vscode.Uri): vscode.Command {
    return { title: 'Check In', command: commandIds.checkIn, arguments: [uri] };
}

/** "Read-only: nobody has this checked out", "Read-only: checked out by Bob · 2 h ago · Rev C". */
function holderLine(file: GuardedFile, now: number): string {
    const { mode, holder, session } = file;
    const { state } = session.repository;
    const line = [whoHasIt(file, now), ...('error' in state ? [troubleOf(state.error)] : [])].join(' · ');
    return mode === 'readOnly' && holder !== 'me' ? `Read-only: ${line}` : capitalised(line);
}

function whoHasIt({ session, path, holder }: GuardedFile, now: number): string {
    const { state } = session.repository;
    const file = session.file(path);
    if (holder === 'unknown') return 'it is not known yet who has this checked out';
    if (state.kind === 'damaged') return 'nobody can tell who has this checked out';
    if (holder === 'me') return 'you have this checked out';
    if (holder === 'nobody' || file === undefined) {
        return 'error' in state ? 'nobody can tell who has this checked out' : 'nobody has this checked out';
    }
    const line = lockLine(file, now);
    return file.lock === undefined ? `checked out, ${line}` : `checked out by ${line}`;
}

function detailsOf({ session, path }: GuardedFile, now: number): string {
    const file = session.file(path);
    return file === undefined ? path : lockDetails(file, now);
}

/** A link, or what else is in no listing, is no file of the repository. */
async function belongsToRepository({ seen, holder, session, path }: GuardedFile): Promise<boolean> {
    return seen || holder === 'unknown' || (await session.repository.openable(path)) !== undefined;
}
