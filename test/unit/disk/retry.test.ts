import * as assert from 'node:assert/strict';
import { CheckoutError } from '../../../src/core/base/errors';
import { isDisconnect, randomPause, retry, retryTimeMs, retryUntilAnswered } from '../../../src/core/disk/retry';

describe('retry', () => {
    const failure = (code: string): Error => Object.assign(new Error(code), { code });
    /** Fails with these codes, one a call, and then succeeds. */
    const failing = (...codes: string[]) => {
        let calls = 0;
        return {
            action: async (): Promise<number> => {
                const code = codes[calls++];
                if (code !== undefined) throw failure(code);
                return calls;
            },
            calls: () => calls,
        };
    };

    it('tries again while a file is in use or the connection is broken', async () => {
        assert.equal(await retry(failing('EBUSY', 'EEXIST', 'EACCES', 'EPERM', 'EIO', 'ESTALE').action), 7);
    });

    it('throws an error at once that will stay', async () => {
        for (const code of ['ENOENT', 'ENOSPC', 'EROFS']) {
            const { action, calls } = failing(code);
            await assert.rejects(retry(action), { code });
            assert.equal(calls(), 1);
        }
        await assert.rejects(
            retry(async () => {
                throw new TypeError('a bug');
            }),
            TypeError,
        );
    });

    it('gives up when the time is over that the error is worth', async () => {
        const forever = Array.from({ length: 10_000 }, () => 'EBUSY');
        const { action, calls } = failing(...forever);
        await assert.rejects(
            retry(action, () => 100),
            { code: 'EBUSY' },
        );
        // It pauses for 10 ms at least, which a timer may make 9.
        assert.ok(calls() > 1 && calls() <= 13, `${calls()} calls`);
    });

    it('lets those that began to wait together try again one after the other', async () => {
        const ended: number[] = [];
        const waiters = Array.from({ length: 20 }, (_, waiter) => waiter);
        await Promise.all(waiters.map((waiter) => randomPause().then(() => ended.push(waiter))));
        assert.notDeepEqual(ended, waiters, 'The pauses are equally long.');
    });

    it('takes a missing permission for what it says, but for a moment; on Windows a file in use gives the same answer', () => {
        const [inUse, denied] = [retryTimeMs(failure('EBUSY')), retryTimeMs(failure('EACCES'))];
        assert.equal(process.platform === 'win32' ? denied === inUse : denied < inUse / 5, true);
        assert.equal(retryTimeMs(failure('EPERM')), denied);
    });

    it('retries a read only while the connection is broken', async () => {
        assert.equal(await retryUntilAnswered(failing('EIO').action), 2);
        await assert.rejects(retryUntilAnswered(failing('EACCES').action), { code: 'EACCES' });
    });

    it('knows which errors leave in doubt what the server did, by their codes and not by how long they are retried', () => {
        for (const code of ['EIO', 'ETIMEDOUT', 'ECONNRESET', 'EHOSTDOWN', 'UNKNOWN']) {
            assert.equal(isDisconnect(failure(code)), true, code);
            assert.ok(retryTimeMs(failure(code)) > 0, code);
        }
        for (const code of ['EBUSY', 'EEXIST', 'EACCES', 'EPERM', 'ENOENT']) {
            assert.equal(isDisconnect(failure(code)), false, code);
        }
        assert.equal(isDisconnect(new CheckoutError('noBackup', 'EIO')), false);
    });
});
