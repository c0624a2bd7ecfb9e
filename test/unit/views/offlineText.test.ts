import * as assert from 'node:assert/strict';
import { CheckoutError, type FailureCode } from '../../../src/core/base/errors';
import { troubleOf } from '../../../src/ui/offlineText';

describe('What is wrong with a repository, in a few words', () => {
    const trouble = (code: FailureCode, cause?: string): string =>
        troubleOf(
            new CheckoutError(code, 'A sentence.', undefined, {
                cause: cause === undefined ? undefined : Object.assign(new Error(cause), { code: cause }),
            }),
        );

    it('is a lock server where the locks are on one', () => {
        assert.equal(trouble('serverUnreachable', 'ECONNREFUSED'), 'lock server unreachable');
        assert.equal(trouble('serverRefused'), 'lock server refuses');
        assert.equal(trouble('signInNeeded', '28P01'), 'not signed in');
        assert.equal(trouble('serverNotConfirmed'), 'lock server not confirmed');
        assert.equal(trouble('locksMoved'), 'check-outs moved');
    });

    it('is a share only where no disk answered', () => {
        assert.equal(trouble('locksFileDamaged'), 'locks file damaged');
        for (const cause of ['EIO', 'ETIMEDOUT', 'ENOENT', undefined]) {
            assert.equal(trouble('locksFileUnreachable', cause), 'share unreachable');
            assert.equal(trouble('repositoryMissing', cause), 'share unreachable');
        }
        for (const cause of ['EISDIR', 'EACCES', 'ELOOP']) {
            assert.equal(trouble('locksFileUnreachable', cause), 'locks file cannot be read');
            assert.equal(trouble('repositoryUnreachable', cause), 'repository cannot be read');
        }
        assert.equal(trouble('repositoryUnreachable', 'ERR_UNC_HOST_NOT_ALLOWED'), 'server not allowed');
    });
});
