import { CheckoutError } from '../core/base/errors';
import { foldPath } from '../core/base/repositoryPath';
import { counted } from '../core/base/sentences';
import { formatTimestamp } from '../core/base/time';
import type { HistoryEvent } from '../core/history/historyEvent';
import type { LocksFile } from '../core/locks/locksFile';
import type { MovedTo } from '../core/locks/damagedTable';
import { FileLockStore } from '../core/locks/fileLockStore';
import { LockTable } from '../core/locks/lockTable';
import { downloadContents, type MovedContents, uploadContents } from '../core/repository/moveContents';
import { SharedRevisions } from '../core/repository/sharedRevisions';
import { checkServer, describeReports, primariesOf } from '../core/server/serverCheck';
import { PostgresLockStore } from '../core/server/postgresLockStore';
import { ServerAdministration } from '../core/server/serverAdministration';
import { addressWithoutLogIn } from '../core/server/serverAddress';
import type { LinkOptions } from '../core/server/serverLink';
import { UsageError, type Work } from './invocation';
import { accountName, openLocksFile } from './openRepository';
import { type Streams, writeJson, writeLine } from './output';

/** What can be done with a lock server. */
const actions = ['schema', 'check', 'import', 'export'] as const;

/**
 * Sets a lock server up, and looks at it.
 * @param currentFolder absolute path, or undefined where there is none
 * @returns whether all is well
 * @throws UsageError, CheckoutError
 */
export async function server(work: Work, currentFolder: string | undefined, streams: Streams): Promise<boolean> {
    const action = actions.find((one) => one === work.files[0]);
    if (action === undefined) throw new UsageError(`server can be followed by ${actions.join(', ')}.`);
    if (action === 'schema') {
        const { schemaSql } = await import('../core/server/schema.js');
        streams.stdout.write(schemaSql());
        return true;
    }
    if (work.lockServer === undefined) throw new UsageError(`server ${action} needs the address with --lock-server.`);
    const { logIn } = await import('./lockServer.js');
    const options = await logIn(work.lockServer, accountName, process.env);
    if (action === 'check') return check(options, work, streams);
    const locksFile = await openLocksFile(work, currentFolder, streams);
    const administration = new ServerAdministration(options);
    const revisions = new SharedRevisions(new FileLockStore(locksFile), locksFile.owner);
    if (action === 'import') return moveToServer({ locksFile, administration, revisions }, options, streams);
    const { host } = locksFile.owner;
    const store = new PostgresLockStore({ ...options, host, staging: locksFile.file, timeout: work.timeout });
    const ofServer = new SharedRevisions(store, store.owner);
    return moveBack({ locksFile, administration, revisions: ofServer }, streams);
}

async function check(options: LinkOptions, { format }: Work, { stdout }: Streams): Promise<boolean> {
    const reports = await checkServer(options);
    if (format === 'json') writeJson(stdout, reports);
    else for (const line of describeReports(reports, options.user)) writeLine(stdout, line);
    return primariesOf(reports).length === 1 && reports.every(({ problem }) => problem === undefined);
}

/** What moves, and where to. */
interface Move {
    readonly locksFile: LocksFile;
    readonly administration: ServerAdministration;
    /** As they are known where they come from. */
    readonly revisions: SharedRevisions;
}

async function moveToServer(
    { locksFile, administration, revisions }: Move,
    { address }: LinkOptions,
    { stdout }: Streams,
): Promise<boolean> {
    const { contents } = administration;
    // Most of it while everybody still works.
    const before = await uploadContents(revisions, contents);
    let [told, copied, left] = ['', before.copied, before.left];
    await locksFile.moveAway(async (there): Promise<MovedTo> => {
        const lockServer = addressWithoutLogIn(address);
        const moved = { lockServer, since: formatTimestamp(new Date()) };
        if (!(there instanceof LockTable)) {
            const repositoryId = await administration.identify();
            if (repositoryId !== there.repositoryId) throw otherRepository(there);
            told = `The check-outs were moved before.`;
            return { ...there, lockServer };
        }
        const { events } = await locksFile.history.read();
        const atCheckOut = await locksFile.history.contentsAtCheckOut(there.locks().map(({ path }) => path));
        const since = await uploadContents(revisions, contents);
        [copied, left] = [copied + since.copied, since.left];
        const repositoryId = await administration.import({ table: there, events: events.toReversed() }, atCheckOut);
        told = `Moved ${counted(there.locks().length, 'check-out')} and ${counted(events.length, 'event')} of the history.`;
        return { ...moved, repositoryId };
    });
    writeLine(stdout, `${told} ${locksFile.file} says so to everybody.`);
    writeLine(stdout, `Copied the contents of ${counted(copied, 'revision')} to the server.${stayed(left)}`);
    return true;
}

async function moveBack({ locksFile, administration, revisions }: Move, { stdout }: Streams): Promise<boolean> {
    let told = '';
    let moved: MovedContents = { copied: 0, left: 0 };
    await locksFile.moveBack(async (there) => {
        if ((await administration.identify()) !== there.repositoryId) throw otherRepository(there);
        const day = formatTimestamp(new Date()).slice(0, 10);
        await administration.freeze(`The check-outs of this repository were moved back to files on ${day}.`);
        const { table, events } = await administration.everything();
        moved = await downloadContents(revisions, administration.contents);
        const known = new Set((await locksFile.history.read()).events.map(keyOf));
        const news = events.filter((event) => !known.has(keyOf(event)));
        told = `Moved ${counted(table.locks().length, 'check-out')} and ${counted(news.length, 'event')} of the history back to ${locksFile.file}.`;
        return { table, events: news };
    });
    writeLine(stdout, `${told} The server takes no more changes of this repository.`);
    writeLine(
        stdout,
        `Copied the contents of ${counted(moved.copied, 'revision')} from the server.${stayed(moved.left)}`,
    );
    return true;
}

function stayed(left: number): string {
    if (left === 0) return '';
    return ` ${counted(left, 'content')} ${left === 1 ? 'is' : 'are'} only in the folders of the sites where they were checked in.`;
}

/** What tells an event from every other. */
function keyOf({ time, action, file, user }: HistoryEvent): string {
    return JSON.stringify([time, action, file === undefined ? null : foldPath(file), user]);
}

function otherRepository({ lockServer }: MovedTo): CheckoutError {
    return new CheckoutError(
        'locationRefused',
        `The check-outs of this folder were moved to another repository, ${lockServer}. Nothing was changed. Use that address.`,
    );
}
