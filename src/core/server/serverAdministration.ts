import { createHash } from 'node:crypto';
import { foldPath } from '../base/repositoryPath';
import type { FileContent, HistoryEvent } from '../history/historyEvent';
import { CheckoutError } from '../base/errors';
import { plainName } from '../base/plainText';
import type { FileEntry, Lock } from '../locks/lockEntry';
import { LockTable } from '../locks/lockTable';
import { nameOfServer } from './serverAddress';
import { ServerContents } from './serverContents';
import { codeOf, LostAnswer, ServerErrors } from './serverErrors';
import { ServerHistory } from './serverHistory';
import { ServerLink, type LinkOptions } from './serverLink';
import { Statements } from './statements';

/** Milliseconds after which a content whose keeping nobody confirms is given up. */
const CONFIRM_MS = 60_000;

/** What is kept of a repository. */
export interface RepositoryContents {
    readonly table: LockTable;
    /** The oldest first. */
    readonly events: readonly HistoryEvent[];
}

/** Fills a repository on a lock server from a locks file, and empties it again. */
export class ServerAdministration {
    /** What is kept there of revisions. */
    readonly contents: ServerContents;
    private readonly link: ServerLink;
    private readonly errors: ServerErrors;
    private readonly repository: string;

    constructor(private readonly options: LinkOptions) {
        this.errors = new ServerErrors(options.address, options.user);
        this.link = new ServerLink(options, this.errors);
        this.repository = options.address.repository;
        const statements = new Statements(this.link, this.errors, this.repository, CONFIRM_MS, () => undefined);
        this.contents = new ServerContents(statements, () => this.keepsUpTo());
    }

    /**
     * Takes the locks and the history of a locks file over. Where it has none, only makes sure that the repository is there.
     * The same can be sent again.
     * @param contents what was in checked-out files at their check-out, by folded paths
     * @returns what identifies the repository
     * @throws CheckoutError, and then nothing was changed
     */
    async import(
        { table, events }: RepositoryContents,
        contents: ReadonlyMap<string, { readonly content: FileContent }>,
    ): Promise<string> {
        requirePlain(table);
        const locks = JSON.stringify(
            table.locks().map((entry) => rowOf(entry, contents.get(foldPath(entry.path))?.content)),
        );
        const history = JSON.stringify(events.map(eventRow));
        if (table.entries.length === 0 && events.length === 0) return this.identify();
        const digest = createHash('sha256').update(locks).update(history).digest('hex');
        const text = 'select cnc.import($1, $2, $3, $4) as told';
        const values = [this.repository, digest, locks, history];
        const [row] = await this.run(text, values);
        return (row!['told'] as { readonly id: string }).id;
    }

    /** Ends all changes. @param why a finished sentence, which everybody is told who tries one @throws CheckoutError */
    async freeze(why: string): Promise<void> {
        const [row] = await this.run('select cnc.freeze($1, $2) as id', [this.repository, why]);
        if (row?.['id'] === null || row?.['id'] === undefined) throw this.errors.noRepository();
    }

    /** What is in the repository now. @throws CheckoutError */
    async everything(): Promise<RepositoryContents> {
        await this.identify();
        const text = `
            select path, holder, since, message, host, extra from cnc.lock
            where repository = $1 order by revision, folded`;
        const rows = await this.run(text, [this.repository]);
        const members = rows.map(({ path, holder, since, message, host, extra }) => {
            const lock = {
                user: holder,
                timestamp: since,
                message,
                ...(host !== '' && { host }),
                ...(extra as object),
            };
            return `${JSON.stringify(path)}: ${JSON.stringify(lock)}`;
        });
        const { events } = await new ServerHistory(this.link, this.repository).since(undefined);
        return { table: LockTable.parse(`{${members.join(',')}}`), events };
    }

    /** What identifies the repository. @throws CheckoutError when there is none that the user may see */
    async identify(): Promise<string> {
        const [row] = await this.run('select id from cnc.repository where name = $1', [this.repository]);
        if (row === undefined) throw this.errors.noRepository();
        return row['id'] as string;
    }

    private async keepsUpTo(): Promise<number> {
        const [row] = await this.run('select keeps_up_to from cnc.repository where name = $1', [this.repository]);
        if (row === undefined) throw this.errors.noRepository();
        return Number(row['keeps_up_to']);
    }

    private async run(text: string, values: readonly unknown[]) {
        try {
            return (await this.link.run(() => ({ text, values }))).rows;
        } catch (error) {
            if (error instanceof LostAnswer) throw this.errors.unconfirmed(error.cause);
            if (codeOf(error) === '42501') throw this.errors.noRole('cnc_owner');
            if (codeOf(error) === 'CNC06') throw this.inUse();
            throw this.errors.explain(error) ?? this.errors.unexpected(error);
        }
    }

    private inUse(): CheckoutError {
        const { address } = this.options;
        return new CheckoutError(
            'serverRefused',
            `The repository ${plainName(address.repository)} on the lock server ${nameOfServer(address)} has check-outs already, so those of this folder cannot be added. Nothing was changed. To join it, check in what is checked out here, and move locks.json and its history to another folder. Else make another repository on the server.`,
        );
    }
}

/** Nobody may lose a lock: what is no plain lock has to be repaired before. */
function requirePlain(table: LockTable): void {
    const doubled = new Set<unknown>(table.notInForce());
    const odd = table.entries.find(
        (entry) =>
            entry.path === undefined ||
            entry.lock === undefined ||
            doubled.has(entry) ||
            table.alike(entry as FileEntry).length > 0,
    );
    if (odd === undefined) return;
    const why =
        odd.flaw ?? (odd.path === undefined ? 'names no file of the repository' : 'is one of several on one file');
    throw new CheckoutError(
        'serverRefused',
        `The entry “${plainName(odd.key)}” of the locks file ${why}, so nothing was moved. Repair or remove it, and try again.`,
    );
}

function rowOf({ path, lock, source }: FileEntry & { readonly lock: Lock }, content: FileContent | undefined): object {
    const { user, timestamp, message, host } = lock;
    const extra = Object.entries(JSON.parse(source) as object).filter(
        ([name]) => !['user', 'timestamp', 'message', 'host'].includes(name),
    );
    return {
        path,
        folded: foldPath(path),
        holder: user,
        since: timestamp,
        message,
        host: host ?? '',
        extra: extra.length === 0 ? null : Object.fromEntries(extra),
        content: content ?? null,
    };
}

function eventRow({ time, action, file, from, user, host, message, ...detail }: HistoryEvent): object {
    return {
        at: time,
        action,
        path: file ?? null,
        folded: file === undefined ? null : foldPath(file),
        from: from ?? null,
        who: user,
        host: host ?? '',
        message,
        detail,
    };
}
