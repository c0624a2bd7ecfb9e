import * as assert from 'node:assert/strict';
import { chmodSync, chownSync, mkdirSync, rmdirSync, statSync } from 'node:fs';
import * as path from 'node:path';
import { SharedRights } from '../../../src/core/mutex/sharedRights';
import { skipUnless } from '../../support/skips';
import { temporaryFolder } from '../support/temporaryFolder';

describe('The rights of a mutex', () => {
    const folder = temporaryFolder();
    const directory = (): string => path.join(folder(), 'locks.json.lock');
    const make = (mode: number): void => {
        mkdirSync(directory());
        chmodSync(directory(), mode);
    };

    beforeEach(function () {
        skipUnless(this, 'modes');
    });

    it('let colleagues see and remove it as the folder lets them, where a umask left less', async () => {
        chmodSync(folder(), 0o777);
        make(0o700);
        assert.deepEqual(await new SharedRights(directory()).give(), { mode: 0o666 });
        assert.equal(statSync(directory()).mode & 0o777, 0o777);
    });

    it('are left alone where the umask leaves enough', async () => {
        chmodSync(folder(), 0o755);
        for (const mode of [0o755, 0o775]) {
            make(mode);
            assert.equal(await new SharedRights(directory()).give(), undefined);
            assert.equal(statSync(directory()).mode & 0o777, mode);
            rmdirSync(directory());
        }
    });

    it('are of the group of the folder that is shared with it', async function () {
        skipUnless(this, 'root');
        chownSync(folder(), 0, 3000);
        chmodSync(folder(), 0o770);
        make(0o770);
        assert.deepEqual(await new SharedRights(directory()).give(), { mode: 0o660, gid: 3000 });
        assert.equal(statSync(directory()).gid, 3000);
    });

    it('are nobody’s concern where the mutex is gone', async () => {
        assert.equal(await new SharedRights(directory()).give(), undefined);
    });
});
