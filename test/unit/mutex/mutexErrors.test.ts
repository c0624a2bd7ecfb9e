import * as assert from 'node:assert/strict';
import { describeRefusal, describeTimeout, describeUnknown } from '../../../src/core/mutex/mutexErrors';
import { NOBODY, type OwnerRecord } from '../../../src/core/mutex/ownerFile';
import { InTheWay } from '../../../src/core/mutex/staleness';

const failure = (code: string): Error => Object.assign(new Error(code), { code });
const [file, mutex] = ['/shop/locks.json', '/shop/locks.json.lock'];

describe('The error for a mutex that was not free in time', () => {
    const limits = { timeout: 15_000, staleAfter: 10_000 };
    const bobs: OwnerRecord = { token: 't', owner: { user: 'Bob', host: 'CAM-1', pid: 7 } };
    const closed: OwnerRecord = { ...NOBODY, isClosed: true };

    for (const [what, record, unchangedFor, message] of [
        [
            'names the holder',
            bobs,
            999,
            'Bob on CAM-1 (process 7) is changing /shop/locks.json, and it was not free within 15 s, so nothing was changed. Try again in a moment.',
        ],
        [
            'says how long the same change has been going on',
            bobs,
            1000,
            'Bob on CAM-1 (process 7) is changing /shop/locks.json, and it was not free within 15 s, so nothing was changed. The same change has been going on for at least 1 s. Try again in a moment.',
        ],
        [
            'says that the holder seems to have died, and what to do',
            bobs,
            10_000,
            '/shop/locks.json was not changed: Bob on CAM-1 (process 7) seems to have died while changing it, and you have no right to remove what it left. Ask the administrator of the share to remove the folder /shop/locks.json.lock.',
        ],
        [
            'names a computer where the holder did not name itself yet',
            NOBODY,
            0,
            'Another computer is changing /shop/locks.json, and it was not free within 15 s, so nothing was changed. Try again in a moment.',
        ],
        [
            'says so where the holder’s name may not be read, and waits for it twice as long',
            closed,
            10_000,
            'Somebody whose name you have no permission to read is changing /shop/locks.json, and it was not free within 15 s, so nothing was changed. The same change has been going on for at least 10 s. Try again in a moment.',
        ],
    ] as const) {
        it(what, () => {
            const cause = new Error('busy');
            const error = describeTimeout(file, mutex, { record, unchangedFor }, limits, cause);
            assert.deepEqual([error.code, error.message, error.path], ['mutexTimeout', message, file]);
            assert.equal(error.cause, cause);
        });
    }

    it('names another computer where nobody was seen', () => {
        assert.match(
            describeTimeout(file, mutex, undefined, limits, undefined).message,
            /^Another computer is changing/,
        );
    });
});

describe('The error for a mutex that cannot be taken', () => {
    it('says that nobody can tell who has it, and what helps: another try or a connection', () => {
        const cause = failure('EACCES');
        const refused = describeUnknown(file, mutex, cause);
        assert.equal(refused.cause, cause);
        assert.deepEqual(
            [refused.code, refused.message],
            [
                'locksFileUnreachable',
                '/shop/locks.json was not changed, because nobody can tell who is changing it: /shop/locks.json.lock cannot be read (you have no permission to read it). Try again in a moment. If it goes on, make sure that nobody is changing it, and remove that folder.',
            ],
        );
        const away = describeUnknown(file, mutex, failure('EIO'));
        assert.match(
            away.message,
            /\(its disk or share failed \(EIO\)\)\. Check that the share is connected, and try again\.$/,
        );
    });

    it('names what is in the way', () => {
        const inTheWay = new InTheWay(mutex);
        const { code, message, path, cause } = describeRefusal(file, inTheWay);
        assert.equal(cause, inTheWay);
        assert.deepEqual(
            [code, path, message],
            [
                'locksFileNotWritable',
                mutex,
                '/shop/locks.json was not changed, because /shop/locks.json.lock is in the way: a file or a link, perhaps of another program. Move it away if nobody needs it, and try again.',
            ],
        );
    });

    it('tells a disk that refuses from a share that does not answer', () => {
        const refused = describeRefusal(file, failure('EACCES'));
        assert.deepEqual(
            [refused.code, refused.message],
            [
                'locksFileNotWritable',
                '/shop/locks.json was not changed, because you have no permission to write there. Ask the administrator of the share for access to its folder.',
            ],
        );
        const cause = failure('ETIMEDOUT');
        const away = describeRefusal(file, cause);
        assert.deepEqual([away.code, away.cause], ['locksFileUnreachable', cause]);
    });
});
