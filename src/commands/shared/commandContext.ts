import type * as vscode from 'vscode';
import type { ChangedOutside } from '../../model/changedOutside';
import type { OldCopies } from '../../core/revisions/oldCopies';
import type { CheckOutVersions } from '../../model/checkOutVersions';
import type { CommandLine } from '../../model/commandLine';
import type { FoundContents } from '../../model/foundContents';
import type { RecentMessages } from '../../model/recentMessages';
import type { Repositories } from '../../model/repositories';
import type { ShownHistory } from '../../model/shownHistory';
import type { UserNames } from '../../model/userNames';
import type { VersionDocuments } from '../../ui/versionDocuments';

/** What every command needs. */
export interface CommandContext {
    readonly repositories: Repositories;
    readonly versions: CheckOutVersions;
    readonly changedOutside: ChangedOutside;
    readonly found: FoundContents;
    readonly versionDocuments: VersionDocuments;
    readonly names: UserNames;
    readonly commandLine: CommandLine;
    readonly recentMessages: RecentMessages;
    readonly history: ShownHistory;
    readonly oldCopies: OldCopies;
    readonly log: vscode.LogOutputChannel;
}
