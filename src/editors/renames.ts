import * as vscode from 'vscode';
import { describeError } from '../core/base/errors';
import { folderOf, joinPath, nameOf } from '../core/base/repositoryPath';
import { plainLine } from '../core/base/plainText';
import { movedPath } from '../core/history/renamedFile';
import type { Renaming } from '../core/locks/renameRule';
import type { Done } from '../core/locks/rules';
import { canBeListed } from '../core/repository/listing';
import type { CheckOutVersions } from '../model/checkOutVersions';
import { DisposableStore } from '../model/disposables';
import type { Repositories, RepositoryResource } from '../model/repositories';
import type { RepositorySession } from '../model/repositorySession';
import { heldByOthers, listed, type HeldFile } from '../ui/heldFiles';
import { showInStatusBar, showMessage } from '../ui/messages';

interface UriRenaming {
    readonly oldUri: vscode.Uri;
    readonly newUri: vscode.Uri;
}

/** A file whose lock went along. */
interface WentAlong extends HeldFile {
    readonly from: string;
}

/** What came of one rename. */
interface Followed {
    readonly mine: readonly WentAlong[];
    readonly others: readonly WentAlong[];
    /** Why a check-out could not go along, as sentences. */
    readonly stuck: readonly string[];
}

const nothing: Followed = { mine: [], others: [], stuck: [] };

/**
 * Has the locks go along with files and folders that VS Code renames: in the Explorer, by another extension, or as an undo of
 * that. Says who has the files of others, with a button that renames them back.
 */
export class Renames implements vscode.Disposable {
    /** Ends what was begun for a rename, by its new name. */
    private readonly begun = new Map<string, () => void>();
    /** The new names of renames that undo others: who has the files was said. */
    private readonly undoing = new Set<string>();
    private readonly disposables = new DisposableStore();

    constructor(
        private readonly repositories: Repositories,
        private readonly versions: CheckOutVersions,
        private readonly log: vscode.LogOutputChannel,
    ) {
        this.disposables.addAll(
            vscode.workspace.onWillRenameFiles(({ files }) => files.forEach((file) => this.begin(file))),
            vscode.workspace.onDidRenameFiles(({ files }) => void this.renamed(files)),
        );
    }

    dispose(): void {
        this.disposables.dispose();
    }

    private begin(file: UriRenaming): void {
        const renaming = this.inOneRepository(file);
        const name = file.newUri.toString();
        this.begun.get(name)?.();
        if (renaming !== undefined) this.begun.set(name, renaming.session.renames.begin(renaming));
    }

    private async renamed(files: readonly UriRenaming[]): Promise<void> {
        const followed: Followed[] = [];
        for (const file of files) {
            const name = file.newUri.toString();
            const after = await this.follow(file);
            this.begun.get(name)?.();
            this.begun.delete(name);
            if (!this.undoing.delete(name)) followed.push(after);
        }
        this.tell(files, {
            mine: followed.flatMap(({ mine }) => mine),
            others: followed.flatMap(({ others }) => others),
            stuck: followed.flatMap(({ stuck }) => stuck),
        });
    }

    private async follow(file: UriRenaming): Promise<Followed> {
        const before = this.repositories.find(file.oldUri);
        if (before === undefined) return nothing;
        const renaming = this.inOneRepository(file);
        const held = heldBelow(before.session, before.path);
        if (renaming === undefined) return this.stays(before, held, whereTo(this.repositories, file.newUri));
        const { session, from, to } = renaming;
        if (held.length === 0 && !isOfRepository(session, from, to)) return nothing;
        if (!vscode.workspace.isTrusted) return this.stays(before, held, 'renamed in Restricted Mode');
        try {
            const outcomes = await session.repository.followRename({ from, to });
            const done = outcomes.filter((outcome): outcome is Done & WentAlong => outcome.from !== undefined);
            const mine = done.filter(({ lock }) => this.repositories.names.isMine(session, lock));
            this.versions.noteRename(session, mine);
            const others = done.filter((one) => !mine.includes(one));
            const refusal = outcomes.find((outcome) => outcome.refusal !== undefined)?.refusal;
            if (refusal === undefined) return { mine, others, stuck: [] };
            return this.stays(before, held, `renamed to ${to}`, refusal.message);
        } catch (error) {
            return this.stays(before, held, `renamed to ${to}`, describeError(error));
        }
    }

    /** For check-outs that stay under the old name. */
    private stays(before: RepositoryResource, held: readonly HeldFile[], what: string, why = ''): Followed {
        if (held.length === 0 && why === '') return nothing;
        const whose = held.length === 0 ? '' : ` ${this.whoseStays(held, before.session)}`;
        const text = `${before.path} was ${what}.${whose} ${why}`.trim();
        this.log.warn(text);
        return { ...nothing, stuck: [text] };
    }

    private whoseStays(held: readonly HeldFile[], session: RepositorySession): string {
        const others = held.filter(({ lock }) => !this.repositories.names.isMine(session, lock));
        if (others.length > 0) return `${heldByOthers(others, Date.now())} That stays under the old name.`;
        return held.length === 1
            ? 'You still have it checked out under its old name.'
            : `You still have ${held.length} files checked out under their old names.`;
    }

    private tell(files: readonly UriRenaming[], { mine, others, stuck }: Followed): void {
        const undo = { title: 'Undo Rename', run: () => void this.undo(files) };
        if (others.length > 0) {
            const [it, went] = others.length === 1 ? ['it', 'check-out'] : ['them', 'check-outs'];
            const now = listed(others.map(({ path }) => path));
            const text = `${heldByOthers(
                others.map(({ from, lock }) => ({ path: from, lock })),
                Date.now(),
            )} You renamed ${it} to ${now}. The ${went} went along.`;
            showMessage('warning', text, [undo]);
        }
        if (stuck.length > 0) showMessage('warning', stuck.slice(0, 3).join(' '), [undo]);
        const [first] = mine;
        if (first === undefined) return;
        const what = mine.length === 1 ? nameOf(first.path) : `${mine.length} renamed files`;
        showInStatusBar(`Still checked out by you: ${plainLine(what)}`);
    }

    private async undo(files: readonly UriRenaming[]): Promise<void> {
        for (const { oldUri, newUri } of files.toReversed()) {
            const edit = new vscode.WorkspaceEdit();
            edit.renameFile(newUri, oldUri, { overwrite: false });
            this.undoing.add(oldUri.toString());
            if (await vscode.workspace.applyEdit(edit)) continue;
            this.undoing.delete(oldUri.toString());
            const [now, before] = [newUri, oldUri].map(({ path }) => nameOf(path));
            showMessage('warning', `${now} could not be renamed back to ${before}. Rename it in the Explorer.`);
        }
    }

    /** A rename inside one repository. */
    private inOneRepository({
        oldUri,
        newUri,
    }: UriRenaming): (Renaming & { readonly session: RepositorySession }) | undefined {
        const [before, after] = [this.repositories.find(oldUri), this.repositories.find(newUri)];
        if (before === undefined || after === undefined || before.session !== after.session) return undefined;
        // As it is spelled now: the listing may still have the old spelling.
        const to = joinPath(folderOf(after.path), nameOf(newUri.path));
        return { session: before.session, from: before.path, to };
    }
}

/** The files that somebody has checked out at a path or below it, by the locks as they are known. */
export function heldBelow(session: RepositorySession, ...paths: readonly string[]): HeldFile[] {
    return session.repository.snapshot
        .held()
        .flatMap(({ path, lock }) =>
            lock !== undefined && paths.some((one) => movedPath(path, one, one) !== undefined) ? { path, lock } : [],
        );
}

/** Whether the history is to tell of the rename of something that nobody has checked out. */
function isOfRepository({ settings, repository }: RepositorySession, from: string, to: string): boolean {
    const isFolder = repository.snapshot.locateFolder(from) !== undefined;
    return isFolder || (canBeListed(from, settings.extensions) && canBeListed(to, settings.extensions));
}

function whereTo(repositories: Repositories, uri: vscode.Uri): string {
    const other = repositories.find(uri);
    return other === undefined ? 'moved out of the repository' : `moved into another repository, ${other.session.name}`;
}
