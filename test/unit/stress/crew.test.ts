import * as assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { skipUnless } from '../../support/skips';
import { Crew } from '../../stress/crew';
import { Random } from '../../stress/random';
import { Shop } from '../../stress/shop';
import { Tally } from '../../stress/tally';
import { temporaryFolder } from '../support/temporaryFolder';

describe('The crew of a stress test', function () {
    const [folder, notebook] = [temporaryFolder(), temporaryFolder()];

    let crew: Crew | undefined;
    // Nobody who stands still may outlive a test that failed.
    afterEach(() => crew?.dismiss());

    it('stops although an unknown process hangs', async function () {
        skipUnless(this, 'stoppedPrograms');
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
        const stopped = await processIn(shop.locksFile);
        process.kill(stopped, 'SIGSTOP');
        crew.end();
        await crew.finish();
        assert.throws(() => process.kill(stopped, 0), { code: 'ESRCH' });
    });
});

/** The process that has the mutex: its owner says so. */
async function processIn(locksFile: string): Promise<number> {
    for (;;) {
        try {
            return (JSON.parse(readFileSync(join(`${locksFile}.lock`, 'owner'), 'utf8')) as { pid: number }).pid;
        } catch {
            await delay(1); // Free, or half written.
        }
    }
}
