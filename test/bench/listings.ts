import { readdir } from 'node:fs/promises';
import * as path from 'node:path';
import { limitConcurrency } from '../../src/core/base/concurrency';
import { type FolderListing, FOLDERS_AT_ONCE, listRepository } from '../../src/core/repository/listing';
import { defaultExtensions } from '../../src/core/repository/locateRepository';
import type { Repository } from '../../src/core/repository/repository';
import { medians, run } from './measure';
import { python, runTutorial } from './python';
import { compare, skipped, type Row } from './report';
import { makeFiles, openShop } from './shop';

/** Listing many files, in one folder and in many, beside bare directory reads and the tutorial's way. */
export async function benchListings(folder: string): Promise<Row[]> {
    const rows: Row[] = [];
    for (const [files, folders, rounds] of [
        [10_000, 1, 31],
        [10_000, 20, 31],
        [100_000, 1, 9],
        [100_000, 1000, 9],
    ] as const) {
        const shop = path.join(folder, `${files}-${folders}`);
        await makeFiles(path.join(shop, 'repo'), files, folders);
        const where = folders === 1 ? 'one folder' : `${folders.toLocaleString('en')} folders`;
        const what = `${files.toLocaleString('en')} files in ${where}`;
        rows.push(...(await benchListing(shop, what, files, rounds)));
        if (folders === 1) rows.push(await tutorialRow(shop, what, files));
        if (files === 100_000) rows.push(await memoryRow(shop, what, files));
        if (files === 100_000 && folders === 1) rows.push(await amongMany(shop, path.join(folder, 'few')));
    }
    return rows;
}

/** Listing what there is in `repo`, beside bare directory reads. */
export async function benchListing(shop: string, what: string, files: number, rounds: number): Promise<Row[]> {
    const root = path.join(shop, 'repo');
    const repository = openShop(shop);
    await repository.lookEverywhere();
    await repository.refresh();
    const { bare, allAtOnce, first, again } = await medians(
        {
            bare: () => readAll(root, FOLDERS_AT_ONCE),
            allAtOnce: () => readAll(root, Infinity),
            first: async () => expectAll((await listRepository(root, defaultExtensions)).folders, files),
            again: async () => {
                await repository.refresh();
                expectAll(repository.snapshot.listings, files);
            },
        },
        rounds,
    );
    const isOneFolder = repository.snapshot.listings.size === 1;
    return [
        compare(`${what}: the first time / bare readdir`, first, bare, files === 10_000 ? 1.5 : undefined),
        compare(`${what}: again / bare readdir`, again, bare, 1.5),
        ...(isOneFolder ? [] : [compare(`${what}: again / bare readdir, all folders at once`, again, allAtOnce)]),
    ];
}

async function tutorialRow(shop: string, what: string, files: number): Promise<Row> {
    const name = `${what}: the tutorial's way / bare readdir`;
    if (python === undefined) return skipped(name, 'there is no Python 3');
    const root = path.join(shop, 'repo');
    const rounds = files === 10_000 ? 5 : 3;
    const theirs = Number(await runTutorial('time-listings', root, String(rounds)));
    const { bare } = await medians({ bare: () => readAll(root, FOLDERS_AT_ONCE) }, rounds);
    return compare(name, theirs, bare);
}

/** Whether a check-out gets slower with the files that lie beside the one that is wanted. */
async function amongMany(many: string, few: string): Promise<Row> {
    await makeFiles(path.join(few, 'repo'), 10, 1);
    const [among100000, among10] = await Promise.all(
        [many, few].map(async (shop) => {
            const repository = openShop(shop);
            await repository.lookEverywhere();
            const file = repository.snapshot.files()[5]!.path;
            return { repository, file };
        }),
    );
    const checkOut =
        ({ repository, file }: { repository: Repository; file: string }) =>
        async (): Promise<void> => {
            const [outcome] = await repository.checkOut([file], '');
            if (outcome?.refusal !== undefined) throw new Error(outcome.refusal.message);
        };
    const { ours, alone } = await medians(
        { ours: checkOut(among100000!), alone: checkOut(among10!) },
        21,
        async (name) => {
            const { repository, file } = name === 'ours' ? among100000! : among10!;
            await repository.checkIn([file]);
        },
    );
    return compare('one check-out in a folder of 100,000 files / in one of 10', ours, alone, 1.5);
}

/** In a process of its own: here, garbage of what was measured before would count. */
async function memoryRow(shop: string, what: string, files: number): Promise<Row> {
    const bytes = Number(await run(process.execPath, ['--expose-gc', path.join(__dirname, 'memoryWorker.js'), shop]));
    return {
        what: `${what}: memory for each file`,
        ours: `${(bytes / files).toFixed(0)} bytes`,
        reference: '',
        target: '',
        met: undefined,
    };
}

/** What any listing has to do: the same reads, with the names kept. */
async function readAll(root: string, atOnce: number): Promise<void> {
    const names: string[] = [];
    let level = [root];
    while (level.length > 0) {
        const next: string[] = [];
        await limitConcurrency(level, Math.min(atOnce, level.length), async (folder) => {
            for (const entry of await readdir(folder, { withFileTypes: true })) {
                if (entry.isFile()) names.push(entry.name);
                else if (entry.isDirectory()) next.push(path.join(folder, entry.name));
            }
        });
        level = next;
    }
}

function expectAll(listings: ReadonlyMap<string, FolderListing>, expected: number): void {
    const found = [...listings.values()].reduce((sum, { files }) => sum + files.size, 0);
    if (found !== expected) throw new Error(`${found} files were listed.`);
}
