import * as assert from 'node:assert/strict';
import { SerialQueue } from '../../../src/core/base/serialQueue';

describe('SerialQueue', () => {
    /** A job that ends when it is told to. */
    function openJob(log: string[], name: string): { readonly job: () => Promise<string>; readonly end: () => void } {
        let end = (): void => undefined;
        const ended = new Promise<void>((resolve) => (end = resolve));
        const job = async (): Promise<string> => {
            log.push(`${name} begins`);
            await ended;
            log.push(`${name} ends`);
            return name;
        };
        return { job, end };
    }

    it('runs one job at a time, in order, and returns their results', async () => {
        const queue = new SerialQueue();
        const log: string[] = [];
        const [first, second] = [openJob(log, 'first'), openJob(log, 'second')];
        const results = Promise.all([queue.run(first.job), queue.run(second.job)]);
        second.end();
        await new Promise(setImmediate);
        assert.deepEqual(log, ['first begins']);
        first.end();
        assert.deepEqual(await results, ['first', 'second']);
        assert.deepEqual(log, ['first begins', 'first ends', 'second begins', 'second ends']);
    });

    it('tells the caller that a job failed, and runs the next one', async () => {
        const queue = new SerialQueue();
        const failed = queue.run(() => Promise.reject(new Error('broken')));
        const next = queue.run(() => Promise.resolve('done'));
        await assert.rejects(failed, /broken/);
        assert.equal(await next, 'done');
    });

    it('survives a job that throws before it returns a promise', async () => {
        const queue = new SerialQueue();
        await assert.rejects(
            queue.run(() => {
                throw new Error('at once');
            }),
            /at once/,
        );
        assert.equal(await queue.run(() => Promise.resolve(2)), 2);
    });

    it('is idle when all jobs have ended, also those that failed', async () => {
        const queue = new SerialQueue();
        await queue.idle();
        let ended = 0;
        const jobs = [
            queue.run(async () => void ended++),
            queue.run(() => Promise.reject(new Error('broken'))),
            queue.run(async () => void ended++),
        ];
        const settled = Promise.allSettled(jobs);
        await queue.idle();
        assert.equal(ended, 2);
        await settled;
    });
});
