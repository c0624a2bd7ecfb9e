import { stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import { commandIds } from '../commandIds';
import { describeError } from '../core/base/errors';
import { nameOf } from '../core/base/repositoryPath';
import { plainLine } from '../core/base/plainText';
import { isFileInPlace } from '../core/disk/links';
import { putBack } from '../core/revisions/putBack';
import type { ContentCopy } from '../core/revisions/stagedContent';
import type { CheckOutVersions } from '../model/checkOutVersions';
import { DisposableStore } from '../model/disposables';
import type { Repositories, RepositoryResource } from '../model/repositories';
import type { RepositorySession } from '../model/repositorySession';
import { heldByOthers, listed, type HeldFile } from '../ui/heldFiles';
import { reportError, showMessage, type Action } from '../ui/messages';
import { heldBelow } from './renames';

/** An upload that replaces a file deletes it first; what is said of it waits this long for the new file. */
const REPLACED_WITHIN_MS = 300;

/** A file that is checked out, as it was before it was deleted. */
interface Kept {
    /** Path inside the repository. */
    readonly path: string;
    readonly diskPath: string;
    readonly content: ContentCopy;
}

/**
 * Keeps copies of checked-out files that are deleted in VS Code, on this computer, and says who has them, with a button that
 * brings them back. A network drive has no recycle bin.
 */
export class Deletions implements vscode.Disposable {
    private readonly kept = new Map<string, Kept>();
    private readonly disposables = new DisposableStore();

    constructor(
        private readonly repositories: Repositories,
        private readonly versions: CheckOutVersions,
        private readonly log: vscode.LogOutputChannel,
    ) {
        this.disposables.addAll(
            vscode.workspace.onWillDeleteFiles((event) => {
                const held = event.files.flatMap((uri) => this.heldAt(uri));
                if (held.length > 0) event.waitUntil(this.keep(held));
            }),
            vscode.workspace.onDidDeleteFiles(({ files }) => void this.deleted(files)),
        );
    }

    dispose(): void {
        this.disposables.dispose();
    }

    private heldAt(uri: vscode.Uri): (RepositoryResource & HeldFile)[] {
        const found = this.repositories.find(uri);
        if (found === undefined) return [];
        return heldBelow(found.session, found.path).map((file) => ({ ...file, session: found.session }));
    }

    /** Keeps a copy of each file. Asks before what is too large for one is deleted for good. */
    private async keep(files: readonly (RepositoryResource & HeldFile)[]): Promise<void> {
        const large: (RepositoryResource & HeldFile)[] = [];
        for (const file of files) {
            const { session, path } = file;
            const { size } = await stat(session.repository.snapshot.diskPath(path)).catch(() => ({ size: 0 }));
            if (size > session.settings.keepVersionsUpTo) large.push(file);
            else await this.keepOne(file);
        }
        const first = large.find(({ lock, session }) => !this.repositories.names.isMine(session, lock)) ?? large[0];
        if (first === undefined) return;
        const others = large.length === 1 ? '' : ` ${large.length - 1} more such files are deleted with it.`;
        const answer = await vscode.window.showWarningMessage(
            `${heldByOthers([first], Date.now())} It is being deleted.${others}`,
            {
                modal: true,
                detail: 'It is too large to be copied without asking, and a network drive has no recycle bin. Without a copy, only a backup brings it back.',
            },
            keepCopy,
            withoutCopy,
        );
        if (answer !== withoutCopy) for (const file of large) await this.keepOne(file);
    }

    private async keepOne({ session, path }: RepositoryResource): Promise<void> {
        const { snapshot, options } = session.repository;
        const diskPath = snapshot.diskPath(path);
        try {
            if (!(await isFileInPlace(options.root, diskPath))) return;
            const was = await stat(diskPath);
            const { size, mtimeMs, mode } = was;
            const kept = await this.versions.kept.keepUndone(
                { root: options.root, path },
                { diskPath, was },
                Date.now(),
            );
            if (kept === undefined) return;
            const copy = this.versions.kept.copyOf({ size, sha256: kept.sha256 });
            const content = { copy, size, sha256: kept.sha256, mtimeMs, mode: mode & 0o777 };
            this.kept.set(keyOf(session, path), { path, diskPath, content });
        } catch (error) {
            this.log.warn(`No copy of ${path} could be kept before it was deleted: ${describeError(error)}`);
        }
    }

    private async deleted(uris: readonly vscode.Uri[]): Promise<void> {
        const bySession = new Map<RepositorySession, string[]>();
        for (const uri of uris) {
            const found = this.repositories.find(uri);
            if (found === undefined || heldBelow(found.session, found.path).length === 0) continue;
            bySession.set(found.session, [...(bySession.get(found.session) ?? []), found.path]);
        }
        for (const [session, paths] of bySession) {
            try {
                const outcomes = vscode.workspace.isTrusted ? await session.repository.noteDeletion(paths) : [];
                const held = outcomes.flatMap(({ path, lock }) => (lock === undefined ? [] : { path, lock }));
                await new Promise((resolve) => setTimeout(resolve, REPLACED_WITHIN_MS));
                await this.tell(session, vscode.workspace.isTrusted ? held : heldBelow(session, ...paths));
            } catch (error) {
                reportError(error, this.log);
            }
        }
    }

    private async tell(session: RepositorySession, held: readonly HeldFile[]): Promise<void> {
        const { root } = session.repository.options;
        const isThere = new Map<HeldFile, boolean>();
        for (const file of held) {
            isThere.set(file, await isFileInPlace(root, session.repository.snapshot.diskPath(file.path)));
        }
        const { names } = this.repositories;
        const others = held.filter(({ lock }) => !names.isMine(session, lock));
        for (const wasReplaced of [false, true]) {
            const files = others.filter((file) => isThere.get(file) === wasReplaced);
            if (files.length === 0) continue;
            const it = files.length === 1 ? 'it' : 'them';
            const did = `${heldByOthers(files, Date.now())} You ${wasReplaced ? 'replaced' : 'deleted'} ${it}.`;
            const undo = this.undoOf(session, files, wasReplaced);
            const lost = `Only the recycle bin or a backup brings ${it} back.`;
            showMessage('warning', undo.length > 0 ? did : `${did} ${lost}`, undo);
        }
        const mine = held.filter((file) => names.isMine(session, file.lock) && isThere.get(file) !== true);
        if (mine.length === 0) return;
        const uris = mine.map(({ path }) => session.uriOf(path));
        const checkIn = { title: 'Check In', command: commandIds.checkIn, arguments: [uris[0], uris] };
        const what = listed(mine.map(({ path }) => plainLine(nameOf(path))));
        const it = mine.length === 1 ? 'it' : 'them';
        showMessage('info', `You deleted ${what}, and still have ${it} checked out.`, [
            ...this.undoOf(session, mine, false),
            checkIn,
        ]);
    }

    /** The button that brings files back, if all of them were kept. */
    private undoOf(session: RepositorySession, files: readonly HeldFile[], wasReplaced: boolean): Action[] {
        const kept = files.map(({ path }) => this.kept.get(keyOf(session, path)));
        if (kept.some((one) => one === undefined)) return [];
        const title = wasReplaced ? 'Undo Replace' : 'Undo Delete';
        return [{ title, run: () => void this.undo(session, kept as Kept[], wasReplaced) }];
    }

    /** Brings files back. What replaced them is kept for a week, like other discarded changes. */
    private async undo(session: RepositorySession, kept: readonly Kept[], wasReplaced: boolean): Promise<void> {
        const { root } = session.repository.options;
        try {
            for (const { path, diskPath, content } of kept) {
                if (wasReplaced) {
                    const what = { diskPath, was: await stat(diskPath) };
                    await this.versions.kept.keepUndone({ root, path }, what, Date.now());
                }
                await putBack(content, root, diskPath, wasReplaced);
            }
        } catch (error) {
            reportError(error, this.log);
        } finally {
            await session.repository.refresh();
        }
    }
}

const keepCopy = 'Keep a Copy';
const withoutCopy = 'Delete Without a Copy';

function keyOf(session: RepositorySession, path: string): string {
    return `${session.repository.options.root}\n${path}`;
}
