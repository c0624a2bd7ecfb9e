import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { commandIds } from '../commandIds';
import { describeError } from '../core/base/errors';
import { plainName } from '../core/base/plainText';
import { folderOf, nameOf } from '../core/base/repositoryPath';
import { formatAge, parseTimestamp } from '../core/base/time';
import { truncate } from '../core/base/truncate';
import type { RepositoryFile } from '../core/repository/snapshot';
import { DisposableStore } from '../model/disposables';
import type { Repositories, RepositoryResource } from '../model/repositories';
import { revisionDescription, revisionLabel } from '../ui/revisionText';
import { onDidAge } from '../ui/ageTicker';
import type { PartAction, PartPage } from './partPage';

/** The name under which package.json contributes it. */
const VIEW_TYPE = 'cncCheckout.part';
const REVISIONS_SHOWN = 5;
const MESSAGE_LENGTH = 2000;

const commandOf: Readonly<Record<PartAction, string>> = {
    open: commandIds.openFile,
    checkOut: commandIds.checkOut,
    checkIn: commandIds.checkIn,
    showHistory: commandIds.showHistory,
};

/** Shows who has a part, in place of its content: that is for the CAM program, and is never read here. */
export class PartEditors implements vscode.CustomReadonlyEditorProvider {
    constructor(
        private readonly repositories: Repositories,
        private readonly ready: Promise<void>,
    ) {}

    register(): vscode.Disposable {
        return vscode.window.registerCustomEditorProvider(VIEW_TYPE, this);
    }

    openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
        return { uri, dispose: () => undefined };
    }

    async resolveCustomEditor({ uri }: vscode.CustomDocument, panel: vscode.WebviewPanel): Promise<void> {
        const { webview } = panel;
        const { partPage } = await import('./partPage.js'); // Whoever opens no part needs none.
        let focused: PartAction | undefined;
        let shown = '';
        let turn = 0;
        const draw = async (): Promise<void> => {
            const mine = ++turn;
            const page = await this.read(uri);
            const text = JSON.stringify(page);
            // The page of a later turn is newer, and one that says the same stays: drawing it takes it from who reads it.
            if (mine !== turn || text === shown) return;
            shown = text;
            webview.html = partPage({ ...page, focused }, randomBytes(16).toString('hex'));
            // Once: a later change must not take the focus from a question that is open by then.
            focused = undefined;
        };
        const disposables = new DisposableStore();
        disposables.addAll(
            this.repositories.onDidReopen(() => void draw()),
            this.repositories.onDidChange(({ session, change }) => {
                const found = this.repositories.find(uri);
                const isIt = found?.session === session && (change.state || change.files.has(found.path));
                if (isIt || (found?.session === session && change.folders.has(folderOf(found.path)))) void draw();
            }),
            vscode.workspace.onDidGrantWorkspaceTrust(() => void draw()),
            onDidAge(() => void draw()),
            webview.onDidReceiveMessage((id: unknown) => {
                if (typeof id !== 'string' || !Object.hasOwn(commandOf, id)) return;
                focused = id as PartAction;
                void vscode.commands.executeCommand(commandOf[focused], uri);
            }),
        );
        panel.onDidDispose(() => disposables.dispose());
        webview.options = { enableScripts: true, localResourceRoots: [] };
        await draw();
    }

    private async read(uri: vscode.Uri): Promise<Omit<PartPage, 'focused'>> {
        await this.ready;
        const found = await this.repositories.findListed(uri);
        const file = found?.session.file(found.path);
        if (found === undefined || file === undefined) {
            const status =
                'This file is in none of the repositories that are open here, so nobody can tell who has it.';
            const name = uri.path.slice(uri.path.lastIndexOf('/') + 1);
            return { name, status, facts: [], notice: '', actions: [], revisions: undefined };
        }
        const { state } = found.session.repository;
        const { revisions, problem } = await latestRevisions(found);
        const isTrouble = 'error' in state;
        const notices = [isTrouble ? state.error.message : whyOnlyLooking(found), problem];
        return {
            name: nameOf(file.path),
            status: isTrouble ? 'Nobody can tell who has this part now.' : statusOf(file),
            facts: isTrouble ? [] : factsOf(file),
            notice: notices.filter(Boolean).join(' '),
            actions: actionsOf(found, file, isTrouble),
            revisions,
        };
    }
}

function statusOf(file: RepositoryFile): string {
    const { state, lock, unreadable, otherComputer } = file;
    if (unreadable !== undefined) return unreadable;
    if (state === 'available') return 'Available: nobody has it checked out.';
    const where = otherComputer === undefined ? '' : `, on ${plainName(otherComputer)}`;
    const missing = file.missing ? ' It is no longer in the repository.' : '';
    if (state === 'heldByMe') return `Checked out by you${where}.${missing}`;
    return `Checked out by ${plainName(lock?.user ?? '')}.${missing} You can look at it, but do not save it.`;
}

function factsOf({ lock }: RepositoryFile): PartPage['facts'] {
    if (lock === undefined) return [];
    const time = parseTimestamp(lock.timestamp);
    const age = formatAge(lock.timestamp, Date.now());
    const since = time === undefined ? '' : new Date(time).toLocaleString();
    const facts: PartPage['facts'] = [
        ['Holder', plainName(lock.user)],
        ['Since', age === undefined ? since : `${since} (${age})`],
        ['Message', truncate(lock.message.trim(), MESSAGE_LENGTH)],
        ['Computer', plainName(lock.host ?? '')],
    ];
    return facts.filter(([, text]) => text !== '');
}

function mayChange({ session }: RepositoryResource): boolean {
    return vscode.workspace.isTrusted && session.server?.role !== 'viewer';
}

function whyOnlyLooking(found: RepositoryResource): string {
    if (mayChange(found)) return '';
    return vscode.workspace.isTrusted
        ? 'You may look at this repository, but not change anything in it.'
        : 'This workspace is in Restricted Mode, so you can look, but not check anything out or in.';
}

function actionsOf(found: RepositoryResource, file: RepositoryFile, isTrouble: boolean): PartAction[] {
    const canChange = !isTrouble && mayChange(found);
    const isFree = canChange && file.state === 'available';
    const isMine = canChange && file.state === 'heldByMe';
    return [
        ...(file.missing ? [] : (['open'] as const)),
        ...(isFree ? (['checkOut'] as const) : []),
        ...(isMine ? (['checkIn'] as const) : []),
        'showHistory',
    ];
}

async function latestRevisions({
    session,
    path,
}: RepositoryResource): Promise<{ readonly revisions: readonly string[]; readonly problem: string }> {
    try {
        const all = await session.repository.revisions.list(path);
        const now = Date.now();
        const lines = all
            .slice(0, REVISIONS_SHOWN)
            .map((revision) => `Revision ${revisionLabel(revision, now)}: ${revisionDescription(revision)}`);
        return { revisions: lines, problem: '' };
    } catch (error) {
        return { revisions: [], problem: `The revisions cannot be read: ${describeError(error)}` };
    }
}
