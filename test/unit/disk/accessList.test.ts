import * as assert from 'node:assert/strict';
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { hasLostAccessList } from '../../../src/core/disk/accessList';
import type { Rights } from '../../../src/core/disk/rights';
import { skipUnless } from '../../support/skips';
import { Child } from '../support/child';
import { temporaryFolder } from '../support/temporaryFolder';

const [ALICE, BOB, SHOP, OFFICE] = [2001, 2002, 3000, 4000];

describe('An access list that was on a file alone', () => {
    const folder = temporaryFolder();

    beforeEach(function () {
        skipUnless(this, 'root');
        skipUnless(this, 'modes');
        chmodSync(folder(), 0o755);
    });

    /** A file of somebody in a folder of Alice, or of root. */
    function file(name: string, owner: number, ofFolder = ALICE): string {
        const shop = path.join(folder(), `of ${ofFolder}`);
        mkdirSync(shop, { recursive: true });
        chownSync(shop, ofFolder, ofFolder);
        const made = path.join(shop, name);
        writeFileSync(made, '');
        chownSync(made, owner, owner);
        return made;
    }

    it('is lost where somebody read a file that its mode forbids them, and a new one of theirs took its place', async () => {
        const hers = file('hers.vnc', ALICE);
        const replaced: readonly [before: Rights, file: string, isLost: boolean][] = [
            [{ mode: 0o600, uid: BOB, gid: OFFICE }, hers, true],
            [{ mode: 0o640, uid: BOB, gid: OFFICE }, hers, true],
            [{ mode: 0o600, uid: BOB, gid: SHOP }, hers, true],
            [{ mode: 0o044, uid: ALICE, gid: SHOP }, hers, true],
            [{ mode: 0o040, uid: BOB }, hers, true],
            // These could be read by their mode.
            [{ mode: 0o604, uid: BOB, gid: OFFICE }, hers, false],
            [{ mode: 0o640, uid: BOB, gid: SHOP }, hers, false],
            [{ mode: 0o640, uid: BOB, gid: ALICE }, hers, false],
            [{ mode: 0o400, uid: ALICE, gid: OFFICE }, hers, false],
            // A server decides who owns a file, or a list decides who may make one.
            [{ mode: 0o600, uid: BOB, gid: OFFICE }, file('his.vnc', BOB), false],
            [{ mode: 0o600, uid: BOB, gid: OFFICE }, file('hers.vnc', ALICE, 0), false],
            [{ mode: 0o600, uid: BOB, gid: OFFICE }, path.join(folder(), 'gone.vnc'), false],
        ];
        const asked = JSON.stringify(replaced.map(([before, name]) => [before, name]));
        const [told = ''] = await Child.start('lostAccessLists', String(ALICE), String(SHOP), asked).end();
        assert.deepEqual(
            JSON.parse(told),
            replaced.map(([, , isLost]) => isLost),
        );
    });

    it('cannot be told of by root, who may read everything', async () => {
        assert.equal(await hasLostAccessList({ mode: 0o600, uid: BOB, gid: OFFICE }, file('a.vnc', 0, 0)), false);
    });
});
