import type * as vscode from 'vscode';
import type { Repositories } from '../host/repositories';

/** What every command works with. */
export interface CommandContext {
    readonly repositories: Repositories;
    readonly log: vscode.LogOutputChannel;
}
