import * as vscode from 'vscode';
import { commandIds } from '../commandIds';
import { activeResource } from '../ui/openEditors';
import { guardedFile, whyGuarded, type GuardedFile } from '../model/protection';
import { showMessage } from '../ui/messages';
import type { Repositories } from '../model/repositories';
import { suggestedActions } from './suggestedActions';

/** Explains why a file is read-only. */
export class ProtectionMessage {
    constructor(private readonly repositories: Repositories) {}

    /** The user wants to write in a read-only editor: checks its file out, or says why that cannot be. */
    async attempted(file: GuardedFile): Promise<void> {
        const { command, arguments: args = [] } = suggestedActions(this.repositories, file)[0] ?? {};
        if (command === commandIds.checkOut) await vscode.commands.executeCommand(command, ...args);
        else this.tell(file);
    }

    /**
     * The command Why Is This File Read-Only?
     * @param uri the file; by default that of the active editor
     */
    explain(uri: unknown): void {
        const asked = uri instanceof vscode.Uri ? uri : activeResource();
        const file = asked && guardedFile(this.repositories, asked);
        if (file !== undefined) this.tell(file);
        else showMessage('info', 'The active editor does not show a file of a repository.');
    }

    private tell(file: GuardedFile): void {
        const advice = file.holder === 'nobody' ? ' Check it out to edit it.' : '';
        showMessage('info', whyGuarded(file, Date.now()) + advice, suggestedActions(this.repositories, file));
    }
}
