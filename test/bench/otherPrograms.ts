import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Repository } from '../../src/core/repository/repository';
import { medians, run } from './measure';
import { python, runTutorial } from './python';
import { compare, skipped, within, type Row } from './report';
import { buildAsShipped } from './shipped';
import { makeFiles, openShop } from './shop';
import { provideSubversion, Subversion } from './subversion';

const FILES = 100;
const names = Array.from({ length: FILES }, (_, index) => `480${index}.vnc`);
const one = names.slice(0, 1);

interface Shop {
    readonly folder: string;
    /** The command line as it is shipped. */
    readonly program: string;
    readonly repository: Repository;
}

/** Checking out one file and a hundred: the tutorial in Python, and `svn lock`, beside ours. */
export async function benchOtherPrograms(folder: string): Promise<Row[]> {
    const shop = await makeShop(join(folder, 'others'));
    return [
        ...(await besideNode(shop)),
        ...(await besideTutorial(shop)),
        ...(await besideSubversion(shop)),
        ...(await listAsCommand(shop, join(folder, 'many'))),
    ];
}

async function makeShop(folder: string): Promise<Shop> {
    const root = join(folder, 'repo');
    await mkdir(root, { recursive: true });
    for (const name of names) await writeFile(join(root, name), '');
    const repository = openShop(folder);
    await repository.refresh();
    const program = join(buildAsShipped(join(folder, 'shipped')), 'cli.js');
    return { folder, program, repository };
}

/** What a check-out costs a script beside the start of Node.js, which this project cannot make quicker. */
async function besideNode(shop: Shop): Promise<Row[]> {
    const { empty, ours } = await medians(
        { empty: startNode, ours: () => command(shop, 'check-out', one) },
        31,
        (name) => (name === 'ours' ? checkIn(shop, one) : Promise.resolve()),
    );
    return [within('one check-out as a command, less an empty program of Node.js', ours - empty, 25)];
}

async function startNode(): Promise<void> {
    await run(process.execPath, ['-e', '0']);
}

/** All of a large repository, beside a program that reads and prints the same. */
async function listAsCommand({ program, folder: cache }: Shop, folder: string): Promise<Row[]> {
    const files = 100_000;
    await makeFiles(join(folder, 'repo'), files, 1);
    const list = async (...options: readonly string[]): Promise<void> =>
        void (await run(process.execPath, [program, 'list', '--root', folder, ...options], cacheIn(cache)));
    const bare = async (...options: readonly string[]): Promise<void> =>
        void (await run(process.execPath, [join(__dirname, 'bareListWorker.js'), join(folder, 'repo'), ...options]));
    const { text, json, names, sizes } = await medians(
        { names: () => bare(), text: () => list(), sizes: () => bare('sizes'), json: () => list('--json') },
        7,
    );
    const what = `${files.toLocaleString('en')} files as a command`;
    return [
        compare(`${what}: \`list --json\` / a program that reads names and sizes`, json, sizes, 1.5),
        compare(`${what}: \`list\` / the same`, text, sizes, 1.5),
        compare(`${what}: \`list\` / a program that reads the names alone`, text, names),
    ];
}

async function besideTutorial(shop: Shop): Promise<Row[]> {
    if (python === undefined) return [skipped('the tutorial in Python', 'there is no Python 3')];
    const theirs = join(shop.folder, 'tutorial.json');
    const rounds = 100;
    const ours = await medians({ time: () => checkOut(shop, one) }, rounds, () => checkIn(shop, one));
    const reference = Number(await runTutorial('time-check-outs', theirs, String(rounds), ...one));
    const commands = await medians(
        {
            ours: () => command(shop, 'check-out', one),
            theirs: async () => void (await runTutorial('check-out', theirs, ...one)),
        },
        10,
        async () => {
            await checkIn(shop, one);
            await writeFile(theirs, '{}');
        },
    );
    return [
        compare('one check-out in a running process / the tutorial in a running Python', ours.time, reference),
        compare('one check-out as a command / the tutorial as a Python command', commands.ours, commands.theirs),
    ];
}

async function besideSubversion(shop: Shop): Promise<Row[]> {
    if (!provideSubversion()) {
        return [skipped('`svn lock`', 'there is no Subversion (install `svn`, `svnadmin` and `svnserve`)')];
    }
    const subversion = await Subversion.start(shop.folder, names);
    try {
        const starts = await medians({ node: startNode, svn: () => Subversion.startOnly() }, 15);
        const rows: Row[] = [];
        for (const files of [one, names]) {
            const what = files === one ? 'one file' : `${FILES} files at once`;
            const times = await timesOf(shop, subversion, files);
            rows.push(compare(`${what} in a running process / \`svn lock\``, times.library, times.svn, 1));
            rows.push(compare(`${what} as a command / \`svn lock\``, times.command, times.svn));
            const [ours, theirs] = [times.command - starts.node, times.svn - starts.svn];
            rows.push(compare('   less the start of an empty program', ours, theirs));
        }
        return [...rows, compare('an empty program: Node.js / `svn --version`', starts.node, starts.svn)];
    } finally {
        await subversion.end();
    }
}

function timesOf(
    shop: Shop,
    subversion: Subversion,
    files: readonly string[],
): Promise<Record<'library' | 'command' | 'svn', number>> {
    return medians(
        {
            library: () => checkOut(shop, files),
            command: () => command(shop, 'check-out', files),
            svn: () => subversion.lock(files),
        },
        15,
        (name) => (name === 'svn' ? subversion.unlock(files) : checkIn(shop, files)),
    );
}

async function checkOut({ repository }: Shop, files: readonly string[]): Promise<void> {
    const outcomes = await repository.checkOut(files, 'new fixture');
    if (outcomes.some(({ refusal }) => refusal !== undefined)) throw new Error('A check-out was refused.');
}

async function checkIn({ repository }: Shop, files: readonly string[]): Promise<void> {
    // A command has checked them out on this computer, which is called otherwise than that of the repository.
    await repository.checkIn(files, { fromOtherComputer: true });
}

async function command({ folder, program }: Shop, name: string, files: readonly string[]): Promise<void> {
    await run(process.execPath, [program, name, ...files, '--root', folder, '--user', 'Bob'], cacheIn(folder));
}

/** The compiled code that a command keeps for the next time goes away with the benchmark. */
function cacheIn(folder: string): NodeJS.ProcessEnv {
    return { XDG_CACHE_HOME: folder, LOCALAPPDATA: folder };
}
