import { appendFile, mkdir, open, readFile, rename, rmdir, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { LocksFile } from '../../src/core/locks/locksFile';
import { FileLockStore } from '../../src/core/locks/fileLockStore';
import { newLock } from '../../src/core/locks/holder';
import { medians } from './measure';
import { compare, type Row } from './report';

const extensions = new Set(['.vnc']);
const lockNow = () => newLock('Bob', 'PC', 'new fixture', new Date());

/** One check-out and 500, beside the same bare calls. */
export async function benchTransactions(folder: string): Promise<Row[]> {
    const rows: Row[] = [];
    for (const existing of [0, 1000, 10_000]) {
        rows.push(...(await benchOne(folder, existing, 200, 1.25)));
    }
    const { one, many } = await benchMany(folder);
    rows.push(compare('500 files at once / one file', many, one, 4));
    return rows;
}

async function prepare(folder: string, name: string, existing: number): Promise<string> {
    const file = path.join(folder, `${name}-${existing}.json`);
    const table = Object.fromEntries(Array.from({ length: existing }, (_, index) => [`job/${index}.vnc`, lockNow()]));
    await writeFile(file, JSON.stringify(table, null, 4));
    return file;
}

/** One check-out in a folder, beside bare calls there: those that change the locks, and all that leave the same files. */
export async function benchOne(folder: string, existing: number, rounds: number, target?: number): Promise<Row[]> {
    const bareFile = await prepare(folder, 'bare', existing);
    const wholeFile = await prepare(folder, 'whole', existing);
    const oursFile = await prepare(folder, 'ours', existing);
    const store = storeOf(oursFile);
    const { bare, whole, ours } = await medians(
        {
            bare: async () => void (await bareChange(bareFile, (table) => (table['x.vnc'] = lockNow()))),
            whole: async () => {
                const lock = lockNow();
                const text = await bareChange(wholeFile, (table) => (table['x.vnc'] = lock));
                await writeFile(`${wholeFile}.bak.tmp`, text, { flag: 'wx' });
                await rename(`${wholeFile}.bak.tmp`, `${wholeFile}.bak`);
                // Read as well: smbnetfs appends only to what it may read.
                await appendFile(`${wholeFile}.history`, `${JSON.stringify(lock)}\n`, { flag: 'a+' });
            },
            ours: async () => {
                const { outcomes } = await store.checkOut([{ path: 'x.vnc', present: true }], lockNow(), extensions);
                if (outcomes[0]?.lock === undefined) throw new Error('The check-out was refused.');
            },
        },
        rounds,
        async () => {
            for (const file of [bareFile, wholeFile]) await bareChange(file, (table) => delete table['x.vnc']);
            await store.checkIn(['x.vnc'], 'Bob');
        },
    );
    const what = `one check-out, ${existing.toLocaleString('en')} existing locks`;
    return [
        compare(`${what} / bare calls that leave the same files`, ours, whole, target),
        compare(`   the same / bare calls that change the locks file alone`, ours, bare),
    ];
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

/** A change of the locks, by bare calls. @returns what was written */
export async function bareChange(file: string, change: (table: Record<string, unknown>) => void): Promise<string> {
    await mkdir(`${file}.bare`);
    const table = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
    change(table);
    const handle = await open(`${file}.tmp`, 'wx');
    const text = JSON.stringify(table, null, 4);
    await handle.writeFile(text);
    await handle.sync();
    await handle.close();
    await rename(`${file}.tmp`, file);
    await rmdir(`${file}.bare`);
    return text;
}
