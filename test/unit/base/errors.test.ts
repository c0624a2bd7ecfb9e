import * as assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { constants } from 'node:os';
import {
    CheckoutError,
    describeError,
    isAbort,
    isSystemError,
    rethrowUnlessSystemError,
    systemCode,
} from '../../../src/core/base/errors';
import { skipUnless } from '../../support/skips';

describe('errors', () => {
    const disk = Object.assign(new Error('disk'), { code: 'EIO' });
    const others = [new Error('bug'), new CheckoutError('noBackup', 'ours'), 'EIO', { code: 'EIO' }, undefined];

    it('tell an error of the disk from a bug and from an error of ours', () => {
        assert.equal(systemCode(disk), 'EIO');
        for (const error of others) assert.deepEqual([systemCode(error), isSystemError(error)], [undefined, false]);
    });

    it('of the disk are not what comes of a call that somebody cancelled', async () => {
        const cancelled = await readFile(__filename, { signal: AbortSignal.abort() }).catch((error: unknown) => error);
        assert.deepEqual(
            [systemCode(cancelled), isSystemError(cancelled), isAbort(cancelled)],
            [undefined, false, true],
        );
        assert.equal(isAbort(disk), false);
    });

    it('are thrown again unless they come from the disk', () => {
        rethrowUnlessSystemError(disk);
        for (const error of others.slice(0, 2)) {
            assert.throws(
                () => rethrowUnlessSystemError(error),
                (thrown) => thrown === error,
            );
        }
    });

    it('have a code also where Node has no name for it', function () {
        skipUnless(this, 'unnamedErrors');
        const { ESTALE } = constants.errno;
        const unnamed = { code: `Unknown system error -${ESTALE}`, errno: -ESTALE };
        assert.equal(systemCode(Object.assign(new Error('stale'), unnamed)), 'ESTALE');
        const unknown = { code: 'Unknown system error -99999', errno: -99_999 };
        assert.equal(systemCode(Object.assign(new Error('odd'), unknown)), unknown.code);
    });

    it('keep the code that they have, and have none that is no text', () => {
        assert.equal(
            systemCode(Object.assign(new Error('disk'), { code: 'EIO', errno: -constants.errno.ENOENT })),
            'EIO',
        );
        assert.equal(systemCode(Object.assign(new Error('old'), { code: 7 })), undefined);
    });

    it('are described by their message, and anything else that is thrown by its text', () => {
        assert.deepEqual([disk, 'text', 7].map(describeError), ['disk', 'text', '7']);
        assert.equal(new CheckoutError('noBackup', 'ours').name, 'CheckoutError');
    });
});
