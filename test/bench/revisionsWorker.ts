/** Does one thing with revisions in a process of its own, and tells what that took. */
import { openShop } from './shop';

/** What it took. */
export interface Took {
    readonly milliseconds: number;
    /** How much more memory the process had at its most. */
    readonly bytes: number;
    /** The longest that anything else had to wait for its turn, in milliseconds. */
    readonly longestTurn: number;
}

const [job, shop, file] = process.argv.slice(2);

async function tell(): Promise<void> {
    const repository = openShop(shop!);
    await repository.lookEverywhere();
    if (job === 'checkIn') {
        // What is needed for any check-in does not count.
        await repository.checkIn(['small.mcam']);
        console.log(JSON.stringify(await measure(() => repository.checkIn([file!]))));
    } else {
        console.log(JSON.stringify(await measure(() => repository.revisions.index.refresh())));
    }
    if (repository.revisions.index.latest(file!) === undefined) throw new Error(`${file} has no revision.`);
}

async function measure(work: () => Promise<unknown>): Promise<Took> {
    const before = process.memoryUsage.rss();
    let longestTurn = 0;
    let isDone = false;
    let turn = performance.now();
    const takeTurn = (): void => {
        const now = performance.now();
        longestTurn = Math.max(longestTurn, now - turn);
        turn = now;
        if (!isDone) setTimeout(takeTurn, 1);
    };
    takeTurn();
    const started = performance.now();
    await work();
    const milliseconds = performance.now() - started;
    isDone = true;
    return { milliseconds, bytes: process.resourceUsage().maxRSS * 1024 - before, longestTurn };
}

void tell();
