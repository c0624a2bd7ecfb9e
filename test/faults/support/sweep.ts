import { mkdtempSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Fault, FaultyDisk, FaultyRun } from './faultyDisk';
import { sampleOf } from './sample';
import { locksOf, openShop, type Shop } from './shop';

/** What the command line does in each run of a sweep, in a shop of its own. */
export interface Work {
    readonly args: readonly string[];
    readonly before: string | undefined;
    /** Whether it is done on a disk that knows no links. */
    readonly isLinkless?: boolean;
    /** What is done in each shop before that. */
    readonly prepare?: (shop: Shop) => void;
    /** The calls that the others do not make in the same way; all by default. */
    readonly only?: RegExp;
}

/** One run of a sweep. */
export interface Swept {
    readonly shop: Shop;
    /** The call that the fault hit, with the random parts of names left out. */
    readonly hit: string;
    readonly ran: FaultyRun;
    /** The locks file before and after. */
    readonly before: string | undefined;
    readonly after: string | undefined;
}

/**
 * Runs the same work once for each call, or a sample of the calls, by which it touches its shop, with a fault at that call.
 * @param faultAt the fault for a call and its number; undefined where that call is to be left out
 */
export async function sweep(
    disk: FaultyDisk,
    folder: string,
    { args, before, isLinkless, prepare = () => undefined }: Work,
    faultAt: (call: string, at: number) => Fault | undefined,
): Promise<Swept[]> {
    const next = (): Shop => {
        const shop = openShop(mkdtempSync(join(folder, 'shop-')), before);
        prepare(shop);
        return shop;
    };
    const { calls } = await disk.run(next().folder, args, { isLinkless });
    const jobs = sampleOf(
        calls.flatMap((call, index) => {
            const fault = faultAt(call, index + 1);
            return fault === undefined ? [] : [fault];
        }),
    );
    if (jobs.length === 0) throw new Error('There is no call to try.');
    const swept: Swept[] = [];
    const work = async (): Promise<void> => {
        for (let fault = jobs.shift(); fault !== undefined; fault = jobs.shift()) {
            const shop = next();
            const ran = await disk.run(shop.folder, args, { ...fault, isLinkless });
            if (ran.hit === undefined) {
                // One thread makes the calls, and so the same ones every time, but for those that keep a mutex over a slow
                // run: where the counted run made such a one, another run makes fewer calls.
                const again = await disk.run(next().folder, args, { isLinkless });
                if (again.calls.length < fault.at!) continue;
                throw new Error(`No call number ${fault.at} was made.`);
            }
            const hit = `${ran.hit.replace(/[\da-f-]{36}/g, '…')}, the call ${fault.at}`;
            swept.push({ shop, hit, ran, before, after: locksOf(shop) });
        }
    };
    // More than there are processors: about half of the time a run waits for what does not come back.
    await Promise.all(Array.from({ length: 2 * availableParallelism() }, work));
    if (swept.length === 0) throw new Error('No call was hit.');
    return swept;
}
