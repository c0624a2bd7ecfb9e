import * as vscode from 'vscode';
import { commandIds } from '../commandIds';
import { nameOf } from '../core/base/repositoryPath';
import { plainLine } from '../core/base/plainText';
import { canBeListed } from '../core/repository/listing';
import type { CheckOutVersions } from '../model/checkOutVersions';
import { DisposableStore } from '../model/disposables';
import type { Repositories } from '../model/repositories';
import type { RepositorySession } from '../model/repositorySession';
import type { UserNames } from '../model/userNames';
import { listed } from '../ui/heldFiles';
import { reportError, showMessage } from '../ui/messages';

const MESSAGE = 'New file';

/**
 * Checks files out for the user who makes them in VS Code: a new file, a copy, one that is moved into the repository. Nobody
 * else can have them, and who makes a file wants to fill and name it.
 */
export class NewFiles implements vscode.Disposable {
    private readonly disposables = new DisposableStore();

    constructor(
        private readonly repositories: Repositories,
        private readonly versions: CheckOutVersions,
        private readonly names: UserNames,
        private readonly log: vscode.LogOutputChannel,
    ) {
        this.disposables.addAll(
            vscode.workspace.onDidCreateFiles(({ files }) => void this.created(files)),
            vscode.workspace.onDidRenameFiles(({ files }) => {
                void this.created(files.filter(({ oldUri }) => !this.isProgram(oldUri)).map(({ newUri }) => newUri));
            }),
        );
    }

    dispose(): void {
        this.disposables.dispose();
    }

    private async created(uris: readonly vscode.Uri[]): Promise<void> {
        if (!vscode.workspace.isTrusted) return;
        const made = new Map<RepositorySession, string[]>();
        for (const uri of uris.filter((one) => this.isProgram(one))) {
            const { session, path } = this.repositories.find(uri)!;
            if (session.settings.editProtection !== 'off') made.set(session, [...(made.get(session) ?? []), path]);
        }
        for (const [session, paths] of made) {
            try {
                await this.checkOut(session, paths);
            } catch (error) {
                reportError(error, this.log);
            }
        }
    }

    private async checkOut(session: RepositorySession, paths: readonly string[]): Promise<void> {
        await session.lookNow();
        const free = paths.filter((path) => !session.repository.snapshot.isHeld(path));
        if (free.length === 0) return;
        if (session.settings.requireMessage || this.names.isShared(session)) {
            const uris = free.map((path) => session.uriOf(path));
            // Asks for what is needed.
            await vscode.commands.executeCommand(commandIds.checkOut, uris[0], uris, 'alone');
            return;
        }
        const outcomes = await session.repository.checkOut(free, MESSAGE);
        this.versions.noteCheckOut(session, outcomes);
        const done = outcomes.filter(({ lock }) => lock !== undefined).map(({ path }) => path);
        // A folder whose name ends like that of a program, or a link, is no file of the repository.
        for (const { refusal } of outcomes) if (refusal !== undefined) this.log.info(refusal.message);
        if (done.length === 0) return;
        const [is, it] = done.length === 1 ? ['is', 'it'] : ['are', 'them'];
        const what = listed(done.map((path) => plainLine(nameOf(path))));
        const uris = done.map((path) => session.uriOf(path));
        const checkIn = { title: 'Check In', command: commandIds.checkIn, arguments: [uris[0], uris] };
        showMessage('info', `${what} ${is} new, and checked out by you. Check ${it} in when done.`, [checkIn]);
    }

    /** Whether a resource can be a file that is checked out, by its name. */
    private isProgram(uri: vscode.Uri): boolean {
        const found = this.repositories.find(uri);
        return found !== undefined && canBeListed(found.path, found.session.settings.extensions);
    }
}
