import * as assert from 'node:assert/strict';
import { chmodSync, chownSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import {
    giveFolderRights,
    hasRights,
    isReadBySame,
    returnRights,
    rightsInFolder,
    rightsOfNewFolder,
    rightsToAppend,
    setRights,
    shareRights,
    type Rights,
} from '../../../src/core/disk/rights';
import { skipUnless } from '../../support/skips';
import { Child } from '../support/child';
import { temporaryFolder } from '../support/temporaryFolder';

const [ALICE, BOB, SHOP, OFFICE] = [2001, 2002, 3000, 4000];

describe('Rights on a share', () => {
    const folder = temporaryFolder();
    const at = (name: string): string => path.join(folder(), name);
    const file = (name: string, mode: number, uid = 0, gid = 0): string => {
        writeFileSync(at(name), '');
        chownSync(at(name), uid, gid);
        chmodSync(at(name), mode);
        return at(name);
    };
    const place = (name: string, mode: number, gid = SHOP): string => {
        mkdirSync(at(name));
        chownSync(at(name), 0, gid);
        chmodSync(at(name), mode);
        return at(name);
    };
    const rights = (name: string): readonly [string, number, number] => {
        const { mode, uid, gid } = statSync(at(name));
        return [(mode & 0o7777).toString(8), uid, gid];
    };

    beforeEach(function () {
        skipUnless(this, 'root');
        skipUnless(this, 'modes');
    });

    it('of a new file or folder are what the folder gives to colleagues, and its group where that matters', async () => {
        for (const [mode, ofFile, ofFolder] of [
            [0o755, { mode: 0o644 }, { mode: 0o755 }],
            [0o777, { mode: 0o666 }, { mode: 0o777 }],
            [0o775, { mode: 0o664, gid: SHOP }, { mode: 0o775, gid: SHOP }],
            [0o2770, { mode: 0o660, gid: SHOP }, { mode: 0o770, gid: SHOP }],
            [0o070, { mode: 0o660, gid: SHOP }, { mode: 0o770, gid: SHOP }],
        ] as const) {
            const shop = place(mode.toString(8), mode);
            assert.deepEqual(await rightsInFolder(shop), ofFile);
            assert.deepEqual(await rightsOfNewFolder(shop), ofFolder);
        }
        await assert.rejects(rightsInFolder(at('gone')), { code: 'ENOENT' });
    });

    it('of a file that is appended to let those write who may replace the other one, and nobody else read', async () => {
        const append = async (other: Rights, ofFolder: number): Promise<readonly [string, number | undefined]> => {
            const shop = place(`${ofFolder.toString(8)} ${other.mode.toString(8)} ${other.gid}`, ofFolder);
            const { mode, gid } = await rightsToAppend(other, shop);
            return [mode.toString(8), gid];
        };
        assert.deepEqual(await append({ mode: 0o640, gid: SHOP }, 0o775), ['660', SHOP]);
        assert.deepEqual(await append({ mode: 0o640, gid: OFFICE }, 0o775), ['640', OFFICE]);
        assert.deepEqual(await append({ mode: 0o644, gid: OFFICE }, 0o775), ['664', SHOP]);
        assert.deepEqual(await append({ mode: 0o644, gid: SHOP }, 0o755), ['644', SHOP]);
        assert.deepEqual(await append({ mode: 0o644, gid: SHOP }, 0o777), ['666', SHOP]);
        assert.deepEqual(await append({ mode: 0o600, gid: SHOP }, 0o777), ['600', SHOP]);
    });

    it('let the same people read, or not', () => {
        const stats = statSync(file('a', 0o640, ALICE, SHOP));
        for (const [other, isSame] of [
            [{ mode: 0o640, gid: SHOP }, true],
            [{ mode: 0o660, gid: SHOP }, true],
            [{ mode: 0o640 }, true],
            [{ mode: 0o640, gid: OFFICE }, false],
            [{ mode: 0o644, gid: SHOP }, false],
            [{ mode: 0o600, gid: SHOP }, false],
        ] as const) {
            assert.equal(isReadBySame(stats, other), isSame, JSON.stringify(other));
        }
        assert.equal(isReadBySame(statSync(file('b', 0o644, ALICE, SHOP)), { mode: 0o644, gid: OFFICE }), true);
    });

    it('are given, and known to be there then', async () => {
        const target = file('a', 0o600);
        for (const wanted of [
            { mode: 0o664, gid: SHOP, uid: ALICE },
            { mode: 0o664, gid: OFFICE, uid: ALICE },
            { mode: 0o640, gid: OFFICE, uid: ALICE },
            { mode: 0o640, gid: OFFICE, uid: 0 },
        ]) {
            assert.equal(hasRights(statSync(target), wanted), false, JSON.stringify(wanted));
            assert.equal(await setRights(wanted, target), true);
            assert.equal(hasRights(statSync(target), wanted), true, JSON.stringify(wanted));
            assert.deepEqual(rights('a'), [wanted.mode.toString(8), wanted.uid, wanted.gid]);
        }
        await setRights({ mode: 0o600 }, target);
        assert.deepEqual(rights('a'), ['600', 0, OFFICE]);
        assert.equal(hasRights(statSync(target), { mode: 0o600 }), true);
        await assert.rejects(setRights({ mode: 0o600 }, at('gone')), { code: 'ENOENT' });
    });

    it('that a file has are not given to it again', async () => {
        const wanted = { mode: 0o640, gid: SHOP, uid: ALICE };
        const changedAt = (name: string): bigint => statSync(at(name), { bigint: true }).ctimeNs;
        const before = changedAt(path.basename(file('a', wanted.mode, ALICE, SHOP)));
        // Until the clock of the disk has moved on.
        do writeFileSync(at('later'), '');
        while (changedAt('later') === before);
        assert.equal(await setRights(wanted, at('a')), true);
        assert.equal(changedAt('a'), before, 'Everybody would take it for another state of the file.');
    });

    it('of a folder keep that its group goes on to what is made in it', async () => {
        await setRights({ mode: 0o770 }, place('a', 0o2755));
        assert.deepEqual(rights('a'), ['2770', 0, SHOP]);
        place('shop', 0o775);
        mkdirSync(at('shop/b'), { mode: 0o700 });
        await giveFolderRights(at('shop/b'));
        assert.deepEqual(rights('shop/b'), ['775', 0, SHOP]);
    });

    describe('that somebody may not give', () => {
        /** Alice, who is in no group but her own, lets a new file of hers have the rights of another one. @returns what she is told */
        async function aliceKeeps(mode: number, owner: number): Promise<string> {
            chmodSync(folder(), 0o777);
            const child = Child.start(
                'keepRights',
                String(ALICE),
                file('old', mode, owner, SHOP),
                file('a', 0o600, ALICE, ALICE),
            );
            const [told = '', hasAllThatSheCanGive] = await child.end();
            assert.equal(hasAllThatSheCanGive, 'true');
            return told;
        }

        it('refuse a file that those would lose who read it as members of its group', async () => {
            assert.equal(
                await aliceKeeps(0o640, ALICE),
                `EPERM: those who read it as members of its group (${SHOP}) no longer could: you are not in that group. ` +
                    'Ask the administrator of the share to make you a member of it, or to let the folder give its group to new files (chmod g+s).',
            );
            assert.deepEqual(rights('a'), ['600', ALICE, ALICE], 'Another group reads it.');
        });

        it('do not matter where everybody reads it, or nobody but its owner', async () => {
            for (const mode of [0o644, 0o664, 0o600]) {
                assert.equal(await aliceKeeps(mode, ALICE), 'kept');
                assert.deepEqual(rights('a'), [mode.toString(8), ALICE, ALICE]);
            }
        });

        it('of somebody else’s file do not matter, since she could read that by an access list', async () => {
            assert.equal(await aliceKeeps(0o640, BOB), 'kept');
            assert.deepEqual(rights('a'), ['600', ALICE, ALICE]);
        });
    });

    it('are shared with a file beside it, where there is one', async () => {
        file('a', 0o640, ALICE, SHOP);
        await shareRights(at('a'), file('b', 0o644));
        assert.deepEqual(rights('b'), ['640', ALICE, SHOP]);
        await shareRights(at('gone'), at('b'));
        await shareRights(at('a'), at('gone'));
        assert.deepEqual(rights('b'), ['640', ALICE, SHOP]);
    });

    it('come back with a file as it had them, and what is not known as the folder gives it', async () => {
        const shop = place('shop', 0o775);
        await returnRights(file('a', 0o600), { mode: 0o100640, uid: ALICE, gid: OFFICE }, shop);
        assert.deepEqual(rights('a'), ['640', ALICE, OFFICE]);
        await returnRights(file('b', 0o600), { mode: 0o640, gid: OFFICE }, shop);
        assert.deepEqual(rights('b'), ['640', 0, OFFICE]);
        await returnRights(file('c', 0o600), {}, shop);
        assert.deepEqual(rights('c'), ['664', 0, SHOP]);
        await returnRights(file('d', 0o600), { mode: 0o640 }, shop);
        assert.deepEqual(rights('d'), ['640', 0, SHOP]);
        await returnRights(file('e', 0o600), { uid: ALICE, gid: OFFICE }, shop);
        assert.deepEqual(rights('e'), ['664', 0, SHOP]);
        await returnRights(at('gone'), { mode: 0o640, gid: OFFICE }, shop);
    });
});
