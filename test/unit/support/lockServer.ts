import { setTimeout as delay } from 'node:timers/promises';
import { connect } from '../../../src/postgres';
import { PostgresLockStore, type StoreOptions } from '../../../src/core/server/postgresLockStore';
import { schemaSql } from '../../../src/core/server/schema';
import { parseServerAddress, type ServerAddress } from '../../../src/core/server/serverAddress';
import { PostgresServer } from '../../support/postgres/postgresServer';
import { skipUnless } from '../../support/skips';

/** The password of everybody. */
export const PASSWORD = 'a secret: with a colon';
/** People by what they may do. */
export const people = {
    cnc_viewer: ['victor'],
    cnc_user: ['ulla', 'uwe'],
    cnc_foreman: ['alice', 'bob', 'carol'],
    'cnc_owner, cnc_viewer': ['otto'],
} as const;

/** Real servers with the schema and the people, for the tests of one suite. */
export class LockServer {
    private readonly stores: PostgresLockStore[] = [];
    private repositories = 0;

    constructor(
        readonly primary: PostgresServer,
        readonly standby: PostgresServer | undefined,
    ) {}

    static async start({ isPair = true, isAsynchronous = false } = {}): Promise<LockServer> {
        const { primary, standby } = isPair
            ? await PostgresServer.startPair({ isAsynchronous })
            : { primary: await PostgresServer.start(), standby: undefined };
        await primary.sql(schemaSql());
        for (const [role, names] of Object.entries(people)) {
            for (const name of names) {
                await primary.sql(`create role ${name} login password '${PASSWORD}'; grant ${role} to ${name}`);
            }
        }
        return new LockServer(primary, standby);
    }

    /**
     * Waits until the standby shows all that was written until now: people and repositories at first. One that is waited for
     * has it on its disk before that.
     */
    async untilCopied(): Promise<void> {
        const [{ lsn } = { lsn: undefined }] = await this.primary.sql('select pg_current_wal_lsn()::text as lsn');
        const copied = 'select exists (select from pg_stat_replication where replay_lsn >= $1::pg_lsn) as is';
        while ((await this.primary.sql(copied, [lsn]))[0]?.['is'] !== true) await delay(20);
    }

    /** Makes a repository. @returns its name */
    async makeRepository(members?: string): Promise<string> {
        const name = `shop ${++this.repositories}`;
        await this.primary.sql('select cnc.create_repository($1, $2)', [name, members ?? null]);
        return name;
    }

    /** The address of a repository, as a person writes it. */
    addressOf(repository: string, ports = this.ports): string {
        const hosts = ports.map((port) => `127.0.0.1:${port}`).join(',');
        return `postgresql://${hosts}/postgres?repository=${encodeURIComponent(repository)}`;
    }

    /** The same as the product reads it. */
    parsed(repository: string, ports = this.ports): ServerAddress {
        return parseServerAddress(this.addressOf(repository, ports));
    }

    get ports(): readonly number[] {
        return [this.primary, this.standby].flatMap((server) => server?.port ?? []);
    }

    /** One person's way to a repository. */
    open(
        repository: string,
        user: string,
        options: Partial<StoreOptions> & Pick<StoreOptions, 'staging'>,
    ): PostgresLockStore {
        const address = this.parsed(repository);
        const store = new PostgresLockStore({
            address,
            user,
            connect,
            password: () => PASSWORD,
            host: 'PC',
            timeout: 60_000,
            silenceMs: 60_000,
            ...options,
        });
        this.stores.push(store);
        return store;
    }

    /** Ends the connections of everybody. */
    closeAll(): void {
        for (const store of this.stores.splice(0)) store.close();
    }

    async remove(): Promise<void> {
        this.closeAll();
        await this.standby?.remove();
        await this.primary.remove();
    }
}

/** A lock server for the tests of one suite, where there can be one. */
export function useLockServer(options: Parameters<typeof LockServer.start>[0] = {}): () => LockServer {
    let server: LockServer | undefined;
    before(async function () {
        skipUnless(this, 'postgres');
        server = await LockServer.start(options);
    });
    afterEach(() => server?.closeAll());
    after(() => server?.remove());
    return () => server!;
}
