import * as os from 'node:os';
import * as vscode from 'vscode';
import { DEFAULT_JOB_PATTERN } from '../core/programs/jobs';

const SECTION = 'cncCheckout';

/** Whether a check-out or check-in includes the other files of a job. */
type JobSets = 'ask' | 'always' | 'never';

/** What happens to an editor of a file that the user has not checked out. */
export type EditProtection = 'readOnly' | 'prompt' | 'off';

/** The settings of one workspace folder. Variables in paths are replaced. */
export interface Settings {
    readonly repository: string;
    /** Whether the repository was set explicitly: if it is missing, the share is unreachable, not the folder wrong. */
    readonly repositoryChosen: boolean;
    readonly locksFile: string;
    /** Lower case, with the dot. */
    readonly extensions: ReadonlySet<string>;
    readonly user: string;
    /** Whether the name is set; else it is that of the account on this computer. */
    readonly userChosen: boolean;
    readonly host: string;
    readonly requireMessage: boolean;
    /** Whether a check-in asks for a message, too. */
    readonly askForCheckInMessage: boolean;
    /** Bytes up to which a copy of a file is kept at its check-out. */
    readonly keepVersionsUpTo: number;
    /** Whether a check-in keeps what was checked in, for everybody. */
    readonly keepsRevisions: boolean;
    readonly editProtection: EditProtection;
    readonly jobSets: JobSets;
    readonly warnAboutStalePrograms: boolean;
    /** See `JobPattern`. */
    readonly jobPattern: string;
    /** Milliseconds. */
    readonly pollInterval: number;
    /** Milliseconds. */
    readonly mutexTimeout: number;
}

/** Reads the settings of a workspace folder. In Restricted Mode VS Code itself ignores paths set by the workspace. */
export function readSettings(folder: vscode.WorkspaceFolder): Settings {
    const configuration = vscode.workspace.getConfiguration(SECTION, folder.uri);
    const written = (key: string): string => {
        // VS Code underlines a value of the wrong type, but returns it all the same.
        const value = configuration.get<unknown>(key);
        return typeof value === 'string' ? value.trim() : '';
    };
    const text = (key: string): string => fillIn(written(key), folder.uri.fsPath);
    const repository = text('repository');
    return {
        repository: repository || 'repo',
        repositoryChosen: repository !== '' && repository !== 'repo',
        locksFile: text('locksFile') || 'locks.json',
        extensions: readExtensions(configuration.get<unknown>('fileExtensions')),
        user: written('userName') || accountName(),
        userChosen: written('userName') !== '',
        host: os.hostname(),
        requireMessage: configuration.get<unknown>('requireMessage') === true,
        askForCheckInMessage: configuration.get<unknown>('askForCheckInMessage') === true,
        keepVersionsUpTo: megabytes(configuration.get('keepVersionsUpTo'), 500),
        keepsRevisions: configuration.get<unknown>('keepRevisions') !== false,
        editProtection: readProtection(configuration.get<unknown>('editProtection')),
        jobSets: readJobSets(configuration.get<unknown>('jobSets')),
        warnAboutStalePrograms: configuration.get<unknown>('warnAboutStalePrograms') !== false,
        jobPattern: written('jobPattern') || DEFAULT_JOB_PATTERN,
        pollInterval: seconds(configuration.get('pollInterval'), 2, 0.2),
        mutexTimeout: seconds(configuration.get('mutexTimeout'), 15, 1),
    };
}

/** Calls `listener` when a setting of this extension changes. */
export function onDidChangeSettings(listener: () => void): vscode.Disposable {
    return vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(SECTION)) listener();
    });
}

/** Sets the repository of a workspace folder, and its locks file unless that is the default. */
export async function chooseRepository(
    folder: vscode.WorkspaceFolder,
    repository: string,
    locksFile: string | undefined,
): Promise<void> {
    const configuration = vscode.workspace.getConfiguration(SECTION, folder.uri);
    const target = vscode.ConfigurationTarget.WorkspaceFolder;
    await configuration.update('locksFile', locksFile, target);
    await configuration.update('repository', repository, target);
}

/** Sets the name under which the user checks files out, on this computer. */
export async function chooseUserName(name: string): Promise<void> {
    await vscode.workspace.getConfiguration(SECTION).update('userName', name, vscode.ConfigurationTarget.Global);
}

function fillIn(value: string, workspaceFolder: string): string {
    return value.replace(/\$\{(workspaceFolder|userHome|env:([^}]+))\}/g, (_, name: string, variable?: string) => {
        if (name === 'workspaceFolder') return workspaceFolder;
        return name === 'userHome' ? os.homedir() : (process.env[variable ?? ''] ?? '');
    });
}

function readExtensions(value: unknown): ReadonlySet<string> {
    const texts = Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
    const extensions = texts
        .map((text) => text.trim().toLowerCase().replace(/^\.*/, '.'))
        .filter((text) => text !== '.');
    return new Set(extensions.length > 0 ? extensions : ['.mcam', '.vnc']);
}

function readJobSets(value: unknown): JobSets {
    return value === 'always' || value === 'never' ? value : 'ask';
}

function readProtection(value: unknown): EditProtection {
    return value === 'prompt' || value === 'off' ? value : 'readOnly';
}

function accountName(): string {
    try {
        return os.userInfo().username;
    } catch {
        // Some containers have no entry for the account; the environment may still name it.
        return process.env['USERNAME'] ?? process.env['USER'] ?? 'unknown';
    }
}

function megabytes(value: unknown, otherwise: number): number {
    return 2 ** 20 * Math.max(0, typeof value === 'number' && Number.isFinite(value) ? value : otherwise);
}

function seconds(value: unknown, otherwise: number, least: number): number {
    return 1000 * Math.max(least, typeof value === 'number' && Number.isFinite(value) ? value : otherwise);
}
