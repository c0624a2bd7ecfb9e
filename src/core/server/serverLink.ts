import type { CheckoutError } from '../base/errors';
import { SerialQueue } from '../base/serialQueue';
import { SCHEMA_VERSION } from './schemaVersion';
import { isLoopback, type ServerAddress } from './serverAddress';
import type { ClientCertificate, Connect, ServerAnswer, ServerConnection } from './serverConnection';
import { isAnswer, LostAnswer, NoPassword, type ServerErrors } from './serverErrors';

/** How to log in to a lock server. */
export interface LinkOptions {
    readonly address: ServerAddress;
    readonly user: string;
    /** @returns undefined when none is known */
    readonly password: (host: string, port: number) => Promise<string | undefined> | string | undefined;
    /** The certificates of the authorities that are trusted, as PEM; those of Node.js without any. */
    readonly ca?: string | undefined;
    /** What the user logs in with in place of a password. */
    readonly client?: ClientCertificate | undefined;
    readonly connect: Connect;
    /** After how many milliseconds without an answer a server counts as gone. */
    readonly silenceMs?: number;
}

/** Until a server that is frozen, or cut off, is given up. */
const SILENCE_MS = 3000;

/** One statement that says all that has to be known of a server before it is believed. */
const HELLO = `
select pg_is_in_recovery() or current_setting('transaction_read_only') = 'on' as "isReadOnly",
    (select substring(obj_description(oid, 'pg_namespace') from '^CNC Checkout lock server, schema (\\d+)$')::integer
     from pg_namespace where nspname = 'cnc') as schema,
    (select substring(rolname from 5) from pg_roles
     where rolname in ('cnc_viewer', 'cnc_user', 'cnc_foreman') and pg_has_role(session_user, oid, 'USAGE')
     order by rolname = 'cnc_foreman' desc, rolname = 'cnc_user' desc limit 1) as role`;

/** What somebody may do at a lock server: see, change, take over. Each may do what the one before may. */
export type ServerRole = 'viewer' | 'user' | 'foreman';

/** One of the hosts, and what it said. */
interface Failure {
    readonly index: number;
    readonly host: string;
    readonly error: unknown;
}

/**
 * The connection to a lock server, made when it is needed and again after it broke: each host is tried in turn, until one
 * takes changes. Statements wait for each other.
 */
export class ServerLink {
    private connection: ServerConnection | undefined;
    private readonly statements = new SerialQueue();
    /** Where the last connection led: it is tried first. */
    private first = 0;
    /** The hosts that once let us in. */
    private readonly letIn = new Set<number>();
    private readonly channels = new Map<string, () => void>();
    /** One more with each connection: what was read by another one may be of another server. */
    generation = 0;
    /** What the user could do when the last connection was made; undefined before the first. */
    role: ServerRole | undefined;
    readonly silenceMs: number;

    constructor(
        private readonly options: LinkOptions,
        private readonly errors: ServerErrors,
    ) {
        this.silenceMs = options.silenceMs ?? SILENCE_MS;
    }

    /**
     * Runs one statement.
     * @param text of the statement, or what makes its text and values once there is a connection
     * @throws LostAnswer when it may have been carried out; a CheckoutError when it was not, because no server can be reached
     * or lets us in; the error of the server
     */
    run(statement: () => { readonly text: string; readonly values: readonly unknown[] }): Promise<ServerAnswer> {
        return this.statements.run(async () => {
            const connection = await this.connected();
            const { text, values } = statement();
            return this.ask(connection, text, values);
        });
    }

    /** The same for a statement that only reads: it is asked again, once, where the answer was lost. */
    async read(statement: () => { readonly text: string; readonly values: readonly unknown[] }): Promise<ServerAnswer> {
        try {
            return await this.run(statement);
        } catch (error) {
            if (!(error instanceof LostAnswer)) throw error;
        }
        try {
            return await this.run(statement);
        } catch (error) {
            if (!(error instanceof LostAnswer)) throw error;
            throw this.errors.unreachable([{ host: this.hostNow, error: error.cause }]);
        }
    }

    /** Calls `listener` at notifications of a channel, from the next connection on, and at each new connection. */
    listen(channel: string, listener: () => void): () => void {
        this.channels.set(channel, listener);
        void this.statements.run(() => this.listenOn(channel)).catch(() => undefined); // It is a hint, and the polls go on.
        return () => this.channels.delete(channel);
    }

    /** Ends the connection. Nothing that the server is doing is cancelled. */
    close(): void {
        this.connection?.close();
        this.connection = undefined;
    }

    private get hostNow(): string {
        return this.options.address.hosts[this.first]!.host;
    }

    /** @throws CheckoutError */
    private async connected(): Promise<ServerConnection> {
        if (this.connection !== undefined) return this.connection;
        const { hosts } = this.options.address;
        const failures: Failure[] = [];
        let isReadOnly = false;
        for (let tried = 0; tried < hosts.length; tried++) {
            const index = (this.first + tried) % hosts.length;
            const connection = await this.open(hosts[index]!).catch((error: unknown) => {
                failures.push({ index, host: hosts[index]!.host, error });
                return undefined;
            });
            if (connection === 'isReadOnly') isReadOnly = true;
            else if (connection !== undefined) {
                this.first = index;
                this.letIn.add(index);
                return this.adopt(connection);
            }
        }
        throw this.explain(failures, isReadOnly);
    }

    /** Why no host takes changes from us. */
    private explain(failures: readonly Failure[], isReadOnly: boolean): CheckoutError {
        const away = failures.filter(({ error }) => this.errors.explain(error) === undefined);
        const [refusal] = failures.flatMap(({ error }) => this.errors.explain(error) ?? []);
        // A standby may not have got yet by what another host, which is away now, let us in.
        const isDoubtful = away.some(({ index }) => this.letIn.has(index));
        if (refusal !== undefined && !isDoubtful) {
            return away.length === 0 ? refusal : this.errors.oneRefuses(refusal, away);
        }
        return isReadOnly && refusal === undefined ? this.errors.readOnly() : this.errors.unreachable(failures);
    }

    private async open(place: {
        readonly host: string;
        readonly port: number;
    }): Promise<ServerConnection | 'isReadOnly'> {
        const connection = await openHost(place, this.options);
        try {
            const { rows } = await this.ask(connection, HELLO, []);
            const [{ isReadOnly, schema, role } = {}] = rows;
            if (isReadOnly === true) {
                connection.close();
                return 'isReadOnly';
            }
            if (schema !== SCHEMA_VERSION) {
                throw this.errors.otherSchema(typeof schema === 'number' ? schema : undefined, SCHEMA_VERSION);
            }
            if (typeof role !== 'string') throw this.errors.noRole('cnc_viewer');
            this.role = role as ServerRole;
            return connection;
        } catch (error) {
            connection.close();
            throw error instanceof LostAnswer ? error.cause : error;
        }
    }

    private async adopt(connection: ServerConnection): Promise<ServerConnection> {
        this.connection = connection;
        this.generation++;
        connection.events.onEnd = () => {
            if (this.connection === connection) this.connection = undefined;
        };
        connection.events.onNotification = (channel) => this.channels.get(channel)?.();
        for (const channel of this.channels.keys()) await this.listenOn(channel);
        return connection;
    }

    private async listenOn(channel: string): Promise<void> {
        if (this.connection === undefined) return;
        await this.ask(this.connection, `listen ${channel}`, []);
    }

    /** @throws LostAnswer; the error of the server */
    private async ask(connection: ServerConnection, text: string, values: readonly unknown[]): Promise<ServerAnswer> {
        let timer: NodeJS.Timeout | undefined;
        let heard = connection.bytesRead;
        const silence = new Promise<never>((_, reject) => {
            timer = setInterval(() => {
                // A long answer may be on its way over a slow line.
                if (connection.bytesRead === heard) reject(new Error('timeout'));
                heard = connection.bytesRead;
            }, this.silenceMs);
        });
        try {
            return await Promise.race([connection.query(text, values), silence]);
        } catch (error) {
            // A server that shuts down says so, and may have done before what it was asked for.
            if (isAnswer(error) && !isFarewell(error)) throw error;
            this.giveUp(connection);
            throw new LostAnswer('the answer was lost', { cause: error });
        } finally {
            clearInterval(timer);
        }
    }

    private giveUp(connection: ServerConnection): void {
        if (this.connection === connection) this.connection = undefined;
        connection.close();
    }
}

/** Opens a connection to one host. @throws NoPassword; what the network, TLS or the server said */
export function openHost(
    { host, port }: ServerAddress['hosts'][number],
    { address, user, password, ca, client, connect, silenceMs = SILENCE_MS }: LinkOptions,
): Promise<ServerConnection> {
    return connect({
        host,
        port,
        database: address.database,
        user,
        password: async () => {
            const known = await password(host, port);
            if (known === undefined) throw new NoPassword('no password is known');
            return known;
        },
        tls: isLoopback(host) && !address.verifiesLoopback ? undefined : { ca, client },
        timeoutMs: silenceMs,
    });
}

function isFarewell(error: unknown): boolean {
    return error instanceof Error && 'code' in error && String(error.code).startsWith('57P0');
}
