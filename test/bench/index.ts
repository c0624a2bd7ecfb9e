import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { explain } from '../support/explain';
import { exitAtSignals, stopAllAtExit } from '../support/processes';
import { root } from '../support/root';
import { benchBundles } from './bundles';
import { benchContention } from './contention';
import { benchCrowd } from './crowd';
import { benchListings } from './listings';
import { describeMachine } from './machine';
import { benchOtherPrograms } from './otherPrograms';
import { asMarkdown, asText, type Row, type Section } from './report';
import { benchRevisions } from './revisions';
import { benchServer } from './server';
import { benchSmb } from './smb';
import { benchTransactions } from './transactions';
import { benchWindow } from './window';

/** A part of the benchmark, which can be run alone by its name. */
interface Part extends Omit<Section, 'rows'> {
    readonly name: string;
    /** @param folder an empty one, for this part alone */
    run(folder: string): Promise<Row[]>;
}

const parts: readonly Part[] = [
    {
        name: 'changes',
        title: 'A change of the locks file',
        about: 'Reference: the same system calls and JSON work with nothing around them: create a directory, read, parse, serialise, write a new file, force it to the disk, rename it, remove the directory; then write and rename the copy, and append to the history.',
        run: benchTransactions,
    },
    {
        name: 'writers',
        title: 'Many writers',
        about: 'Each writer is a process of its own that checks a file out and in without a pause. All share one locks file.',
        run: benchContention,
    },
    {
        name: 'others',
        title: 'Beside other programs',
        about: `The tutorial in Python takes one lock to load and another to save. It loses updates, and forces nothing to the disk. \`svn lock\` asks a \`svnserve\` that runs on the same computer. "In a running process" is what VS Code does: one library call that looks at the repository and makes one transaction, forced to the disk. "As a command" starts a program each time, as \`svn lock\` does: \`node cli.js check-out\`, minified as it is shipped, after the first times, which keep what V8 compiled.`,
        run: benchOtherPrograms,
    },
    {
        name: 'crowd',
        title: '200 clients on one share',
        about: '4 processes with 50 clients each. Every client has its own timer and polls at least every 2 s, the default. System calls are counted with strace; only calls that name a file can reach the share.',
        run: benchCrowd,
    },
    {
        name: 'listings',
        title: 'Listing the repository',
        about: `Reference: the same directory reads, as many at a time, that keep the names and do nothing else. "Again" is a refresh, locks included, when nothing changed. The tutorial looks at each file (\`stat\`) twice.`,
        run: benchListings,
    },
    {
        name: 'revisions',
        title: 'Revisions',
        about: 'Reference for a program: read it, compress it, write that, force it to the disk and rename it; then the calls above that change the locks, the copy and the history. Reference for a part: read it, compress it as fast as gzip can, write that, and force it to the disk. Ours also takes the hash, reads back what it wrote, and looks whether the file was written to meanwhile.',
        run: benchRevisions,
    },
    {
        name: 'smb',
        title: 'On an SMB share',
        about: 'Samba on the same computer, reached through `smbnetfs`: about a millisecond per call. Reference: the same calls as above, on the same share.',
        run: benchSmb,
    },
    {
        name: 'server',
        title: 'On a lock server',
        about: 'PostgreSQL from npm on the same computer, a primary and a synchronous standby, neither of which forces anything to the disk; a proxy in between stands for the distance, given as a round trip. Reference: the same connection and the function that makes the change, called by itself.',
        run: benchServer,
    },
    {
        name: 'window',
        title: 'In a window of VS Code',
        about: 'A real VS Code with the extension installed.',
        run: benchWindow,
    },
    { name: 'size', title: 'What is installed', about: 'Minified, as packed.', run: benchBundles },
];

const page = path.join(root, 'docs', 'benchmark.md');

/**
 * Measures against the targets and prints the tables; writes them to `docs/benchmark.md` when all parts were measured.
 * @param wanted names of parts; none means all
 * @returns whether every target that could be measured is met
 */
async function bench(wanted: readonly string[]): Promise<boolean> {
    const unknown = wanted.filter((name) => !parts.some((part) => part.name === name));
    if (unknown.length > 0) {
        throw new Error(`There is no part ${unknown.join(', ')}, only ${parts.map(({ name }) => name).join(', ')}.`);
    }
    const folder = await mkdtemp(path.join(await realpath(tmpdir()), 'cnc-bench-'));
    // However this ends: there may be 200,000 files in it.
    process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
    const machine = await describeMachine(folder, new Date());
    console.log(`${machine}. Medians of one run.`);
    const sections: Section[] = [];
    for (const part of parts) {
        if (wanted.length > 0 && !wanted.includes(part.name)) continue;
        console.log(`\n${part.title} (${part.name})`);
        const scratch = path.join(folder, part.name);
        await mkdir(scratch);
        const rows = await measure(part, scratch);
        await rm(scratch, { recursive: true, force: true });
        console.log(asText(rows));
        sections.push({ ...part, rows });
    }
    const verdict = verdictOf(sections);
    console.log(`\n${verdict}`);
    if (wanted.length === 0) await writePage(machine, verdict, sections);
    return !sections.some(({ rows }) => rows.some(({ met }) => met === false));
}

/** One part that cannot be measured does not hide the others; it counts as missed. */
async function measure(part: Part, folder: string): Promise<readonly Row[]> {
    try {
        return await part.run(folder);
    } catch (error) {
        console.error(explain(error));
        return [{ what: 'could not be measured', ours: '', reference: '', target: '', met: false }];
    }
}

function verdictOf(sections: readonly Section[]): string {
    const rows = sections.flatMap((section) => section.rows);
    const missed = rows.filter(({ met }) => met === false).length;
    const measured = rows.filter(({ met }) => met !== undefined).length;
    if (missed === 0) return `All ${measured} targets that were measured are met.`;
    return `${missed} of ${measured} targets ${missed === 1 ? 'is' : 'are'} missed.`;
}

async function writePage(machine: string, verdict: string, sections: readonly Section[]): Promise<void> {
    const text = [
        '# Benchmark',
        `Written by \`npm run bench\`; do not edit. Measured on: ${machine}. Medians of one run. ${verdict}`,
        'A ratio is our figure divided by the reference. Rows without a target are for comparison only.',
        ...sections.flatMap(({ title, about, rows }) => [`## ${title}`, about, asMarkdown(rows)]),
    ].join('\n\n');
    await mkdir(path.dirname(page), { recursive: true });
    await writeFile(page, `${text}\n`);
    console.log(`Written to ${path.relative(root, page)}.`);
}

exitAtSignals();
stopAllAtExit();
bench(process.argv.slice(2)).then(
    (good) => (process.exitCode = good ? 0 : 1),
    (error: unknown) => {
        console.error(explain(error));
        process.exitCode = 1;
    },
);
