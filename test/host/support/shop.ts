import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import { workspaceFiles } from '../../support/temporaryWorkspace';
import { activateInternals } from '../../support/internals';
import { takeMessages, takeQuestions } from './screen';
import { LocksFile } from '../../../src/core/locks/locksFile';
import { FileLockStore } from '../../../src/core/locks/fileLockStore';
import { Repository } from '../../../src/core/repository/repository';
import type { Internals } from '../../../src/extension';
import { resetSettings, set } from './settings';
import type { RepositorySession } from '../../../src/model/repositorySession';
import type { TreeNode } from '../../../src/views/treeNodes';

/** A lock as the locks file has it. */
interface WrittenLock {
    readonly user: string;
    readonly timestamp: string;
    readonly message: string;
    readonly host?: string;
}

/** A row of the tree: what the extension knows it by, and what VS Code shows of it. */
export interface Row {
    readonly node: TreeNode;
    readonly item: vscode.TreeItem;
}

const extensions = new Set(['.mcam', '.vnc']);

/** The folder that this VS Code has open. */
export function shopFolder(): string {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder, 'This VS Code has no folder open.');
    return folder.uri.fsPath;
}

export function inShop(...parts: string[]): string {
    return join(shopFolder(), ...parts);
}

/** The path on disk of a file of the repository. */
export function onDisk(path: string): string {
    return inShop('repo', ...path.split('/'));
}

export function uriOf(path: string): vscode.Uri {
    return vscode.Uri.file(onDisk(path));
}

/** What the extension offers, once it was activated. */
export let api: Internals;

export async function activate(): Promise<Internals> {
    api = await activateInternals();
    await api.ready;
    return api;
}

/** The name under which the user checks files out. */
export function me(): string {
    return repositoryOf(api).settings.user;
}

/**
 * Gives each test of a suite the shop as it was at first: its files, the settings, no locks, no history and revisions, no editors.
 * @param settings those that all tests of the suite have
 */
export function useTidyShop(settings: Readonly<Record<string, unknown>> = {}): void {
    before(async () => {
        await activate();
        for (const [key, value] of Object.entries(settings)) await set(api, key, value);
    });
    beforeEach(() => tidyUp(api));
    afterEach(() => resetSettings(api, Object.keys(settings)));
    after(async () => {
        await resetSettings(api);
        await tidyUp(api);
    });
}

/** What is in a file of the repository before each test. */
export function originalOf(path: string): Buffer {
    return Buffer.from(workspaceFiles[`repo/${path}`]!);
}

/** The one repository that is open. */
export function repositoryOf(api: Internals): RepositorySession {
    const [session, ...others] = api.repositories.all;
    assert.ok(session && others.length === 0, `There are ${api.repositories.all.length} repositories open.`);
    return session;
}

/** Begins a test: files as they were, no locks, no history and revisions, every folder looked at, no editors, all files in the tree. */
export async function tidyUp(api: Internals): Promise<void> {
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    // What was checked in by an earlier test would be compared with what this one begins with.
    for (const session of api.repositories.all) await api.found.whenKept(session);
    await Promise.all([
        vscode.commands.executeCommand('notifications.clearAll'),
        rm(inShop('locks.revisions'), { recursive: true, force: true }),
        rm(inShop('locks.history.jsonl'), { force: true }),
        closeEditors(),
        rm(inShop('locks.json'), { force: true }),
        rm(inShop('locks.json.bak'), { force: true }),
        vscode.commands.executeCommand('cncCheckout.filterAll'),
        vscode.commands.executeCommand('cncCheckout.groupByFolder'),
    ]);
    await restoreFiles();
    const { repository } = repositoryOf(api);
    await repository.lookEverywhere();
    await repository.refresh();
    takeMessages();
    takeQuestions();
}

/** When each file of the shop was changed, at first. */
const firstTimes = new Map<string, Date>();

/** Puts the files of the repository back as they were before the first test, and removes all others. */
async function restoreFiles(): Promise<void> {
    const kept = Object.keys(workspaceFiles).flatMap((path) => /^repo\/(.+)$/.exec(path)?.[1] ?? []);
    for (const path of kept) {
        const file = onDisk(path);
        const [there, time] = await Promise.all([readFile(file), stat(file)]).then(
            ([text, { mtime }]) => [text, mtime] as const,
            () => [undefined, undefined] as const,
        );
        const first = firstTimes.get(path) ?? time ?? new Date();
        firstTimes.set(path, first);
        if (there?.equals(originalOf(path)) && time?.getTime() === first.getTime()) continue;
        await writeFile(file, originalOf(path));
        await utimes(file, first, first);
    }
    for (const name of await readdir(inShop('repo'), { recursive: true })) {
        const path = name.replaceAll('\\', '/');
        const isKept = kept.some((one) => one === path || one.startsWith(`${path}/`));
        if (!isKept) await rm(inShop('repo', name), { recursive: true, force: true });
    }
}

async function closeEditors(): Promise<void> {
    // VS Code's own settings file is unsaved for a moment too, while a setting changes, and is left to it.
    const isOfShop = ({ uri }: vscode.TextDocument): boolean => uri.fsPath.startsWith(inShop('repo'));
    // Closing an editor with unsaved edits would ask.
    for (const document of vscode.workspace.textDocuments.filter((one) => one.isDirty && isOfShop(one))) {
        await vscode.window.showTextDocument(document);
        await vscode.commands.executeCommand('workbench.action.files.revert');
    }
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}

/** Writes the locks file as another program would, and lets the extension see it. */
export async function writeLocks(api: Internals, locks: Record<string, WrittenLock> | string): Promise<void> {
    await writeFile(inShop('locks.json'), typeof locks === 'string' ? locks : JSON.stringify(locks, undefined, 4));
    await repositoryOf(api).repository.refresh();
}

/** The text of the locks file; empty when there is none. */
export async function readLocksText(): Promise<string> {
    return readFile(inShop('locks.json'), 'utf8').catch(() => '');
}

/** Who holds what, by the file itself. */
export async function readHolders(): Promise<Record<string, string>> {
    const locks = JSON.parse((await readLocksText()) || '{}') as Record<string, WrittenLock>;
    return Object.fromEntries(Object.entries(locks).map(([path, { user }]) => [path, user]));
}

/** A lock that was taken so many minutes ago. */
export function lockOf(user: string, message = '', minutes = 120): WrittenLock {
    const timestamp = new Date(Date.now() - minutes * 60_000).toISOString().replace('Z', '000+00:00');
    return { user, timestamp, message };
}

/** The locks file as another computer opens it. */
export function locksFileOf(user: string): LocksFile {
    return new LocksFile(inShop('locks.json'), { owner: { user, host: 'OFFICE-PC' }, timeout: 60_000 });
}

/** The repository as a colleague's computer opens it. */
export function colleague(user: string): Repository {
    const options = { root: inShop('repo'), extensions, user, host: 'OFFICE-PC' };
    return new Repository(options, new FileLockStore(locksFileOf(user)));
}

/** Runs the command line in a process of its own. */
export async function commandLine(...args: string[]): Promise<void> {
    const cli = join(__dirname, '..', '..', '..', '..', 'dist', 'cli.js');
    // On the desktop this process is Electron, which then does as Node does.
    const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
    await promisify(execFile)(process.execPath, [cli, ...args, '--root', shopFolder()], { env });
}

/** The rows below a row, or at the top. */
export async function rows(api: Internals, parent?: Row): Promise<Row[]> {
    const nodes = await api.tree.getChildren(parent?.node);
    return nodes.map((node) => ({ node, item: api.tree.getTreeItem(node) }));
}

export async function labels(api: Internals, parent?: Row): Promise<string[]> {
    return (await rows(api, parent)).map(({ item }) => labelOf(item));
}

/** The row with this path of labels. */
export async function row(api: Internals, ...path: string[]): Promise<Row> {
    let found: Row | undefined;
    for (const label of path) {
        const candidates = await rows(api, found);
        found = candidates.find(({ item }) => item.label === label);
        assert.ok(found, `There is no row ${label}, only ${candidates.map(({ item }) => labelOf(item)).join(', ')}.`);
    }
    assert.ok(found);
    return found;
}

function labelOf({ label }: vscode.TreeItem): string {
    return typeof label === 'string' ? label : (label?.label ?? '');
}
