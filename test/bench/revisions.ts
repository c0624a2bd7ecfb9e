import { createHash, randomFillSync } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { appendFile, mkdir, open, readFile, rename, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip, gzipSync } from 'node:zlib';
import type { Repository } from '../../src/core/repository/repository';
import { median, medians, run } from './measure';
import { compare, within, type Row } from './report';
import { makeRevisions, programOf } from './revisionShop';
import type { Took } from './revisionsWorker';
import { makeFiles, openShop } from './shop';
import { bareChange } from './transactions';

const MEGABYTE = 2 ** 20;
const PIECE_BYTES = 2 ** 18;
const PROGRAM_BYTES = 100_000;
const PART_MEGABYTES = 200;
const FILES = 100_000;
const REVISIONS_EACH = 10;
const OPENED = 15;
const READ = 3;

/** Check-ins that keep what was checked in, and what many revisions cost those who want none of them. */
export async function benchRevisions(folder: string): Promise<Row[]> {
    return [
        await programRow(path.join(folder, 'program')),
        ...(await partRows(path.join(folder, 'part'))),
        await listRow(path.join(folder, 'list')),
        ...(await manyRows(folder)),
    ];
}

/** What a check-in leaves on the disk, by bare calls. */
async function programRow(folder: string): Promise<Row> {
    const repository = await shopWith(folder, { 'a.vnc': '' });
    const program = path.join(folder, 'repo', 'a.vnc');
    const bare = path.join(folder, 'bare');
    await mkdir(bare);
    const [bareProgram, bareLocks] = [path.join(bare, 'a.vnc'), path.join(bare, 'locks.json')];
    await writeFile(bareLocks, '{}');
    let version = 0;
    const prepare = async (): Promise<void> => {
        version++;
        await writeFile(program, programOf(PROGRAM_BYTES, version));
        await writeFile(bareProgram, programOf(PROGRAM_BYTES, version));
        await checkOut(repository, 'a.vnc');
        await bareChange(bareLocks, (table) => (table['a.vnc'] = { user: 'Bob', timestamp: '', message: '' }));
    };
    await prepare();
    const { ours, calls } = await medians(
        {
            calls: async () => {
                const content = await readFile(bareProgram);
                const kept = path.join(bare, `r${version}.vnc.gz`);
                await writeForced(`${kept}.tmp`, gzipSync(content, { level: constants.Z_BEST_SPEED }));
                await rename(`${kept}.tmp`, kept);
                const sha256 = createHash('sha256').update(content).digest('hex');
                const text = await bareChange(bareLocks, (table) => delete table['a.vnc']);
                await writeFile(`${bareLocks}.bak.tmp`, text, { flag: 'wx' });
                await rename(`${bareLocks}.bak.tmp`, `${bareLocks}.bak`);
                await appendFile(`${bareLocks}.history`, `${JSON.stringify({ version, sha256 })}\n`);
            },
            ours: () => checkIn(repository, 'a.vnc'),
        },
        60,
        async (name) => {
            if (name === 'ours') await prepare();
        },
    );
    return compare('a check-in of a program of 100 kB / bare calls that write the same bytes', ours, calls, 1.5);
}

async function partRows(folder: string): Promise<Row[]> {
    const repository = await shopWith(folder, { 'big.mcam': '', 'small.mcam': '' });
    const [part, copy] = [path.join(folder, 'repo', 'big.mcam'), path.join(folder, 'copy.gz')];
    await writeFile(part, partPieces());
    const prepare = async (): Promise<void> => {
        // As after a save: another content, and another size.
        await appendFile(part, randomFillSync(Buffer.alloc(16)), { flush: true });
        await checkOut(repository, 'big.mcam');
    };
    await prepare();
    const { ours, bare } = await medians(
        {
            bare: async () => {
                const target = await open(copy, 'w');
                const gzip = createGzip({ level: constants.Z_BEST_SPEED, chunkSize: PIECE_BYTES });
                const source = createReadStream(part, { highWaterMark: PIECE_BYTES });
                await pipeline(source, gzip, async (pieces: AsyncIterable<Buffer>) => {
                    for await (const piece of pieces) await target.writeFile(piece);
                });
                await target.sync();
                await target.close();
            },
            ours: () => checkIn(repository, 'big.mcam'),
        },
        3,
        async (name) => {
            if (name === 'ours') await prepare();
        },
    );
    await checkOut(repository, 'small.mcam');
    const { bytes } = await inProcess('checkIn', folder, 'big.mcam');
    const what = `a check-in of a part of ${PART_MEGABYTES} MB`;
    return [
        compare(`${what} / a compressed copy, forced to the disk`, ours, bare, 1.2),
        megabytes(`   how much more memory it takes`, bytes, 64),
    ];
}

async function listRow(folder: string): Promise<Row> {
    await shopWith(folder, { 'a.vnc': 'M30\n' });
    makeRevisions(folder, ['a.vnc'], 1000);
    const { list } = await medians(
        {
            list: async () => {
                const all = await openShop(folder).revisions.list('a.vnc');
                if (all.length !== 1000) throw new Error(`${all.length} revisions were listed.`);
            },
        },
        15,
    );
    return within('the list of 1,000 revisions of a file, read for the first time', list, 200);
}

async function manyRows(folder: string): Promise<Row[]> {
    const [without, withThem] = [path.join(folder, 'without'), path.join(folder, 'with')];
    for (const shop of [without, withThem]) {
        await makeFiles(path.join(shop, 'repo'), FILES, 1000);
        await writeFile(path.join(shop, 'locks.json'), '{}');
    }
    const repository = openShop(withThem);
    await repository.lookEverywhere();
    const files = repository.snapshot.files().map((file) => file.path);
    makeRevisions(withThem, files, REVISIONS_EACH);
    const opening = (shop: string) => async (): Promise<void> => {
        const opened = openShop(shop);
        await opened.refresh();
        await opened.lookFurther();
        if (opened.snapshot.files().length !== FILES) throw new Error('There are other files.');
    };
    const times = await medians({ without: opening(without), withThem: opening(withThem) }, OPENED);
    const took: Took[] = [];
    for (let round = 0; round < READ; round++) took.push(await inProcess('history', withThem, files[0]!));
    const lines = (FILES * REVISIONS_EACH).toLocaleString('en');
    const what = `a repository of ${FILES.toLocaleString('en')} files`;
    return [
        compare(`opening ${what} with ${REVISIONS_EACH} revisions each / without`, times.withThem, times.without, 1.2),
        within(`the first look at its history of ${lines} lines`, median(took.map((one) => one.milliseconds)), 5000),
        megabytes('   how much more memory it takes', median(took.map((one) => one.bytes)), 250),
        within('   the longest that anything else waits for its turn', median(took.map((one) => one.longestTurn))),
    ];
}

/** A repository with some files, none of them checked out. */
async function shopWith(folder: string, files: Readonly<Record<string, string>>): Promise<Repository> {
    await mkdir(path.join(folder, 'repo'), { recursive: true });
    await writeFile(path.join(folder, 'locks.json'), '{}');
    for (const [name, content] of Object.entries(files)) await writeFile(path.join(folder, 'repo', name), content);
    const repository = openShop(folder);
    await repository.lookEverywhere();
    return repository;
}

async function checkOut(repository: Repository, file: string): Promise<void> {
    const [outcome] = await repository.checkOut([file], 'Working on revisions');
    if (outcome?.refusal !== undefined) throw new Error(outcome.refusal.message);
}

async function checkIn(repository: Repository, file: string): Promise<void> {
    const [outcome] = await repository.checkIn([file]);
    if (outcome?.refusal !== undefined) throw new Error(outcome.refusal.message);
}

async function writeForced(file: string, bytes: Buffer): Promise<void> {
    const handle = await open(file, 'wx');
    await handle.writeFile(bytes);
    await handle.sync();
    await handle.close();
}

/** What a CAM program saves: a little of it repeats. */
function* partPieces(): Generator<Buffer> {
    for (let piece = 0; piece < PART_MEGABYTES; piece++) {
        const bytes = Buffer.alloc(MEGABYTE, piece);
        yield randomFillSync(bytes, 0, Math.floor(0.9 * MEGABYTE));
    }
}

async function inProcess(job: 'checkIn' | 'history', shop: string, file: string): Promise<Took> {
    const worker = path.join(__dirname, 'revisionsWorker.js');
    return JSON.parse(await run(process.execPath, [worker, job, shop, file])) as Took;
}

function megabytes(what: string, bytes: number, atMost: number): Row {
    const ours = bytes / MEGABYTE;
    return {
        what,
        ours: `${ours.toFixed(0)} MB`,
        reference: '',
        target: `<= ${atMost} MB`,
        met: ours <= atMost,
    };
}
