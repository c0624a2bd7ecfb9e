import type * as vscode from 'vscode';
import type { CheckOutVersions } from '../host/checkOutVersions';
import type { Repositories } from '../host/repositories';
import type { VersionDocuments } from '../host/versionDocuments';

/** What every command works with. */
export interface CommandContext {
    readonly repositories: Repositories;
    readonly versions: CheckOutVersions;
    readonly versionDocuments: VersionDocuments;
    readonly log: vscode.LogOutputChannel;
}
