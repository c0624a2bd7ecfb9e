import { mkdir, open, readFile, rename, rmdir, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { LocksFile } from '../../src/core/locksFile';
import { FileLockStore } from '../../src/core/lockStore';
import { newLock } from '../../src/core/lockTable';
import { medians } from './measure';
import { compare, type Row } from './report';

const extensions = new Set(['.vnc']);
const lockNow = () => newLock('Bob', 'PC', 'new fixture', new Date());

/** One check-out and 500, beside the same bare calls. */
export async function benchTransactions(folder: string): Promise<Row[]> {
    const rows: Row[] = [];
    for (const existing of [0, 1000, 10_000]) {
        const { bare, ours } = await benchOne(folder, existing);
        rows.push(compare(`one check-out, ${existing} locks there / bare calls`, ours, bare, 1.5));
    }
    const { one, many } = await benchMany(folder);
    rows.push(compare('500 files in one go / one file', many, one, 4));
    return rows;
}

async function prepare(folder: string, name: string, existing: number): Promise<string> {
    const file = path.join(folder, `${name}-${existing}.json`);
    const table = Object.fromEntries(Array.from({ length: existing }, (_, index) => [`job/${index}.vnc`, lockNow()]));
    await writeFile(file, JSON.stringify(table, null, 4));
    return file;
}

/** One check-out in a folder, beside the same bare calls there. */
export async function benchOne(
    folder: string,
    existing: number,
    rounds = 200,
): Promise<{ bare: number; ours: number }> {
    const bareFile = await prepare(folder, 'bare', existing);
    const oursFile = await prepare(folder, 'ours', existing);
    const store = storeOf(oursFile);
    return medians(
        {
            bare: () => bareChange(bareFile, (table) => (table['x.vnc'] = lockNow())),
            ours: async () => {
                const { outcomes } = await store.checkOut([{ path: 'x.vnc', present: true }], lockNow(), extensions);
                if (outcomes[0]?.lock === undefined) throw new Error('The check-out was refused.');
            },
        },
        rounds,
        async () => {
            await bareChange(bareFile, (table) => delete table['x.vnc']);
            await store.checkIn(['x.vnc'], 'Bob');
        },
    );
}

async function benchMany(folder: string): Promise<{ one: number; many: number }> {
    const store = storeOf(await prepare(folder, 'many', 0));
    const paths = Array.from({ length: 500 }, (_, index) => `job/${index}.vnc`);
    const checkOut = async (wanted: readonly string[]): Promise<void> => {
        await store.checkOut(
            wanted.map((file) => ({ path: file, present: true })),
            lockNow(),
            extensions,
        );
    };
    return medians(
        { one: () => checkOut(paths.slice(0, 1)), many: () => checkOut(paths) },
        100,
        async () => void (await store.checkIn(paths, 'Bob')),
    );
}

function storeOf(file: string): FileLockStore {
    return new FileLockStore(new LocksFile(file, { owner: { user: 'Bob', host: 'PC' }, timeout: 10_000 }));
}

async function bareChange(file: string, change: (table: Record<string, unknown>) => void): Promise<void> {
    await mkdir(`${file}.bare`);
    const table = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
    change(table);
    const handle = await open(`${file}.tmp`, 'wx');
    await handle.writeFile(JSON.stringify(table, null, 4));
    await handle.sync();
    await handle.close();
    await rename(`${file}.tmp`, file);
    await rmdir(`${file}.bare`);
}
