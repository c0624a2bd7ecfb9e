import * as assert from 'node:assert/strict';
import { limitConcurrency } from '../../../src/core/base/concurrency';

describe('limitConcurrency', () => {
    it('works on each item once, and on no more than the limit at a time', async () => {
        const done: number[] = [];
        let running = 0;
        let most = 0;
        await limitConcurrency([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
            most = Math.max(most, ++running);
            await new Promise(setImmediate);
            running--;
            done.push(item);
        });
        assert.deepEqual([done.toSorted((a, b) => a - b), most], [[1, 2, 3, 4, 5, 6, 7], 3]);
    });

    it('goes on beside an item that takes long', async () => {
        let end: () => void = () => undefined;
        const long = new Promise<void>((resolve) => (end = resolve));
        const started: string[] = [];
        await limitConcurrency(['long', 'b', 'c', 'd'], 2, async (item) => {
            started.push(item);
            if (item === 'long') return long;
            if (item === 'd') end();
        });
        assert.deepEqual(started, ['long', 'b', 'c', 'd']);
    });

    it('throws the first error', async () => {
        const work = async (item: number): Promise<void> => {
            if (item === 2) throw new Error(`${item} failed`);
        };
        await assert.rejects(limitConcurrency([1, 2, 3], 2, work), /2 failed/);
        await limitConcurrency([], 2, work);
    });

    it('is over only when nothing runs any more, and starts nothing after an error', async () => {
        const ended: number[] = [];
        const work = async (item: number): Promise<void> => {
            if (item === 2) throw new Error(`${item} failed`);
            await new Promise(setImmediate);
            ended.push(item);
        };
        await assert.rejects(limitConcurrency([1, 2, 3], 2, work), /2 failed/);
        assert.deepEqual(ended, [1]);
    });
});
