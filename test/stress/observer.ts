import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CheckoutError } from '../../src/core/base/errors';
import { LocksFile } from '../../src/core/locks/locksFile';
import { holdersIn } from './checker';
import { contentOf } from './contents';
import { type Look, now, Recorder, type Sight } from './history';
import { Random } from './random';

/** What one who watches the locks file is to do; the only argument of its process, as JSON. It ends when disconnected. */
export interface Watching {
    readonly locksFile: string;
    readonly history: string;
    /** What others wrote and is to stay, letter by letter. */
    readonly foreign: readonly string[];
    /** Whether the locks file may be seen half written, since some program writes it in place. */
    readonly inPieces: boolean;
    /** Whether to look as the product does, where a plain look could not tell the truth. */
    readonly asProduct: boolean;
    /** Whether what is in the files is noted too: not where a client of a file server may show what was there before. */
    readonly seesContents: boolean;
    readonly seed: number;
    readonly files: readonly string[];
}

type LocksSight = Look & { readonly text: string };

/** Reads the locks file again and again, as every idle client does, and notes what was in it when that changed. */
async function observe(watching: Watching): Promise<void> {
    const { locksFile, history, foreign, inPieces, asProduct, seesContents, files, seed } = watching;
    const recorder = new Recorder(history);
    const random = new Random(seed);
    const product = new LocksFile(locksFile, { owner: { user: 'An observer', host: 'PC' }, timeout: 0 });
    let before: LocksSight | undefined;
    const over = new AbortController();
    process.once('disconnect', () => over.abort());
    const note = ({ holders, start, end }: LocksSight): void => recorder.look({ holders, start, end });
    while (!over.signal.aborted) {
        const sight = asProduct ? await lookThrough(product) : lookAt(locksFile, before);
        if (sight === undefined) continue;
        if (typeof sight !== 'string') {
            if (sight.text !== before?.text) {
                if (before !== undefined) note(before);
                note(sight);
                for (const entry of foreign) {
                    if (!sight.text.includes(entry)) recorder.trouble(`An observer missed what others wrote: ${entry}`);
                }
            }
            before = sight;
        } else if (!inPieces) recorder.trouble(sight);
        if (seesContents) recorder.sight(lookInto(locksFile, random.pick(files)));
        // It shares two cores, or one connection to a server, with those who work.
        await delay(asProduct ? 20 : 1);
    }
    if (before !== undefined) note(before);
    recorder.close();
}

function lookAt(locksFile: string, before: LocksSight | undefined): LocksSight | string {
    const start = now();
    try {
        const text = readFileSync(locksFile, 'utf8');
        const end = now();
        if (text === before?.text) return { ...before, start, end };
        const holders = holdersIn(text);
        if (holders === undefined) return `An observer could not parse the locks file: ${JSON.stringify(text)}`;
        return { text, holders: Object.fromEntries(holders), start, end };
    } catch (error) {
        return `An observer could not read the locks file: ${String(error)}`;
    }
}

function lookInto(locksFile: string, file: string): Sight {
    const start = now();
    const content = contentOf(join(dirname(locksFile), 'repo', file));
    return { file, content, start, end: now() };
}

/** Undefined while nobody can look, since the share is away. */
async function lookThrough(product: LocksFile): Promise<LocksSight | string | undefined> {
    const start = now();
    try {
        const text = (await product.reader.read()).table.serialise();
        return { text, holders: Object.fromEntries(holdersIn(text) ?? []), start, end: now() };
    } catch (error) {
        if (!(error instanceof CheckoutError)) throw error;
        await delay(100);
        // A client that was cut off half way through replacing the locks file has left none; that is no lie.
        const isAway = error.code === 'locksFileUnreachable' || / is missing, | it comes and goes/.test(error.message);
        return isAway ? undefined : `An observer was told: ${error.message}`;
    }
}

if (require.main === module) void observe(JSON.parse(process.argv[2]!) as Watching);
