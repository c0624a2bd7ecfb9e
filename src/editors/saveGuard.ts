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
import type { HiddenEdits } from './hiddenEdits';
import { areOwn } from './namesakes';
import { saveCopyOf } from './saveCopy';
import { suggestedActions } from './suggestedActions';

/** How long a save waits for a look at the locks. VS Code goes on with it after 1,500 ms. */
const LOCKS_TIMEOUT_MS = 700;
/** Saves that are stopped within this time share one question: Save All is many saves. */
const SAVE_ALL_DEBOUNCE_MS = 100;
const TEXT_LENGTH = 700;
const FILES_NAMED = 10;

/** The first button of a question is what Enter does, so it is one that does no harm. */
const checkOutFirst = 'Check Out and Save';
const saveCopy = 'Save a Copy…';
const leave = 'Leave Unsaved';
const anyway = 'Save Anyway';

/**
 * Cancels the save of a file that someone else holds, or that the user should have checked out, and asks. VS Code does not
 * wait for an answer during a save, so the file is saved again once the user confirms.
 */
export class SaveGuard implements vscode.Disposable {
    /** Documents whose next save the user confirmed. */
    private readonly wanted = new Set<vscode.TextDocument>();
    /** Documents whose save was cancelled, and that are to be asked about. */
    private stopped = new Set<vscode.TextDocument>();
    private readonly asked = new Set<vscode.TextDocument>();
    /** Documents whose auto-save was cancelled: one message is enough until they are clean. */
    private readonly reported = new Set<vscode.TextDocument>();
    private question: Promise<void> | undefined;
    private readonly disposables = new DisposableStore();

    constructor(
        private readonly repositories: Repositories,
        private readonly firstChange: FirstChange,
        private readonly hiddenEdits: HiddenEdits,
        private readonly log: vscode.LogOutputChannel,
    ) {
        this.disposables.addAll(
            vscode.workspace.onWillSaveTextDocument((event) => this.willSave(event)),
            vscode.workspace.onDidSaveTextDocument((document) => this.didSave(document)),
            vscode.workspace.onDidCloseTextDocument((document) => this.reported.delete(document)),
        );
    }

    dispose(): void {
        this.disposables.dispose();
    }

    private willSave(event: vscode.TextDocumentWillSaveEvent): void {
        const { document, reason } = event;
        const file = guardedFile(this.repositories, document.uri);
        if (file === undefined || this.wanted.has(document)) return;
        const byHand = reason === vscode.TextDocumentSaveReason.Manual;
        // At once where the last look says so: Replace in Files saves many files at a time, VS Code waits for none of them
        // longer than 1.75 s, and no longer asks a listener that was late four times.
        if (!this.firstChange.holdsBack(document) && isToBeAsked(file)) {
            this.stop(document, byHand);
            event.waitUntil(Promise.reject(cancelledSave()));
        } else event.waitUntil(this.check(document, file.session, byHand));
    }

    private async check(document: vscode.TextDocument, session: RepositorySession, byHand: boolean): Promise<void> {
        if (this.firstChange.holdsBack(document)) throw cancelledSave();
        await lookAtLocks(session);
        const file = guardedFile(this.repositories, document.uri);
        if (file === undefined || !isToBeAsked(file)) return;
        this.stop(document, byHand);
        throw cancelledSave();
    }

    /** Notes that a save is cancelled, and says so. */
    private stop(document: vscode.TextDocument, byHand: boolean): void {
        this.stopped.add(document);
        if (byHand) this.question ??= this.ask();
        else void this.tell(document);
    }

    /** Warns if a version of VS Code no longer cancels saves. */
    private didSave(document: vscode.TextDocument): void {
        this.reported.delete(document);
        if (!this.stopped.delete(document) && !this.asked.delete(document)) return;
        if (this.wanted.has(document)) return;
        const file = guardedFile(this.repositories, document.uri);
        if (file === undefined || !isToBeAsked(file)) return;
        this.log.warn(`${file.path} was saved although its save had been cancelled.`);
        showMessage('warning', `${file.path} was saved anyway. ${whyGuarded(file, Date.now())}`);
    }

    /** An auto-save must not open a dialog. */
    private async tell(document: vscode.TextDocument): Promise<void> {
        const [asked] = await this.withoutThoseInOrder([document]);
        this.stopped.delete(document);
        const file = asked && guardedFile(this.repositories, asked.uri);
        if (file === undefined || this.reported.has(document)) return;
        this.reported.add(document);
        const text = `${whyGuarded(file, Date.now())} Your edits were not auto-saved. They stay in the editor. Use Save to save them anyway.`;
        showMessage('warning', text, suggestedActions(this.repositories, file));
    }

    private async ask(): Promise<void> {
        try {
            while (this.stopped.size > 0) {
                await new Promise((resolve) => setTimeout(resolve, SAVE_ALL_DEBOUNCE_MS));
                for (const document of this.stopped) this.asked.add(document);
                this.stopped = new Set();
                const documents = await this.withoutThoseInOrder([...this.asked]);
                if (documents.length > 0) await this.askAbout(documents);
                this.asked.clear();
            }
        } finally {
            this.question = undefined;
        }
    }

    /** Looks at the locks again, and saves what turns out to be the user's, or what they may save. */
    private async withoutThoseInOrder(documents: readonly vscode.TextDocument[]): Promise<vscode.TextDocument[]> {
        const sessions = new Set(documents.flatMap(({ uri }) => guardedFile(this.repositories, uri)?.session ?? []));
        await Promise.all([...sessions].map(lookAtLocks));
        const toAsk: vscode.TextDocument[] = [];
        for (const document of documents) {
            const file = guardedFile(this.repositories, document.uri);
            if (file !== undefined && isToBeAsked(file)) toAsk.push(document);
            else await this.save(document);
        }
        return toAsk;
    }

    private async save(document: vscode.TextDocument): Promise<void> {
        this.wanted.add(document);
        try {
            await document.save();
        } finally {
            this.wanted.delete(document);
        }
    }

    private async askAbout(documents: readonly vscode.TextDocument[]): Promise<void> {
        const stopped = documents.flatMap((document) => {
            const file = guardedFile(this.repositories, document.uri);
            return file === undefined ? [] : [{ document, file }];
        });
        const claimed = stopped.map(({ file }) => file);
        if (!(await areOwn(this.repositories, claimed))) return this.hiddenEdits.show(documents);
        const others = stopped.filter(({ file }) => file.holder !== 'namesake');
        const files = others.map(({ file }) => file);
        const answer = await showQuestion(files).catch(() => undefined); // No dialog could be shown, so nothing is saved.
        if (answer === saveCopy) await saveCopyOf(this.repositories, others[0]!.document, this.log);
        if (answer === checkOutFirst) {
            const free = files.filter(({ holder }) => holder === 'nobody');
            const uris = free.map(({ session, path }) => session.uriOf(path));
            await vscode.commands.executeCommand(commandIds.checkOut, uris[0], uris);
        }
        if (answer !== checkOutFirst && answer !== anyway) return this.hiddenEdits.show(documents);
        for (const document of documents) {
            const file = guardedFile(this.repositories, document.uri);
            // A cancelled check-out saves nothing.
            if (answer === checkOutFirst && file?.holder !== 'me') continue;
            await this.save(document);
        }
        await this.hiddenEdits.show(documents);
    }
}

function isToBeAsked({ holder, mode }: GuardedFile): boolean {
    return holder === 'others' || holder === 'namesake' || (holder !== 'me' && mode === 'readOnly');
}

async function showQuestion(files: readonly GuardedFile[]): Promise<string | undefined> {
    const [file, ...others] = files;
    if (file === undefined) return anyway; // All of them are the user's.
    const canCheckOut = files.some(({ holder }) => holder === 'nobody') && vscode.workspace.isTrusted;
    const harmless = canCheckOut ? checkOutFirst : others.length === 0 ? saveCopy : leave;
    const buttons = [harmless, anyway];
    const now = Date.now();
    const [message, detail] =
        others.length === 0
            ? [sentence(file, now), consequence(file)]
            : [
                  `${files.length} of the files to save are not checked out by you.`,
                  firstLines(files, FILES_NAMED, (one) => sentence(one, now)).join('\n'),
              ];
    return vscode.window.showWarningMessage(message, { modal: true, detail }, ...buttons);
}

function sentence(file: GuardedFile, now: number): string {
    return plainLine(truncate(whyGuarded(file, now), TEXT_LENGTH));
}

function consequence({ holder }: GuardedFile): string {
    return holder === 'others'
        ? 'If you save it now, the last save overwrites the other person’s work.'
        : 'If you save it without checking it out, someone else may check it out and change it at the same time.';
}

/** Reads the locks again, unless the share does not answer in time. */
async function lookAtLocks({ repository }: RepositorySession): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, LOCKS_TIMEOUT_MS)));
    await Promise.race([repository.poll(), late]);
    clearTimeout(timer);
}

/**
 * The error with which a listener cancels a save: reading its message throws a cancellation. VS Code (since 1.95) cancels a
 * save on a cancellation, but treats one thrown by a listener itself as a failure of that listener and saves all the same;
 * one thrown while the message is read gets through.
 */
function cancelledSave(): Error {
    return Object.defineProperty(new Error('The save was cancelled.'), 'message', {
        get: () => {
            throw new vscode.CancellationError();
        },
    });
}
