import * as assert from 'node:assert/strict';
import { chmodSync, chownSync, mkdirSync, rmdirSync, statSync } from 'node:fs';
import * as path from 'node:path';
import { SharedRights } from '../../../src/core/mutex/sharedRights';
import { skipUnless } from '../../support/skips';
import { Child } from '../support/child';
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
        const rights = new SharedRights(directory());
        for (let time = 1; time <= 2; time++) {
            make(0o700);
            assert.deepEqual(await rights.give(), { mode: 0o666 });
            assert.equal(statSync(directory()).mode & 0o777, 0o777);
            rmdirSync(directory());
        }
    });

    it('are looked at once where the umask leaves enough, since that costs a change time', async () => {
        chmodSync(folder(), 0o755);
        make(0o755);
        const rights = new SharedRights(directory());
        assert.equal(await rights.give(), undefined);
        chmodSync(directory(), 0o700);
        assert.equal(await rights.give(), undefined);
        assert.equal(statSync(directory()).mode & 0o777, 0o700);
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
        const rights = new SharedRights(directory());
        for (let time = 1; time <= 2; time++) {
            make(0o770);
            assert.deepEqual(await rights.give(), { mode: 0o660, gid: 3000 });
            assert.equal(statSync(directory()).gid, 3000);
            rmdirSync(directory());
        }
        make(0o770);
        chownSync(directory(), 0, 3000);
        assert.equal(await new SharedRights(directory()).give(), undefined);
    });

    it('are tried to be given again by somebody who cannot give the group, unless they have all but that', async function () {
        skipUnless(this, 'root');
        chownSync(folder(), 2001, 3000);
        chmodSync(folder(), 0o775);
        const give = (umask: number): Promise<string[]> =>
            Child.start('shareRights', '2001', String(umask), directory()).end();
        const given = '{"mode":436,"gid":3000}';
        assert.deepEqual(await give(0o022), [given, given]);
        assert.deepEqual(await give(0o002), [given, 'null']);
    });

    it('are nobody’s concern where the mutex is gone', async () => {
        assert.equal(await new SharedRights(directory()).give(), undefined);
    });
});
