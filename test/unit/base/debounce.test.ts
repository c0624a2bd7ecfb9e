import * as assert from 'node:assert/strict';
import { Debounce } from '../../../src/core/base/debounce';

describe('Debounce', () => {
    /** Settles after every job that was asked for before. */
    const untilNext = (): Promise<void> => new Promise((resolve) => new Debounce(async () => resolve()).ask());

    it('runs once for many requests, and once more for those that come while it runs', async () => {
        let runs = 0;
        await new Promise<void>((resolve) => {
            const debounce = new Debounce(async () => {
                runs++;
                if (runs === 1) {
                    debounce.ask();
                    debounce.ask();
                } else resolve();
            });
            for (let ask = 0; ask < 10; ask++) debounce.ask();
        });
        await untilNext();
        assert.equal(runs, 2);
    });

    it('runs nothing after it is disposed', async () => {
        let runs = 0;
        const debounce = new Debounce(async () => void runs++);
        debounce.ask();
        debounce.dispose();
        await untilNext();
        assert.equal(runs, 0);
    });

    it('rests for twice as long as its job took before it runs again', async () => {
        const times: number[] = [];
        await new Promise<void>((resolve) => {
            const debounce = new Debounce(async () => {
                times.push(performance.now());
                if (times.length === 3) return resolve();
                while (performance.now() - times.at(-1)! < 40);
                times.push(performance.now());
                // Only once it is over does it know how long that was.
                setImmediate(() => debounce.ask());
            });
            debounce.ask();
        });
        const [began, ended, again] = times as [number, number, number];
        // Timers may be a millisecond early.
        assert.ok(again - ended >= 2 * (ended - began) - 2, `${ended - began} ms, then ${again - ended} ms`);
    });

    it('rests for as long as it was told between two runs, and not before the first', async () => {
        const REST_MS = 60;
        const times: number[] = [performance.now()];
        await new Promise<void>((resolve) => {
            const debounce = new Debounce(async () => {
                times.push(performance.now());
                if (times.length === 3) resolve();
                else setImmediate(() => debounce.ask());
            }, REST_MS);
            debounce.ask();
        });
        const [, first, second] = times as [number, number, number];
        assert.ok(second - first >= REST_MS - 2, `${second - first} ms`);
    });
});
