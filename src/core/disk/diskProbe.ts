import { open, stat, utimes } from 'node:fs/promises';
import * as path from 'node:path';
import { rethrowUnlessSystemError, systemCode } from '../base/errors';
import { isThere } from './realPath';
import { replaceFile } from './replaceFile';
import { StagingFolder } from './stagingFolder';

/** What a disk does, as it was tried on it. */
export interface ProbedDisk {
    /** Whether of two programs that create one file only one succeeds. */
    readonly isExclusive: boolean;
    /** Whether a renamed file takes the place of another one, whole. */
    readonly isReplacing: boolean;
    readonly isCaseSensitive: boolean;
    /** To how many milliseconds the time of a file is kept. */
    readonly granularityMs: number;
    /** How far the clock of this computer is ahead of that of the disk, as far as a slow answer allows to tell. */
    readonly clockAheadMs: number;
}

/** A time that no coarse disk can keep, in seconds. */
const FINE_TIME = 1_700_000_001.234_567;
const NS_PER_MS = 1_000_000;
/** From FAT, which keeps every second one, to those that keep all that can be asked for here. */
const GRANULARITIES_MS = [2000, 1000, 100, 10, 1, 0.1, 0.01, 0.001];

/**
 * Tries what a disk does, in a hidden folder beside the locks file that is removed again.
 * @param stem absolute path of the locks file
 * @throws the system error, where nobody may write there
 */
export async function probeDisk(stem: string): Promise<ProbedDisk> {
    const folder = await StagingFolder.create(stem);
    try {
        const [first, second] = [folder.temporary('probe'), folder.temporary('probe')];
        const before = Date.now();
        await create(first, 'one');
        const after = Date.now();
        const made = (await stat(first)).mtimeMs;
        const isExclusive = await create(first, 'two').then(
            () => false,
            (error: unknown) => {
                rethrowUnlessSystemError(error);
                return systemCode(error) === 'EEXIST';
            },
        );
        const inCapitals = path.join(path.dirname(first), path.basename(first).toUpperCase());
        const isCaseSensitive = !(await isThere(inCapitals));
        await create(second, 'two');
        await utimes(second, FINE_TIME, FINE_TIME);
        const granularityMs = granularityOf((await stat(second, { bigint: true })).mtimeNs);
        const became = await replaceFile(second, first);
        const isReplacing = became === 'replaced' && (await contentOf(first)) === 'two';
        const ahead = made < before ? before - made : Math.min(0, after - made);
        const clockAheadMs = Math.abs(ahead) <= granularityMs ? 0 : ahead;
        return { isExclusive, isReplacing, isCaseSensitive, granularityMs, clockAheadMs };
    } finally {
        await folder.remove();
    }
}

async function create(file: string, text: string): Promise<void> {
    const handle = await open(file, 'wx');
    try {
        await handle.writeFile(text);
    } finally {
        await handle.close();
    }
}

async function contentOf(file: string): Promise<string> {
    const handle = await open(file, 'r');
    try {
        return await handle.readFile('utf8');
    } finally {
        await handle.close();
    }
}

function granularityOf(timeNs: bigint): number {
    const unit = GRANULARITIES_MS.find((each) => timeNs % BigInt(each * NS_PER_MS) === 0n);
    return unit ?? 1 / NS_PER_MS;
}
