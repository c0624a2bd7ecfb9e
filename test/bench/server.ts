import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import * as path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { newLock } from '../../src/core/locks/holder';
import type { PostgresLockStore } from '../../src/core/server/postgresLockStore';
import { AnswerProxy } from '../support/postgres/answerProxy';
import { hasPostgresPackage } from '../support/postgres/postgresPrograms';
import { LockServer, PASSWORD } from '../unit/support/lockServer';
import { median, medians } from './measure';
import { compare, skipped, within, type Row } from './report';
import { buildAsShipped } from './shipped';

const extensions = new Set(['.vnc']);
const CHECK_OUTS = 60;
const CLIENTS = 200;
const POLLS = 5;
const CHANGES = 20;
const FAILOVERS = 3;
const LOCKS = 100_000;
const LISTINGS = 10;

/** What a lock server costs near and far, and how soon it goes on after a promotion: real servers, one of them a standby. */
export async function benchServer(folder: string): Promise<Row[]> {
    if (!hasPostgresPackage()) return [skipped('a lock server', 'there is no PostgreSQL for this system in npm')];
    const rows: Row[] = [];
    const server = await LockServer.start();
    try {
        for (const distance of [0, 20, 80]) rows.push(...(await checkOutRows(server, folder, distance)));
        rows.push(...(await idleRows(server, folder)));
        rows.push(await seenRow(server, folder));
        rows.push(await listRow(server, folder));
    } finally {
        await server.remove();
    }
    rows.push(await failoverRow(folder));
    buildAsShipped(folder);
    const kilobytes = (await stat(path.join(folder, 'postgres.js'))).size / 1000;
    const target = 130;
    rows.push({
        what: 'postgres.js, minified, with the licences of what is in it',
        ours: `${kilobytes.toFixed(1)} kB`,
        reference: '',
        target: `<= ${target} kB`,
        met: kilobytes <= target,
    });
    return rows;
}

/** One check-out beside a bare call of the function, each over a connection of its own. */
async function checkOutRows(server: LockServer, folder: string, distance: number): Promise<Row[]> {
    const repository = await server.makeRepository();
    const proxy = await AnswerProxy.start(server.primary.port, distance);
    const store = await storeThrough(proxy, server, repository, 'alice', folder);
    const client = new Client({
        host: '127.0.0.1',
        port: proxy.port,
        user: 'bob',
        password: PASSWORD,
        database: 'postgres',
    });
    await client.connect();
    let trips = 0;
    try {
        const { ours, bare } = await medians(
            {
                bare: () => bareChange(client, repository, 'check-out', null),
                ours: async () => {
                    const before = proxy.roundTrips;
                    await checkOut(store, 'a.vnc');
                    trips = proxy.roundTrips - before;
                },
            },
            CHECK_OUTS,
            async (name) => {
                if (name === 'bare') await bareRelease(client, repository);
                else await store.checkIn(['a.vnc'], 'alice');
            },
        );
        const what = `one check-out, ${distance === 0 ? 'on the same computer' : `${distance} ms away`}`;
        return [
            compare(`${what} / a bare call of the function`, ours, bare, 1.5),
            countRow('   round trips', trips, 1),
        ];
    } finally {
        await client.end();
        store.close();
        await proxy.stop();
    }
}

interface Expected {
    readonly holder: string;
    readonly since: string;
}

/** The call that takes or releases a file, and nothing around it. */
async function bareChange(
    client: Client,
    repository: string,
    action: 'check-out' | 'check-in',
    expect: Expected | null,
): Promise<void> {
    const set = action === 'check-out' ? 'take' : 'release';
    const file = { path: 'b.vnc', folded: 'b.vnc', expect, set, message: 'Feed' };
    const event = { action, path: 'b.vnc', folded: 'b.vnc', message: '', detail: {} };
    const { rows } = await client.query<{ told: { applied: boolean } }>(
        'select cnc.change($1, $2, $3, $4, $5, null, 0, 0, null) as told',
        [repository, randomUUID(), JSON.stringify([file]), JSON.stringify([event]), 'PC'],
    );
    if (rows[0]?.told.applied !== true) throw new Error('The bare change was not made.');
}

async function bareRelease(client: Client, repository: string): Promise<void> {
    const { rows } = await client.query<Expected>(
        `select holder, since from cnc.lock where repository = $1 and folded = 'b.vnc'`,
        [repository],
    );
    await bareChange(client, repository, 'check-in', rows[0]!);
}

async function idleRows(server: LockServer, folder: string): Promise<Row[]> {
    const repository = await server.makeRepository();
    await server.primary.sql('alter system set max_connections = 250');
    await server.standby!.sql('alter system set max_connections = 250');
    await server.primary.kill();
    await server.standby!.kill();
    await Promise.all([server.primary.run(), server.standby!.run()]);
    const proxy = await AnswerProxy.start(server.primary.port, 0);
    const stores: PostgresLockStore[] = [];
    try {
        for (let index = 0; index < CLIENTS; index++) {
            const store = await storeThrough(proxy, server, repository, 'alice', folder);
            await store.mark();
            stores.push(store);
        }
        const [trips, bytes] = [proxy.roundTrips, proxy.bytes];
        for (let poll = 0; poll < POLLS; poll++) await Promise.all(stores.map((store) => store.mark()));
        const polls = CLIENTS * POLLS;
        return [
            countRow(`${CLIENTS} clients, nothing happens: questions per poll`, (proxy.roundTrips - trips) / polls, 1),
            countRow('   bytes to and fro per poll', (proxy.bytes - bytes) / polls, 1000),
        ];
    } finally {
        for (const store of stores) store.close();
        await proxy.stop();
    }
}

/** From the end of a change until the last of the others has the new locks, at a distance. */
async function seenRow(server: LockServer, folder: string): Promise<Row> {
    const repository = await server.makeRepository();
    const proxy = await AnswerProxy.start(server.primary.port, 20);
    const maker = await storeThrough(proxy, server, repository, 'alice', folder);
    const others = await Promise.all(
        Array.from({ length: 10 }, () => storeThrough(proxy, server, repository, 'bob', folder)),
    );
    try {
        const hints = others.map((store) => ({ store, hear: (): void => undefined }));
        for (const hint of hints) {
            hint.store.onHint(() => hint.hear());
            await hint.store.list();
            await hint.store.mark(); // By then it listens.
        }
        const times: number[] = [];
        for (let change = 0; change < CHANGES; change++) {
            const holder = change % 2 === 0 ? 'alice' : undefined;
            const all = hints.map(
                (hint) =>
                    new Promise<void>((resolve) => {
                        hint.hear = (): void => {
                            void hint.store.list().then(({ table }) => {
                                if (table.find('a.vnc')?.lock?.user === holder) resolve();
                            });
                        };
                    }),
            );
            if (holder === undefined) await maker.checkIn(['a.vnc'], 'alice');
            else await checkOut(maker, 'a.vnc');
            const made = performance.now();
            await Promise.all(all);
            times.push(performance.now() - made);
        }
        return within('a change is seen by 10 others, 20 ms away: the slowest', Math.max(...times), 300);
    } finally {
        for (const store of [maker, ...others]) store.close();
        await proxy.stop();
    }
}

async function listRow(server: LockServer, folder: string): Promise<Row> {
    const repository = await server.makeRepository();
    await server.primary.sql(
        `insert into cnc.lock (repository, folded, path, holder, since, message, host, revision)
         select $1, name, name, 'user' || n % 50, '2026-11-23T08:15:30.123000+00:00', 'Working on revision ' || n, 'CAM-07', n
         from generate_series(1, ${LOCKS}) n, concat('job', n / 1000, '/part', n, '.vnc') name`,
        [repository],
    );
    await server.primary.sql(
        `update cnc.repository set revision = ${LOCKS}, change = gen_random_uuid() where name = $1`,
        [repository],
    );
    await server.primary.sql('vacuum analyze cnc.lock');
    const listed: number[] = [];
    for (let round = 0; round < LISTINGS; round++) {
        const store = open(server, repository, 'alice', folder, server.ports);
        await store.mark();
        const began = performance.now();
        const { table } = await store.list();
        listed.push(performance.now() - began);
        store.close();
        if (table.entries.length !== LOCKS) throw new Error(`${table.entries.length} locks were listed.`);
    }
    return within(`${LOCKS.toLocaleString('en')} locks listed`, median(listed), 500);
}

async function failoverRow(folder: string): Promise<Row> {
    const times: number[] = [];
    for (let round = 0; round < FAILOVERS; round++) {
        const server = await LockServer.start();
        try {
            const repository = await server.makeRepository();
            const store = open(server, repository, 'alice', folder, server.ports);
            await checkOut(store, 'a.vnc');
            await server.primary.kill();
            await server.standby!.promote();
            const promoted = performance.now();
            while (
                !(await checkOut(store, 'b.vnc').then(
                    () => true,
                    () => false,
                ))
            )
                await delay(10);
            times.push(performance.now() - promoted);
        } finally {
            await server.remove();
        }
    }
    return within(`after a promotion, until one can check out: the slowest of ${FAILOVERS}`, Math.max(...times), 3000);
}

async function checkOut(store: PostgresLockStore, file: string): Promise<void> {
    const lock = newLock('alice', 'PC', 'Feed', new Date());
    const { outcomes } = await store.checkOut([{ path: file, present: true }], lock, extensions);
    if (outcomes[0]?.refusal !== undefined) throw new Error(outcomes[0].refusal.message);
}

async function storeThrough(
    proxy: AnswerProxy,
    server: LockServer,
    repository: string,
    user: string,
    folder: string,
): Promise<PostgresLockStore> {
    const store = open(server, repository, user, folder, [proxy.port]);
    await store.list();
    return store;
}

function open(
    server: LockServer,
    repository: string,
    user: string,
    folder: string,
    ports: readonly number[],
): PostgresLockStore {
    const address = server.parsed(repository, ports);
    return server.open(repository, user, { staging: path.join(folder, 'locks.json'), address, silenceMs: 3000 });
}

function countRow(what: string, count: number, atMost: number): Row {
    return { what, ours: count.toFixed(2), reference: '', target: `<= ${atMost}`, met: count <= atMost };
}
