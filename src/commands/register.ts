// commands: one file for each command of the extension; what commands share is in shared/.

import * as vscode from 'vscode';
import { reportError, reportRestricted } from '../ui/messages';
import { checkIn, checkInAndKeep, checkInWithMessage } from './checkIn';
import { checkInAll } from './checkInAll';
import { checkOut, checkOutAtOnce } from './checkOut';
import { chooseRepository } from './chooseRepository';
import type { CommandContext } from './shared/commandContext';
import { compareWithVersion } from './compareWithVersion';
import { compareRevisions } from './compareRevisions';
import { compareRevisionWithFile } from './compareRevisionWithFile';
import { compareWithPreviousRevision } from './compareWithPreviousRevision';
import { copyLink } from './copyLink';
import { copyLockDetails } from './copyLockDetails';
import { copyRevisionDetails } from './copyRevisionDetails';
import { diagnoseRepository } from './diagnoseRepository';
import { clearHistoryFilter, filterHistory } from './filterHistory';
import { findFile } from './findFile';
import { commandIds, WALKTHROUGH, type CommandName } from '../commandIds';
import { installCommandLine } from './installCommandLine';
import { labelRevision } from './labelRevision';
import { copyPath } from './copyPath';
import { openFile, openToSide } from './openFile';
import { revealInExplorer, revealInOs } from './reveal';
import { openLocksFile } from './openLocksFile';
import { openOldRevision } from './openOldRevision';
import { openRevision } from './openRevision';
import { restoreLocksFile } from './restoreLocksFile';
import { restoreRevision } from './restoreRevision';
import { restoreUndone } from './restoreUndone';
import { saveRevisionCopy } from './saveRevisionCopy';
import { showHistory, showRepositoryHistory } from './showHistory';
import { showMyCheckOuts } from './showMyCheckOuts';
import { takeOver } from './takeOver';
import { signIn, signOut } from './signIn';
import { tidyRevisions } from './tidyRevisions';
import { undoCheckOut } from './undoCheckOut';
import { useLockServer } from './useLockServer';

type Command = (context: CommandContext, ...args: unknown[]) => Promise<void>;

const commands: Record<CommandName, Command> = {
    checkOut,
    checkOutAtOnce,
    checkIn,
    checkInWithMessage,
    checkInAndKeep,
    checkInAll,
    undoCheckOut,
    // The same, under names for a group of the Source Control view.
    checkInGroup: checkIn,
    undoGroup: undoCheckOut,
    restoreUndone,
    takeOver,
    compareWithVersion,
    showMyCheckOuts,
    findFile,
    refresh: async ({ repositories, history }) => {
        // A password, a role or a certificate may be another one by now.
        const isOnServer = repositories.all.some(({ server }) => server !== undefined);
        await (isOnServer ? repositories.reopen() : repositories.refresh());
        history.refresh();
    },
    chooseRepository,
    copyLockDetails,
    copyLink,
    showHistory,
    showRepositoryHistory,
    restoreLocksFile,
    tidyRevisions,
    openLocksFile,
    openFile,
    openToSide,
    revealInExplorer,
    revealInOs,
    copyPath,
    showLog: async ({ log }) => log.show(),
    getStarted: async () => {
        await vscode.commands.executeCommand('workbench.action.openWalkthrough', WALKTHROUGH, false);
    },
    diagnoseRepository,
    installCommandLine,
    openRevision,
    openOldRevision,
    compareWithPreviousRevision,
    compareRevisionWithFile,
    compareRevisions,
    restoreRevision,
    saveRevisionCopy,
    copyRevisionDetails,
    labelRevision,
    filterHistory,
    clearHistoryFilter,
    signIn,
    signOut,
    useLockServer,
};

/** Commands that change something: not available in an untrusted workspace. */
const changing: ReadonlySet<string> = new Set<CommandName>([
    'checkOut',
    'checkOutAtOnce',
    'checkIn',
    'checkInWithMessage',
    'checkInAndKeep',
    'checkInAll',
    'undoCheckOut',
    'checkInGroup',
    'undoGroup',
    'restoreUndone',
    'takeOver',
    'chooseRepository',
    'restoreLocksFile',
    'tidyRevisions',
    'restoreRevision',
    'labelRevision',
    'useLockServer',
]);

/** Registers every command, in a wrapper that logs how long it took and shows what it throws as a message. */
export function registerCommands(context: CommandContext): vscode.Disposable {
    return vscode.Disposable.from(
        ...(Object.entries(commands) as [CommandName, Command][]).map(([name, command]) =>
            vscode.commands.registerCommand(commandIds[name], (...args: unknown[]) =>
                run(context, name, command, args),
            ),
        ),
    );
}

async function run(context: CommandContext, name: CommandName, command: Command, args: unknown[]): Promise<void> {
    if (changing.has(name) && !vscode.workspace.isTrusted) return reportRestricted();
    const started = performance.now();
    try {
        await command(context, ...args);
        context.log.debug(`${name} took ${Math.round(performance.now() - started)} ms.`);
    } catch (error) {
        reportError(error, context.log);
    }
}
