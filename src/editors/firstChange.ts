import * as vscode from 'vscode';
import { commandIds } from '../commandIds';
import { truncate } from '../core/base/truncate';
import { plainLine } from '../core/base/plainText';
import { resourceOf } from '../ui/openEditors';
import { DisposableStore } from '../model/disposables';
import { guardedFile, whyGuarded, type GuardedFile } from '../model/protection';
import type { Repositories } from '../model/repositories';
import { areOwn } from './namesakes';

const TEXT_LENGTH = 700;
/** The keys pressed before the question appeared make one undo step, or a few. */
const MAX_UNDO_STEPS = 1000;

const checkOut = 'Check Out…';
const editAnyway = 'Edit Anyway';
const undo = 'Undo';

/** In the mode `prompt`: asks at the first change of a file that the user has not checked out. */
export class FirstChange implements vscode.Disposable {
    /** Documents with unsaved edits that need no question, or no other one. */
    private readonly settled = new Set<vscode.TextDocument>();
    /** Resources that the user edits without a check-out, until they are closed or checked in. */
    private readonly allowed = new Set<string>();
    private readonly held = new Set<string>();
    private asked: { readonly document: vscode.TextDocument; saveWasDue: boolean } | undefined;
    private readonly disposables = new DisposableStore();

    constructor(private readonly repositories: Repositories) {
        for (const document of vscode.workspace.textDocuments) if (document.isDirty) this.settled.add(document);
        this.disposables.addAll(
            vscode.workspace.onDidOpenTextDocument((document) => {
                // Edits restored from an earlier window cannot be undone.
                if (document.isDirty) this.settled.add(document);
            }),
            vscode.workspace.onDidChangeTextDocument(({ document }) => void this.changed(document)),
            vscode.workspace.onDidCloseTextDocument((document) => this.settled.delete(document)),
            vscode.window.tabGroups.onDidChangeTabs(({ closed }) => this.forgetClosed(closed)),
            repositories.onDidChange(() => this.forgetCheckedIn()),
            repositories.onDidReopen(() => this.forgetCheckedIn()),
        );
    }

    dispose(): void {
        this.disposables.dispose();
    }

    /** Whether a document must not be saved now: saved edits could not be undone. */
    holdsBack(document: vscode.TextDocument): boolean {
        if (this.asked?.document !== document) return false;
        this.asked.saveWasDue = true;
        return true;
    }

    private async changed(document: vscode.TextDocument): Promise<void> {
        if (!document.isDirty) {
            this.settled.delete(document);
            return;
        }
        if (this.settled.has(document) || this.asked !== undefined) return;
        const file = guardedFile(this.repositories, document.uri);
        if (file === undefined) return;
        if (file.mode !== 'prompt' || file.holder === 'me' || this.allowed.has(document.uri.toString())) {
            this.settled.add(document);
            return;
        }
        // A change by a program in the background is asked about when the user goes on with it.
        if (vscode.window.activeTextEditor?.document !== document) return;
        const asked = { document, saveWasDue: false };
        this.asked = asked;
        try {
            await this.ask(document, file);
        } finally {
            this.asked = undefined;
        }
        if (asked.saveWasDue && this.settled.has(document)) await document.save();
    }

    private async ask(document: vscode.TextDocument, file: GuardedFile): Promise<void> {
        if (file.holder === 'namesake') {
            // A file of somebody else is left as it was.
            if (await areOwn(this.repositories, [file], () => takeBack(document))) this.settled.add(document);
            return;
        }
        const answer = await showQuestion(file).catch(() => undefined); // No dialog could be shown.
        if (answer === editAnyway) {
            this.allowed.add(document.uri.toString());
            this.settled.add(document);
        } else if (answer === undo) await takeBack(document);
        else if (answer === checkOut) {
            await vscode.commands.executeCommand(commandIds.checkOut, document.uri);
            // A cancelled check-out is asked about again at the next change.
            if (guardedFile(this.repositories, document.uri)?.holder === 'me') this.settled.add(document);
        }
    }

    private forgetClosed(closed: readonly vscode.Tab[]): void {
        for (const tab of closed) {
            const uri = resourceOf(tab)?.toString();
            const isOpen = vscode.window.tabGroups.all.some(({ tabs }) =>
                tabs.some((other) => resourceOf(other)?.toString() === uri),
            );
            if (uri !== undefined && !isOpen) this.allowed.delete(uri);
        }
    }

    /** A file that was checked in is asked about like any other from then on. */
    private forgetCheckedIn(): void {
        const diskPaths = this.repositories.heldByMe().flatMap(({ session, path }) => session.diskPathsOf(path));
        const now = new Set(diskPaths.map((diskPath) => vscode.Uri.file(diskPath).toString()));
        for (const uri of this.held) if (!now.has(uri)) this.allowed.delete(uri);
        this.held.clear();
        for (const uri of now) this.held.add(uri);
    }
}

async function showQuestion(file: GuardedFile): Promise<string | undefined> {
    const canCheckOut = file.holder === 'nobody' && vscode.workspace.isTrusted;
    const message = plainLine(truncate(whyGuarded(file, Date.now()), TEXT_LENGTH));
    const detail = canCheckOut
        ? 'Check it out before you edit it. Otherwise someone else may check it out and change it at the same time.'
        : 'If you edit it anyway, the last save overwrites the other person’s work.';
    const answer = await vscode.window.showWarningMessage(
        message,
        { modal: true, detail },
        ...(canCheckOut ? [{ title: checkOut }] : []),
        { title: editAnyway },
        { title: undo, isCloseAffordance: true },
    );
    return answer?.title;
}

/** Undoes every change since the document was clean. */
async function takeBack(document: vscode.TextDocument): Promise<void> {
    if (vscode.window.activeTextEditor?.document !== document) await vscode.window.showTextDocument(document);
    for (let step = 0; document.isDirty && step < MAX_UNDO_STEPS; step++) {
        const { version } = document;
        await vscode.commands.executeCommand('undo');
        if (document.version === version) break;
    }
    // An edit without an undo history: the file on disk is still unchanged.
    if (document.isDirty) await vscode.commands.executeCommand('workbench.action.files.revert');
}
