import * as path from 'node:path';
import * as vscode from 'vscode';
import { CheckoutError, describeError } from '../core/base/errors';
import { isOwnName } from '../core/base/ownNames';
import { LOCKS_FILE } from '../core/repository/locksPlaces';
import { locateRepository } from '../core/repository/locateRepository';
import { searchMark } from '../core/repository/searchMark';
import { DisposableStore } from './disposables';
import { locationOf } from './repositorySession';
import type { Settings } from './settings';

/** How often a folder without a repository is asked whether anything came or went in it. */
const LOOK_INTERVAL_MS = 5000;
/** After a file that may make a repository of a folder, more may follow: they are copied in. */
const AFTER_FILE_MS = 1000;

/** Why the window has no repository, or fewer than folders. `refused`: one file could get two holders. */
export type Absence = 'noRepository' | 'unreachable' | 'refused';

/** A workspace folder in which no repository was found, and why. */
export interface FolderWithout {
    readonly folder: vscode.WorkspaceFolder;
    readonly settings: Settings;
    readonly error: unknown;
    /** Its mark before the search. */
    readonly mark: string;
}

/** Why a workspace folder has no repository. */
export function absenceOf({ settings, error }: FolderWithout): Absence {
    if (!(error instanceof CheckoutError)) return 'noRepository';
    if (error.code === 'locationRefused' || error.code === 'serverRefused') return 'refused';
    return settings.repository !== undefined || error.code !== 'repositoryMissing' ? 'unreachable' : 'noRepository';
}

/**
 * Waits until the workspace folders without a repository may have one. It reads no folder for that: VS Code reports new
 * files, and a few calls every five seconds tell the rest. A search would read a hundred folders of somebody else's project.
 */
export class MissingRepositories implements vscode.Disposable {
    private readonly disposables = new DisposableStore();
    private timer: NodeJS.Timeout | undefined;
    private afterFile: NodeJS.Timeout | undefined;
    private without: readonly FolderWithout[] = [];

    /** @param search called when it is worth a search */
    constructor(private readonly search: () => void) {}

    /** Why there is none; undefined as long as every folder has one. */
    get absence(): Absence | undefined {
        const found = new Set(this.without.map(absenceOf));
        return (['refused', 'unreachable', 'noRepository'] as const).find((each) => found.has(each));
    }

    /** Why a folder was refused, in sentences. */
    get refusal(): string | undefined {
        const refused = this.without.find((each) => absenceOf(each) === 'refused');
        return refused === undefined ? undefined : describeError(refused.error);
    }

    /** Waits for these folders, and for no others. */
    waitFor(without: readonly FolderWithout[]): void {
        this.stop();
        this.without = without;
        if (without.length === 0) return;
        for (const each of without) this.watchFiles(each);
        void this.begin();
    }

    dispose(): void {
        this.stop();
        this.disposables.dispose();
    }

    private stop(): void {
        clearTimeout(this.timer);
        clearTimeout(this.afterFile);
        this.timer = undefined;
        this.disposables.clear();
    }

    private watchFiles({ folder, settings: { extensions } }: FolderWithout): void {
        const watcher = vscode.workspace.createFileSystemWatcher(
            new vscode.RelativePattern(folder, '**/*'),
            false,
            true,
            true,
        );
        this.disposables.addAll(
            watcher,
            watcher.onDidCreate(({ fsPath }) => {
                const extension = path.extname(fsPath).toLowerCase();
                if (!extensions.has(extension) && !isOwnName(path.basename(fsPath), LOCKS_FILE)) return;
                clearTimeout(this.afterFile);
                this.afterFile = setTimeout(() => this.search(), AFTER_FILE_MS);
            }),
        );
    }

    private async begin(): Promise<void> {
        const { without } = this;
        const obstacles = await Promise.all(without.map(({ error }) => obstacleMark(error)));
        this.wait(
            without,
            without.map(({ mark }, index) => mark + obstacles[index]),
        );
    }

    private wait(without: readonly FolderWithout[], marks: readonly string[]): void {
        if (without !== this.without) return;
        this.timer = setTimeout(() => void this.look(without, marks), LOOK_INTERVAL_MS);
    }

    private async look(without: readonly FolderWithout[], before: readonly string[]): Promise<void> {
        const marks = await Promise.all(
            without.map(
                async ({ folder, settings, error }) => (await markOf(folder, settings)) + (await obstacleMark(error)),
            ),
        );
        const isBack = (await Promise.all(without.map(isReachable))).includes(true);
        if (without !== this.without) return;
        if (isBack || marks.some((mark, index) => mark !== before[index])) this.search();
        else this.wait(without, marks);
    }
}

/** Whether a share answers that did not. Only the share knows: nothing has to come or go for that. */
async function isReachable({ folder, settings, error }: FolderWithout): Promise<boolean> {
    if (!(error instanceof CheckoutError) || error.code !== 'repositoryUnreachable') return false;
    try {
        await locateRepository(locationOf(folder, settings));
        return true;
    } catch (still) {
        return !(still instanceof CheckoutError) || still.code !== error.code;
    }
}

/** What tells whether a folder may have a repository by now. */
export function markOf({ uri }: vscode.WorkspaceFolder, { repository }: Settings): Promise<string> {
    return searchMark(uri.fsPath, repository === undefined ? [] : [path.resolve(uri.fsPath, repository)]);
}

/** The same of what an error named. */
async function obstacleMark(error: unknown): Promise<string> {
    return error instanceof CheckoutError && error.path !== undefined ? searchMark(error.path, []) : '';
}
