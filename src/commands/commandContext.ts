import type * as vscode from 'vscode';
import type { ModifiedFiles } from '../host/modifiedFiles';
import type { Repositories } from '../host/repositories';

/** What every command works with. */
export interface CommandContext {
    readonly repositories: Repositories;
    readonly modifiedFiles: ModifiedFiles;
    readonly log: vscode.LogOutputChannel;
}
