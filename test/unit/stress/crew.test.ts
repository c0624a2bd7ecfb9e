import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { Crew } from '../../stress/crew';
import { Random } from '../../stress/random';
import { Shop } from '../../stress/shop';
import { Tally } from '../../stress/tally';
import { temporaryFolder } from '../support/temporaryFolder';

describe('The crew of a stress test', function () {
    this.timeout(30_000);
    const [folder, notebook] = [temporaryFolder(), temporaryFolder()];

    let crew: Crew | undefined;
    // Nobody who stands still may outlive a test that failed.
    afterEach(() => crew?.dismiss());

    it('goes home at the end even when somebody stands still of whom it does not know', async function () {
        if (process.platform === 'win32') return this.skip(); // Nothing stops a process there.
        const shop = new Shop(folder(), notebook(), 2);
        const plan = {
            operations: Number.MAX_SAFE_INTEGER,
            algorithm: 'core',
            staleAfter: 2000,
            allLive: false,
        } as const;
        crew = new Crew(shop, new Random(1), new Tally(), plan, () => 0);
        crew.hire('Alice', 'right', folder());
        await crew.gather();
        process.kill(await processIn(shop.locksFile), 'SIGSTOP');
        crew.end();
        await crew.finish();
    });
});

/** The process that has checked something out: it is part of the name of its computer. */
async function processIn(locksFile: string): Promise<number> {
    for (;;) {
        const found = /"PC-(\d+)"/.exec(readFileSync(locksFile, 'utf8'))?.[1];
        if (found !== undefined) return Number(found);
        await setImmediate();
    }
}
