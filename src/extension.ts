import * as vscode from 'vscode';
import { describeError } from './core/base/errors';
import { createExports } from './api/exports';
import type { CncCheckoutExports } from './api/version1';
import { registerCommands } from './commands/register';
import type { ReadOnlyEditors } from './editors/readOnlyEditors';
import { registerProtection } from './editors/register';
import { registerContextKeys } from './ui/contextKeys';
import { ChangedOutside } from './model/changedOutside';
import { OldCopies } from './core/revisions/oldCopies';
import { CheckOutVersions } from './model/checkOutVersions';
import { CommandLine } from './model/commandLine';
import { FoundContents } from './model/foundContents';
import { LockServers } from './model/lockServers';
import { ModifiedFiles } from './model/modifiedFiles';
import { RecentMessages } from './model/recentMessages';
import { Repositories } from './model/repositories';
import { ShownHistory } from './model/shownHistory';
import { StalePrograms } from './model/stalePrograms';
import { UserNames } from './model/userNames';
import { showMessage, warnOnce } from './ui/messages';
import { createLog } from './ui/log';
import { withProgress } from './ui/progress';
import { VERSION_SCHEME, VersionDocuments } from './ui/versionDocuments';
import { ChangedName } from './views/changedName';
import { registerCheckedOutView } from './views/checkedOutView';
import { registerDecorations } from './views/decorations';
import type { FileTree } from './views/fileTree';
import { registerFileTree } from './views/fileView';
import type { HistoryTree } from './views/historyTree';
import { registerHistoryView } from './views/historyView';
import { registerLinks } from './views/links';
import { LockServerNotices } from './views/lockServerNotices';
import { LostCheckOuts } from './views/lostCheckOuts';
import { registerOutsideProblems } from './views/outsideProblems';
import { PartEditors } from './views/partEditor';
import { registerQuickDiff } from './views/quickDiff';
import { registerStaleProblems } from './views/staleProblems';
import { registerStatusBar } from './views/statusBar';
import { TightDisk } from './views/tightDisk';
import { WhoHasTool } from './views/whoHasTool';

/** What the tests of this extension look at. No other extension gets it: nothing of it stays as it is. */
export interface Internals {
    readonly repositories: Repositories;
    readonly tree: FileTree;
    readonly checkedOutTree: FileTree;
    readonly history: ShownHistory;
    readonly historyTree: HistoryTree;
    readonly statusBarItem: vscode.StatusBarItem;
    readonly readOnlyEditors: ReadOnlyEditors;
    readonly modifiedFiles: ModifiedFiles;
    readonly changedOutside: ChangedOutside;
    readonly versions: CheckOutVersions;
    readonly found: FoundContents;
    readonly links: vscode.UriHandler;
    readonly whoHas: WhoHasTool;
    /** Settles when the repositories of the window have been found and read for the first time. */
    readonly ready: Promise<void>;
    /** How long the activation took, in milliseconds. */
    readonly activatedIn: number;
}

/** What `activate` gives: the API for other extensions and, where VS Code runs tests of this one, what they look at. */
export interface Exports extends CncCheckoutExports {
    readonly forTests?: Internals;
}

export function activate(context: vscode.ExtensionContext): Exports {
    const started = performance.now();
    const log = createLog();
    const lockServers = new LockServers(context.secrets, context.globalState);
    const names = new UserNames(context.globalState);
    const repositories = new Repositories(log, warnOnce, lockServers, names);
    context.subscriptions.push(log, lockServers, repositories, registerContextKeys(repositories));
    const stalePrograms = new StalePrograms(repositories);
    const versions = new CheckOutVersions(context.globalStorageUri, repositories, log, withProgress, (sentence) =>
        showMessage('warning', sentence),
    );
    const modifiedFiles = new ModifiedFiles(repositories, versions);
    const changedOutside = new ChangedOutside(repositories, log);
    const found = new FoundContents(
        withProgress,
        (sentence) => showMessage('warning', sentence),
        (sentence) => log.warn(sentence),
    );
    const versionDocuments = new VersionDocuments(repositories, versions);
    context.subscriptions.push(
        stalePrograms,
        versions,
        modifiedFiles,
        changedOutside,
        versionDocuments,
        vscode.workspace.registerTextDocumentContentProvider(VERSION_SCHEME, versionDocuments),
    );
    const history = new ShownHistory(repositories);
    context.subscriptions.push(history);
    const tree = registerFileTree(context, repositories, stalePrograms, modifiedFiles, changedOutside, history.subject);
    const checkedOutTree = registerCheckedOutView(
        context,
        repositories,
        stalePrograms,
        modifiedFiles,
        changedOutside,
        history.subject,
    );
    const historyTree = registerHistoryView(context, history);
    registerStaleProblems(context, stalePrograms);
    registerOutsideProblems(context, changedOutside);
    registerDecorations(context, repositories, modifiedFiles, changedOutside, stalePrograms);
    context.subscriptions.push(new ChangedName(repositories, names, log));
    context.subscriptions.push(new LostCheckOuts(repositories, versions, context.workspaceState));
    context.subscriptions.push(new LockServerNotices(repositories));
    context.subscriptions.push(new TightDisk(repositories, context.globalState));
    registerQuickDiff(context, repositories, modifiedFiles, versions);
    const statusBarItem = registerStatusBar(context, repositories);
    const readOnlyEditors = registerProtection(context, repositories, versions, names, log);
    const oldCopies = new OldCopies(versions.folder);
    context.subscriptions.push(
        registerCommands({
            repositories,
            versions,
            changedOutside,
            found,
            versionDocuments,
            names,
            recentMessages: new RecentMessages(context.globalState),
            commandLine: new CommandLine(context, log),
            history,
            oldCopies,
            log,
        }),
    );
    // Deferred, so that the window does not wait for a share.
    const ready = new Promise<void>((resolve) => setImmediate(() => void repositories.reopen().then(resolve)));
    const links = registerLinks(context, repositories, ready);
    context.subscriptions.push(new PartEditors(repositories, ready).register());
    const whoHas = new WhoHasTool(repositories, ready);
    context.subscriptions.push(whoHas.register());
    void ready.then(() => versions.tidy());
    void ready.then(() => oldCopies.clear(Date.now())).catch((error: unknown) => log.warn(describeError(error)));
    const activatedIn = performance.now() - started;
    log.debug(`Activated in ${activatedIn.toFixed(1)} ms.`);
    const { subscriptions } = context;
    const exported = createExports({ repositories, versions, found, names, log, ready, subscriptions });
    if (context.extensionMode !== vscode.ExtensionMode.Test) return exported;
    const forTests: Internals = {
        repositories,
        tree,
        checkedOutTree,
        statusBarItem,
        readOnlyEditors,
        history,
        historyTree,
        modifiedFiles,
        changedOutside,
        versions,
        found,
        links,
        whoHas,
        ready,
        activatedIn,
    };
    return { ...exported, forTests };
}
