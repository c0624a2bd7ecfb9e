import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import {
    DEFAULT_RETENTION,
    parseRetention,
    type RetentionRule,
    type RetentionRules,
} from '../core/revisions/retention';
import { DEFAULT_JOB_PATTERN } from '../core/programs/jobs';

const SECTION = 'cncCheckout';
/** The limits that package.json declares. A timer of more than 24 days would run at once, again and again. */
const MOST_SECONDS = 600;
const MOST_MEGABYTES = 1_000_000;
const MOST_DAYS = 10_000;
const DAY_MS = 24 * 60 * 60 * 1000;

/** Whether a check-out or check-in includes the other files of a job. */
type JobSets = 'ask' | 'always' | 'never';

/** What happens to an editor of a file that the user has not checked out. */
export type EditProtection = 'readOnly' | 'prompt' | 'off';

/** A lock server as the settings name it. */
export interface ChosenServer {
    /** As a person wrote it. */
    readonly address: string;
    /** Absolute path of the certificates of the authorities that are trusted; undefined for those of Node.js. */
    readonly ca: string | undefined;
    /** Which settings name it, for a question: "your own settings". */
    readonly namedBy: string;
}

/** With what a repository is opened. A change opens it again. Variables in paths are replaced. */
interface OpeningSettings {
    /** Undefined where nobody chose one. If a chosen one is missing, the share is unreachable, not the folder wrong. */
    readonly repository: string | undefined;
    /** Undefined where nobody chose one. */
    readonly locksFile: string | undefined;
    /** Where check-outs are recorded in place of a locks file. Undefined where nobody chose one. */
    readonly lockServer: ChosenServer | undefined;
    /** Why the paths cannot be used, as a sentence. */
    readonly pathProblem: string | undefined;
    /** Lower case, with the dot. */
    readonly extensions: ReadonlySet<string>;
    readonly user: string;
    /** Whether the name is set; else it is that of the account on this computer. */
    readonly userChosen: boolean;
    readonly host: string;
    /** Whether a check-in keeps what was checked in, for everybody. */
    readonly keepsRevisions: boolean;
    /** Bytes; nothing is kept of a larger file. Undefined where there is no limit. */
    readonly keepsRevisionsUpTo: number | undefined;
    /** See `JobPattern`. */
    readonly jobPattern: string;
    /** Milliseconds. */
    readonly pollInterval: number;
    /** Milliseconds. */
    readonly mutexTimeout: number;
}

/**
 * What is asked each time that it is needed. A change is in force at once: to open a repository again takes long where the
 * share is slow.
 */
export interface LiveSettings {
    readonly requireMessage: boolean;
    /** Whether a check-in asks for a message, too. */
    readonly askForCheckInMessage: boolean;
    /** Bytes up to which a copy of a file is kept at its check-out. */
    readonly keepVersionsUpTo: number;
    /** Which revisions stay when they are tidied up. */
    readonly retention: RetentionRules;
    /** Why the rules for that cannot be used, as a sentence. */
    readonly retentionProblem: string | undefined;
    readonly editProtection: EditProtection;
    /** Whether the editor of a file says above the first line who has it. */
    readonly showHolderInEditor: boolean;
    readonly jobSets: JobSets;
    readonly warnAboutStalePrograms: boolean;
    readonly warnAboutOutsideChanges: boolean;
    /** Milliseconds; a longer check-out is marked. `Infinity` where none is. */
    readonly oldCheckOutMs: number;
}

/** The settings of one workspace folder. */
export interface Settings extends OpeningSettings, LiveSettings {}

/** Reads the settings of a workspace folder. In Restricted Mode VS Code itself ignores paths set by the workspace. */
export function readSettings(folder: vscode.WorkspaceFolder): Settings {
    return { ...readOpeningSettings(folder), ...readLiveSettings(folder) };
}

/** Reads those whose change is in force without opening the repository again. */
export function readLiveSettings(folder: vscode.WorkspaceFolder): LiveSettings {
    const configuration = vscode.workspace.getConfiguration(SECTION, folder.uri);
    return {
        requireMessage: configuration.get<unknown>('requireMessage') === true,
        askForCheckInMessage: configuration.get<unknown>('askForCheckInMessage') === true,
        keepVersionsUpTo: limited(configuration.get('keepVersionsUpTo'), 500, 0, MOST_MEGABYTES) * 2 ** 20,
        ...readRetention((key) => textIn(configuration, key)),
        editProtection: readProtection(configuration.get<unknown>('editProtection')),
        showHolderInEditor: configuration.get<unknown>('showHolderInEditor') !== false,
        jobSets: readJobSets(configuration.get<unknown>('jobSets')),
        warnAboutStalePrograms: configuration.get<unknown>('warnAboutStalePrograms') !== false,
        warnAboutOutsideChanges: configuration.get<unknown>('warnAboutOutsideChanges') !== false,
        oldCheckOutMs: limited(configuration.get('markCheckOutsOlderThan'), 7, 0, MOST_DAYS) * DAY_MS || Infinity,
    };
}

function readOpeningSettings(folder: vscode.WorkspaceFolder): OpeningSettings {
    const configuration = vscode.workspace.getConfiguration(SECTION, folder.uri);
    const problems: string[] = [];
    const chosen = (key: string, usual: string): string | undefined => {
        const { text, unset } = fillIn(textIn(configuration, key), folder.uri.fsPath);
        problems.push(...unset.map((variable) => whyUnusable(key, variable)));
        return text === '' || text === usual ? undefined : text;
    };
    return {
        repository: chosen('repository', 'repo'),
        locksFile: chosen('locksFile', 'locks.json'),
        lockServer: readLockServer(folder, configuration, chosen),
        pathProblem: problems.length === 0 ? undefined : problems.join(' '),
        extensions: readExtensions(configuration.get<unknown>('fileExtensions')),
        user: textIn(configuration, 'userName') || accountName(),
        userChosen: textIn(configuration, 'userName') !== '',
        host: os.hostname(),
        keepsRevisions: configuration.get<unknown>('keepRevisions') !== false,
        keepsRevisionsUpTo: readLimit(configuration.get<unknown>('keepRevisionsUpTo')),
        jobPattern: textIn(configuration, 'jobPattern') || DEFAULT_JOB_PATTERN,
        pollInterval: limited(configuration.get('pollInterval'), 2, 0.2, MOST_SECONDS) * 1000,
        mutexTimeout: limited(configuration.get('mutexTimeout'), 15, 1, MOST_SECONDS) * 1000,
    };
}

/** In Restricted Mode VS Code itself ignores what the workspace says of it. */
function readLockServer(
    folder: vscode.WorkspaceFolder,
    configuration: vscode.WorkspaceConfiguration,
    chosen: (key: string, usual: string) => string | undefined,
): ChosenServer | undefined {
    const address = textIn(configuration, 'lockServer');
    if (address === '') return undefined;
    const file = chosen('lockServerCa', '');
    const ca = file === undefined ? undefined : path.resolve(folder.uri.fsPath, file);
    const { workspaceFolderValue, workspaceValue } = configuration.inspect('lockServer') ?? {};
    if (workspaceFolderValue === undefined && workspaceValue === undefined) {
        return { address, ca, namedBy: 'your own settings' };
    }
    const workspaceFile = workspaceFolderValue === undefined ? vscode.workspace.workspaceFile?.fsPath : undefined;
    const settingsFile = workspaceFile ?? path.join(folder.uri.fsPath, '.vscode', 'settings.json');
    return { address, ca, namedBy: `the settings in ${settingsFile}` };
}

/** VS Code underlines a value of the wrong type, but returns it all the same. */
function textIn(configuration: vscode.WorkspaceConfiguration, key: string): string {
    const value = configuration.get<unknown>(key);
    return typeof value === 'string' ? value.trim() : '';
}

/** A number of megabytes, in bytes; anything else is no limit, so that nothing gets lost by a slip. */
function readLimit(value: unknown): number | undefined {
    return typeof value === 'number' && value > 0 ? value * 2 ** 20 : undefined;
}

/** The rules for old revisions. One that nobody can read removes nothing. */
function readRetention(written: (key: string) => string): Pick<Settings, 'retention' | 'retentionProblem'> {
    const problems: string[] = [];
    const rule = (key: string, otherwise: RetentionRule | undefined): RetentionRule | undefined => {
        const text = written(key);
        if (text === '') return otherwise;
        const read = parseRetention(text);
        if (read === undefined) {
            problems.push(
                `The setting ${SECTION}.${key} is “${text}”, which is no rule for old revisions. Write all, or what stays, such as 10,365d,50GB.`,
            );
        }
        return read ?? undefined;
    };
    const retention = {
        parts: rule('keepRevisionsOfParts', DEFAULT_RETENTION.parts),
        programs: rule('keepRevisionsOfPrograms', DEFAULT_RETENTION.programs),
    };
    return { retention, retentionProblem: problems.length === 0 ? undefined : problems.join(' ') };
}

/** Bytes that all private copies on this computer together may have. */
export function readKeepVersionsTotal(): number {
    const gigabytes = vscode.workspace.getConfiguration(SECTION).get('keepVersionsTotal');
    return limited(gigabytes, 10, 0, MOST_MEGABYTES) * 2 ** 30;
}

/** Calls `listener` when a setting of this extension changes. */
export function onDidChangeSettings(listener: () => void): vscode.Disposable {
    return vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(SECTION)) listener();
    });
}

/** Sets the repository of a workspace folder. Its locks file is found from there. */
export async function chooseRepository(folder: vscode.WorkspaceFolder, repository: string): Promise<void> {
    const configuration = vscode.workspace.getConfiguration(SECTION, folder.uri);
    const target = vscode.ConfigurationTarget.WorkspaceFolder;
    await configuration.update('locksFile', undefined, target);
    await configuration.update('repository', repository, target);
}

/** Sets the lock server of a workspace folder, for everybody who opens that folder. */
export async function chooseLockServer(folder: vscode.WorkspaceFolder, address: string): Promise<void> {
    const target = vscode.ConfigurationTarget.WorkspaceFolder;
    await vscode.workspace.getConfiguration(SECTION, folder.uri).update('lockServer', address, target);
}

/** Sets the name under which the user checks files out, on this computer. */
export async function chooseUserName(name: string): Promise<void> {
    await vscode.workspace.getConfiguration(SECTION).update('userName', name, vscode.ConfigurationTarget.Global);
}

/** Fills in the variables, and collects those of the environment that are not set on this computer. */
function fillIn(value: string, workspaceFolder: string): { readonly text: string; readonly unset: readonly string[] } {
    const unset: string[] = [];
    const text = value.replace(/\$\{(workspaceFolder|userHome|env:([^}]+))\}/g, (_, name: string, variable = '') => {
        if (name === 'workspaceFolder') return workspaceFolder;
        if (name === 'userHome') return os.homedir();
        const filled = process.env[variable] ?? '';
        // An empty text in its place would lead to another folder: `${env:SHARE}/locks.json` to the root of the disk.
        if (filled.trim() === '') unset.push(variable);
        return filled;
    });
    return { text, unset };
}

function whyUnusable(key: string, variable: string): string {
    return `The setting ${SECTION}.${key} uses the environment variable ${variable}, which is not set on this computer, so nobody can tell where check-outs are recorded. Set the variable and restart VS Code, or change the setting.`;
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

/** The name of the account on this computer. */
export function accountName(): string {
    try {
        return os.userInfo().username;
    } catch {
        // Some containers have no entry for the account; the environment may still name it.
        return process.env['USERNAME'] ?? process.env['USER'] ?? 'unknown';
    }
}

/** A number within its limits. VS Code underlines one outside of them, but returns it all the same. */
function limited(value: unknown, otherwise: number, least: number, most: number): number {
    const number = typeof value === 'number' && Number.isFinite(value) ? value : otherwise;
    return Math.min(most, Math.max(least, number));
}
