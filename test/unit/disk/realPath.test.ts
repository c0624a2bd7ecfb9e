import * as assert from 'node:assert/strict';
import { linkSync, mkdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import {
    identityOf,
    isFolder,
    isLink,
    isSamePlace,
    isThere,
    isWithin,
    resolveLinks,
    resolvingOnce,
    withAncestors,
} from '../../../src/core/disk/realPath';
import { skipUnless } from '../../support/skips';
import { temporaryFolder } from '../support/temporaryFolder';

describe('A path on disk', () => {
    const folder = temporaryFolder();
    const at = (...names: string[]): string => path.join(folder(), ...names);

    it('lies within a folder by its text, and not beside one of a similar name', () => {
        const shop = path.resolve('/shop/repo');
        for (const [place, isInside] of [
            [shop, true],
            [path.join(shop, 'job', 'a.vnc'), true],
            [path.join(shop, '..a.vnc'), true],
            [path.dirname(shop), false],
            [`${shop}2`, false],
            [path.join(shop, '..', 'other'), false],
        ] as const) {
            assert.equal(isWithin(place, shop), isInside, place);
        }
    });

    it('has the folders above it, from the inside out', () => {
        const root = path.resolve('/');
        assert.deepEqual(withAncestors(path.resolve('/shop/repo')), [
            path.join(root, 'shop', 'repo'),
            path.join(root, 'shop'),
            root,
        ]);
        assert.deepEqual(withAncestors(root), [root]);
    });

    it('tells whether a folder is there, and a file is none', async () => {
        writeFileSync(at('a.vnc'), '');
        assert.equal(await isFolder(folder()), true);
        for (const none of [at('a.vnc'), at('gone'), at('a.vnc', 'below')]) {
            assert.equal(await isFolder(none), false, none);
        }
    });

    it('tells whether its name is taken; a name that no disk takes is not', async () => {
        writeFileSync(at('a.vnc'), '');
        for (const taken of [folder(), at('a.vnc')]) {
            assert.deepEqual([await isThere(taken), await isLink(taken)], [true, false], taken);
        }
        for (const free of [at('gone'), at('a.vnc', 'below'), at('x'.repeat(1000))]) {
            assert.deepEqual([await isThere(free), await isLink(free)], [false, false], free);
        }
    });

    it('of which nobody can tell what is there is neither taken for free nor for no folder', async function () {
        skipUnless(this, 'links');
        symlinkSync(at('loop'), at('loop'));
        await assert.rejects(isFolder(at('loop')), { code: 'ELOOP' });
        for (const look of [isThere, isLink]) await assert.rejects(look(at('loop', 'a.vnc')), { code: 'ELOOP' });
    });

    it('is one place with another that leads to the same file, and with no other', async () => {
        for (const name of ['a.vnc', 'b.vnc']) writeFileSync(at(name), '');
        linkSync(at('a.vnc'), at('second.vnc'));
        assert.equal(await isSamePlace(at('a.vnc'), at('second.vnc')), true);
        assert.equal(await isSamePlace(at('gone'), at('gone')), true);
        for (const other of ['b.vnc', 'gone']) assert.equal(await isSamePlace(at('a.vnc'), at(other)), false, other);
        assert.equal(await isSamePlace(at('gone'), at('gone too')), false);
        assert.equal(await identityOf(at('gone')), undefined);
        assert.notEqual(await identityOf(at('a.vnc')), await identityOf(at('b.vnc')));
    });

    describe('through a link', () => {
        beforeEach(function () {
            skipUnless(this, 'junctions');
            mkdirSync(at('real', 'job'), { recursive: true });
            symlinkSync(at('real'), at('link'), 'junction');
        });

        it('is resolved as far as it exists, with the rest as it is', async () => {
            const real = realpathSync(at('real'));
            assert.equal(await resolveLinks(at('link', 'job')), path.join(real, 'job'));
            assert.equal(await resolveLinks(at('link', 'gone', 'a.vnc')), path.join(real, 'gone', 'a.vnc'));
            assert.equal(await resolveLinks(at('link')), real);
            assert.equal(await resolveLinks(path.resolve('/')), path.resolve('/'));
        });

        it('is resolved once for one look at the disk, and anew for the next', async () => {
            const [job, other] = [realpathSync(at('real', 'job')), at('other', 'job')];
            mkdirSync(other, { recursive: true });
            const resolve = resolvingOnce();
            assert.equal(await resolve(at('link', 'job')), job);
            rmSync(at('link'));
            symlinkSync(at('other'), at('link'), 'junction');
            assert.equal(await resolve(at('link', 'job')), job);
            assert.equal(await resolvingOnce()(at('link', 'job')), other);
        });

        it('is one place with what is behind it', async () => {
            assert.equal(await isFolder(at('link')), true);
            assert.equal(await isSamePlace(at('link', 'job'), at('real', 'job')), true);
            assert.equal(await isLink(at('link')), true);
            assert.equal(await isLink(at('link', 'job')), false);
        });

        it('that leads nowhere is no folder, but its name is taken', async () => {
            symlinkSync(at('gone'), at('dangling'), 'junction');
            assert.deepEqual(
                [await isFolder(at('dangling')), await isThere(at('dangling')), await isLink(at('dangling'))],
                [false, true, true],
            );
        });
    });
});
