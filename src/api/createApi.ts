import * as vscode from 'vscode';
import { parseTimestamp } from '../core/base/time';
import type { RepositoryFile } from '../core/repository/snapshot';
import type { Repositories } from '../model/repositories';
import type { RepositorySession } from '../model/repositorySession';
import { Changes, type ChangeContext } from './changes';
import type { CncCheckoutApi, CncFile, CncRepository } from './version1';

/** What the API stands on. */
export interface ApiContext extends ChangeContext {
    readonly repositories: Repositories;
    /** Settles when the repositories were found and read for the first time. */
    readonly ready: Promise<void>;
    /** Ends with the extension. */
    readonly subscriptions: vscode.Disposable[];
}

/** Version 1 of the API: plain objects, through which nothing else of the extension can be reached. */
export function createApi(context: ApiContext): CncCheckoutApi {
    const { repositories, ready, subscriptions } = context;
    const files = new vscode.EventEmitter<readonly vscode.Uri[]>();
    const opened = new vscode.EventEmitter<void>();
    subscriptions.push(
        files,
        opened,
        repositories.onDidReopen(() => opened.fire()),
        repositories.onDidChange(({ session, change }) => {
            if (change.state) opened.fire();
            if (change.files.size > 0) files.fire([...change.files].map((path) => session.uriOf(path)));
        }),
    );
    const changes = new Changes(context);
    return Object.freeze<CncCheckoutApi>({
        getRepositories: async () => {
            await ready;
            return repositories.all.map(describeRepository);
        },
        getFile: async (uri) => {
            await ready;
            const found = await repositories.findListed(uri);
            if (found === undefined) return undefined;
            const { session, path } = found;
            await readNow(session);
            const file = session.file(session.pathOf(uri) ?? path);
            return file && describeFile(file);
        },
        checkOut: async (uris, options) => {
            await ready;
            return changes.checkOut(uris, options);
        },
        checkIn: async (uris, options) => {
            await ready;
            return changes.checkIn(uris, options);
        },
        onDidChangeFiles: files.event,
        onDidChangeRepositories: opened.event,
    });
}

function describeRepository(session: RepositorySession): CncRepository {
    const { name, repository, settings } = session;
    return {
        name,
        root: vscode.Uri.file(repository.options.root),
        user: settings.user,
        problem: 'error' in repository.state ? repository.state.error.message : undefined,
        getCheckedOutFiles: async () => {
            await readNow(session);
            return repository.snapshot.held().map(describeFile);
        },
    };
}

/** @throws CheckoutError while the locks cannot be read: an old answer would be taken for one of now */
async function readNow({ repository }: RepositorySession): Promise<void> {
    await repository.poll();
    if ('error' in repository.state) throw repository.state.error;
}

function describeFile({ path, diskPath, state, lock, unreadable, missing }: RepositoryFile): CncFile {
    const time = lock && parseTimestamp(lock.timestamp);
    return {
        uri: vscode.Uri.file(diskPath),
        path,
        state,
        holder: lock?.user,
        since: time === undefined ? undefined : new Date(time),
        message: lock?.message,
        host: lock?.host,
        problem: unreadable,
        isMissing: missing,
    };
}
