import * as vscode from 'vscode';
import { commandIds } from '../commandIds';
import { truncate } from '../core/base/truncate';
import { firstLines } from '../ui/textSafety';
import { plainLine } from '../core/base/plainText';
import type { RepositorySession } from '../model/repositorySession';
import { DisposableStore } from '../model/disposables';
import { guardedFile, whyGuarded, type GuardedFile } from '../model/protection';
import { showMessage } from '../ui/messages';
import type { Repositories } from '../model/repositories';
import type { FirstChange } from './firstChange';
import { suggestedActions } from './suggestedActions';

/** How long a save waits for a look at the locks. VS Code goes on with it after 1,500 ms. */
const LOCKS_TIMEOUT_MS = 700;
/** Saves that are stopped within this time share one question: Save All is many saves. */
const SAVE_ALL_DEBOUNCE_MS = 100;
const TEXT_LENGTH = 700;
const FILES_NAMED = 10;

const checkOutFirst = 'Check Out and Save';
const anyway = 'Save Anyway';

/**
 * Stops the saving of a file that somebody else holds, or that the user should have checked out, and asks. VS Code does
 * not wait for an answer during a save; so the save is given up, and done anew once the person wants it.
 */
export class SaveGuard implements vscode.Disposable {
    /** Documents whose next save the person wants. */
    private readonly wanted = new Set<vscode.TextDocument>();
    /** Documents whose save was given up, and that are to be asked about. */
    private stopped = new Set<vscode.TextDocument>();
    private readonly asked = new Set<vscode.TextDocument>();
    /** Documents that VS Code wanted to save by itself: one message is enough until they are clean. */
    private readonly told = new Set<vscode.TextDocument>();
    private question: Promise<void> | undefined;
    private readonly disposables = new DisposableStore();

    constructor(
        private readonly repositories: Repositories,
        private readonly firstChange: FirstChange,
        private readonly log: vscode.LogOutputChannel,
    ) {
        this.disposables.addAll(
            vscode.workspace.onWillSaveTextDocument((event) => this.willSave(event)),
            vscode.workspace.onDidSaveTextDocument((document) => this.didSave(document)),
            vscode.workspace.onDidCloseTextDocument((document) => this.told.delete(document)),
        );
    }

    dispose(): void {
        this.disposables.dispose();
    }

    private willSave(event: vscode.TextDocumentWillSaveEvent): void {
        const { document, reason } = event;
        const file = guardedFile(this.repositories, document.uri);
        if (file === undefined || this.wanted.has(document)) return;
        event.waitUntil(this.check(document, file.session, reason === vscode.TextDocumentSaveReason.Manual));
    }

    private async check(document: vscode.TextDocument, session: RepositorySession, byHand: boolean): Promise<void> {
        if (this.firstChange.holdsBack(document)) throw givingUp();
        await lookAtLocks(session);
        const file = guardedFile(this.repositories, document.uri);
        if (file === undefined || !isToBeAsked(file)) return;
        this.stopped.add(document);
        if (byHand) this.question ??= this.ask();
        else this.tell(document, file);
        throw givingUp();
    }

    /** Should VS Code once stop to give saves up, at least nobody believes it did. */
    private didSave(document: vscode.TextDocument): void {
        this.told.delete(document);
        if (!this.stopped.delete(document) && !this.asked.delete(document)) return;
        if (this.wanted.has(document)) return;
        const file = guardedFile(this.repositories, document.uri);
        if (file === undefined || !isToBeAsked(file)) return;
        this.log.warn(plainLine(`${file.path} was saved although the save was to be given up.`));
        showMessage('warning', `${file.path} was saved all the same. ${whyGuarded(file, Date.now())}`);
    }

    /** A save of which the person knows nothing must not open a dialog. */
    private tell(document: vscode.TextDocument, file: GuardedFile): void {
        this.stopped.delete(document);
        if (this.told.has(document)) return;
        this.told.add(document);
        const text = `${whyGuarded(file, Date.now())} Your edits were not saved automatically. They stay in the editor; to save them all the same, use Save.`;
        showMessage('warning', text, suggestedActions(file));
    }

    private async ask(): Promise<void> {
        try {
            while (this.stopped.size > 0) {
                await new Promise((resolve) => setTimeout(resolve, SAVE_ALL_DEBOUNCE_MS));
                for (const document of this.stopped) this.asked.add(document);
                this.stopped = new Set();
                await this.askAbout([...this.asked]);
                this.asked.clear();
            }
        } finally {
            this.question = undefined;
        }
    }

    private async askAbout(documents: readonly vscode.TextDocument[]): Promise<void> {
        const files = documents.flatMap((document) => guardedFile(this.repositories, document.uri) ?? []);
        const answer = await showQuestion(files).catch(() => undefined); // No dialog could be shown: nothing is saved.
        if (answer === checkOutFirst) {
            for (const { session, path } of files) {
                await vscode.commands.executeCommand(commandIds.checkOut, session.uriOf(path));
            }
        }
        if (answer === undefined) return;
        for (const document of documents) {
            const file = guardedFile(this.repositories, document.uri);
            // Whoever left the check-out has saved nothing.
            if (answer === checkOutFirst && file?.holder !== 'me') continue;
            this.wanted.add(document);
            try {
                await document.save();
            } finally {
                this.wanted.delete(document);
            }
        }
    }
}

function isToBeAsked({ holder, mode }: GuardedFile): boolean {
    return holder === 'others' || (holder !== 'me' && mode === 'readOnly');
}

async function showQuestion(files: readonly GuardedFile[]): Promise<string | undefined> {
    const [file, ...others] = files;
    if (file === undefined) return undefined;
    const free = files.every(({ holder }) => holder === 'nobody') && vscode.workspace.isTrusted;
    const buttons = free ? [checkOutFirst, anyway] : [anyway];
    const now = Date.now();
    const [message, detail] =
        others.length === 0
            ? [sentence(file, now), consequence(file)]
            : [
                  `You have not checked out ${files.length} files that are to be saved.`,
                  firstLines(files, FILES_NAMED, (one) => sentence(one, now)).join('\n'),
              ];
    return vscode.window.showWarningMessage(message, { modal: true, detail }, ...buttons);
}

function sentence(file: GuardedFile, now: number): string {
    return plainLine(truncate(whyGuarded(file, now), TEXT_LENGTH));
}

function consequence({ holder }: GuardedFile): string {
    return holder === 'others'
        ? 'If you save it now, whoever of you saves last overwrites what the other has done.'
        : 'If you save it without checking it out, somebody else may check it out and change it at the same time.';
}

/** The locks as they are now, or as they were seen last where the share does not answer in time. */
async function lookAtLocks({ repository }: RepositorySession): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, LOCKS_TIMEOUT_MS)));
    await Promise.race([repository.poll(), late]);
    clearTimeout(timer);
}

/**
 * What a listener rejects with to have a save given up: an error that throws a cancellation when its message is read. VS
 * Code (since 1.95) gives a save up for a cancellation, but takes one that comes straight from a listener for a failure of
 * it, and goes on; the one from the message gets through.
 */
function givingUp(): Error {
    return Object.defineProperty(new Error('The save was given up.'), 'message', {
        get: () => {
            throw new vscode.CancellationError();
        },
    });
}
