import * as assert from 'node:assert/strict';
import { Debounce } from '../../../src/core/base/debounce';

describe('Burst', () => {
    /** As long as a burst takes: those that were asked for before have run by then. */
    const aBurst = (): Promise<void> => new Promise((resolve) => new Debounce(async () => resolve()).ask());

    it('runs once for all who ask, and again for who asks meanwhile', async () => {
        let runs = 0;
        await new Promise<void>((resolve) => {
            const burst = new Debounce(async () => {
                runs++;
                if (runs === 1) {
                    burst.ask();
                    burst.ask();
                } else resolve();
            });
            for (let ask = 0; ask < 10; ask++) burst.ask();
        });
        await aBurst();
        assert.equal(runs, 2);
    });

    it('runs no more once it is disposed', async () => {
        let runs = 0;
        const burst = new Debounce(async () => void runs++);
        burst.ask();
        burst.dispose();
        await aBurst();
        assert.equal(runs, 0);
    });
});
