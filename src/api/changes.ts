import * as vscode from 'vscode';
import { CheckoutError } from '../core/base/errors';
import { notTogether } from '../core/locks/refusal';
import { LONGEST_MESSAGE, type Outcome } from '../core/locks/rules';
import type { ChangeOptions } from '../core/repository/repository';
import type { CheckOutVersions } from '../model/checkOutVersions';
import type { FoundContents } from '../model/foundContents';
import type { Repositories } from '../model/repositories';
import type { RepositorySession } from '../model/repositorySession';
import type { UserNames } from '../model/userNames';
import { RESTRICTED } from '../ui/messages';
import { saveEdits } from '../ui/openEditors';
import type { CncChangeOptions, CncDone, CncNotDone, CncOutcome } from './version1';

/** What a change needs besides its repository. */
export interface ChangeContext {
    readonly repositories: Repositories;
    readonly versions: CheckOutVersions;
    readonly found: FoundContents;
    readonly names: UserNames;
    readonly log: vscode.LogOutputChannel;
}

/** Why a file is left as it is, before a rule was asked. */
interface Obstacle {
    readonly code: string;
    readonly message: string;
}

/** A file of a call: where its outcome goes, and where it is. */
interface Wanted {
    readonly index: number;
    readonly uri: vscode.Uri;
    readonly path: string;
}

type Change = (
    session: RepositorySession,
    paths: readonly string[],
    options: ChangeOptions,
) => Promise<readonly Outcome[]>;

/**
 * Check-outs and check-ins that another extension asks for: by the rules of the commands, whose questions become refusals
 * here. Nobody is asked, because nobody has clicked.
 */
export class Changes {
    constructor(private readonly context: ChangeContext) {}

    async checkOut(uris: readonly vscode.Uri[], options: CncChangeOptions = {}): Promise<readonly CncOutcome[]> {
        const { versions, found } = this.context;
        const { message = '' } = options;
        const change: Change = async (session, paths, terms) => {
            const outcomes = await session.repository.checkOut(paths, message, { ...terms, keepsBytes: true });
            versions.noteCheckOut(session, outcomes);
            found.keep(session, outcomes);
            return outcomes;
        };
        return this.run('checked out', uris, options, change, (session, { path }) =>
            this.whyNotOut(session, path, message),
        );
    }

    async checkIn(uris: readonly vscode.Uri[], options: CncChangeOptions = {}): Promise<readonly CncOutcome[]> {
        const { versions } = this.context;
        const { message = '' } = options;
        const change: Change = async (session, paths, terms) => {
            const kept = versions.kept;
            const outcomes = await session.repository.checkIn(paths, { ...terms, message, versions: kept });
            versions.noteCheckIn(session, outcomes);
            return outcomes;
        };
        return this.run('checked in', uris, options, change, (session, { path }) => whyNotIn(session, path));
    }

    /** Carries out a change, each repository by itself, in the order of the call. */
    private async run(
        done: string,
        uris: readonly vscode.Uri[],
        { allOrNone = false, message = '', token }: CncChangeOptions,
        change: Change,
        obstacleTo: (session: RepositorySession, file: Wanted) => Promise<Obstacle | undefined>,
    ): Promise<readonly CncOutcome[]> {
        const outcomes: (CncOutcome | undefined)[] = uris.map((uri) => refusedForAll(uri, message));
        if (outcomes.every((outcome) => outcome !== undefined)) return outcomes;
        const abort = new AbortController();
        const cancelling = token?.onCancellationRequested(() => abort.abort());
        if (token?.isCancellationRequested) abort.abort();
        try {
            for (const [session, files] of await this.byRepository(uris)) {
                const answers = await this.changeIn(
                    session,
                    files,
                    { allOrNone, signal: abort.signal },
                    change,
                    obstacleTo,
                );
                for (const [position, { index }] of files.entries()) outcomes[index] = answers[position];
            }
        } finally {
            cancelling?.dispose();
        }
        const all = uris.map((uri, index) => outcomes[index] ?? notDone(uri, outsideAll(uri)));
        this.note(done, all);
        return all;
    }

    private async changeIn(
        session: RepositorySession,
        files: readonly Wanted[],
        terms: ChangeOptions,
        change: Change,
        obstacleTo: (session: RepositorySession, file: Wanted) => Promise<Obstacle | undefined>,
    ): Promise<readonly CncOutcome[]> {
        try {
            await session.lookNow();
            const obstacles = new Map<Wanted, Obstacle>();
            for (const file of files) {
                const obstacle = await obstacleTo(session, file);
                if (obstacle !== undefined) obstacles.set(file, obstacle);
            }
            const [first] = obstacles.values();
            const isPossible = first === undefined || !terms.allOrNone;
            const ready = isPossible ? files.filter((file) => !obstacles.has(file)) : [];
            const paths = ready.map(({ path }) => path);
            const made = paths.length === 0 ? [] : await change(session, paths, terms);
            const outcomes = new Map(ready.map((file, position) => [file, made[position]]));
            return files.map((file) => {
                const outcome = outcomes.get(file);
                if (outcome !== undefined) return describeOutcome(file.uri, outcome);
                return notDone(file.uri, obstacles.get(file) ?? notTogether(file.path, first!));
            });
        } catch (error) {
            if (!(error instanceof CheckoutError)) throw error;
            const { code, message } = error;
            const result = code === 'changeUnconfirmed' ? 'unconfirmed' : 'refused';
            return files.map(({ uri }) => notDone(uri, { code, message }, result));
        }
    }

    /** Groups files by repository; those that are in none are left out. */
    private async byRepository(
        uris: readonly vscode.Uri[],
    ): Promise<ReadonlyMap<RepositorySession, readonly Wanted[]>> {
        const groups = new Map<RepositorySession, Wanted[]>();
        for (const [index, uri] of uris.entries()) {
            await this.context.repositories.learnFolderOf(uri);
            const found = this.context.repositories.find(uri);
            if (found === undefined) continue;
            const group = groups.get(found.session) ?? [];
            group.push({ index, uri, path: found.path });
            groups.set(found.session, group);
        }
        return groups;
    }

    /** What the command Check Out asks for before the rules decide. */
    private async whyNotOut(session: RepositorySession, path: string, message: string): Promise<Obstacle | undefined> {
        const { settings } = session;
        if (this.context.names.isShared(session)) {
            return {
                code: 'nameNeeded',
                message: `${path} was not checked out, because other people may use the name ${settings.user}, too. Set your own name in the setting cncCheckout.userName first.`,
            };
        }
        if (!settings.requireMessage || message.trim() !== '') return undefined;
        return {
            code: 'messageNeeded',
            message: `${path} was not checked out, because this shop requires a message for every check-out. Give one.`,
        };
    }

    private note(done: string, outcomes: readonly CncOutcome[]): void {
        for (const outcome of outcomes) {
            if (outcome.result === 'done')
                this.context.log.info(`Another extension has ${done} ${outcome.uri.fsPath}.`);
            else this.context.log.info(`Another extension has not ${done} ${outcome.uri.fsPath}: ${outcome.message}`);
        }
    }
}

/** Saves the file, as the command Check In does: edits that stay in the window would be lost to everybody else. */
async function whyNotIn(session: RepositorySession, path: string): Promise<Obstacle | undefined> {
    const file = session.file(path);
    if (file?.state !== 'heldByMe') return undefined; // The rule says why.
    if (await saveEdits(vscode.Uri.file(file.diskPath))) return undefined;
    return {
        code: 'unsavedEdits',
        message: `${path} was not checked in, because it has unsaved edits that could not be saved. Save or revert them first.`,
    };
}

/** Why a call is refused for each of its files, whichever they are. */
function refusedForAll(uri: vscode.Uri, message: string): CncNotDone | undefined {
    if (!vscode.workspace.isTrusted) return notDone(uri, { code: 'restrictedMode', message: RESTRICTED });
    if (message.length <= LONGEST_MESSAGE) return undefined;
    const sentence = `The message is longer than ${LONGEST_MESSAGE} characters, so nothing was changed. Shorten it.`;
    return notDone(uri, { code: 'messageTooLong', message: sentence });
}

function outsideAll({ scheme, fsPath, path }: vscode.Uri): Obstacle {
    const name = scheme === 'file' ? fsPath : path;
    const message = `${name} is in none of the repositories that are open here, so it cannot be checked out or in. Open the folder of its repository.`;
    return { code: 'outsideRepository', message };
}

function describeOutcome(uri: vscode.Uri, outcome: Outcome): CncOutcome {
    const { refusal, revision, notKept, remaining } = outcome;
    if (refusal !== undefined) return { ...notDone(uri, refusal), holder: refusal.holder?.user };
    const notices = [notKept, remaining].flatMap((notice) => notice?.message ?? []);
    return { uri, result: 'done', revision, notice: notices.join(' ') || undefined } satisfies CncDone;
}

function notDone(uri: vscode.Uri, { code, message }: Obstacle, result: CncNotDone['result'] = 'refused'): CncNotDone {
    return { uri, result, code, message, holder: undefined };
}
