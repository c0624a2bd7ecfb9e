import * as assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { OtherNames } from '../../../src/core/repository/otherNames';
import { skipUnless } from '../../support/skips';
import { temporaryFolder } from '../support/temporaryFolder';

describe('The names of a repository', () => {
    const folder = temporaryFolder();
    const at = (...names: readonly string[]): string => join(folder(), ...names);
    const link = (target: string, name: string): void => symlinkSync(at(target), at(name), 'junction');
    let names: OtherNames;

    /** The paths on disk that are known of a file. */
    const pathsOf = (path: string): string[] =>
        names.diskPathsOf(at('repo', path), (inside) => at('repo', ...inside.split('/')));

    beforeEach(() => {
        mkdirSync(at('repo', 'job12', 'rough'), { recursive: true });
        mkdirSync(at('project'));
        names = new OtherNames(at('repo'));
    });

    it('are at first only its own', async () => {
        assert.equal(names.pathOf(at('repo', 'job12', 'op1.vnc')), 'job12/op1.vnc');
        assert.deepEqual([names.pathOf(at('repo')), names.pathOf(at('project', 'op1.vnc'))], [undefined, undefined]);
        assert.equal(await names.learn(`${at('repo')}${sep}`), false);
        assert.deepEqual(pathsOf('job12/op1.vnc'), [at('repo', 'job12', 'op1.vnc')]);
    });

    it('are those of links to it, learned once for the whole', async function () {
        skipUnless(this, 'junctions');
        link('repo', 'S');
        assert.equal(names.pathOf(at('S', 'op1.vnc')), undefined);
        assert.equal(await names.learn(at('S', 'job12', 'rough')), true);
        assert.equal(names.pathOf(at('S', 'op1.vnc')), 'op1.vnc');
        assert.deepEqual(pathsOf('op1.vnc'), [at('repo', 'op1.vnc'), at('S', 'op1.vnc')]);
        for (const known of [at('S'), at('S', 'job12'), at('S', 'new.vnc')])
            assert.equal(await names.learn(known), false);
    });

    it('are those of links to a part of it, and through another name', async function () {
        skipUnless(this, 'junctions');
        link('repo/job12', 'project/current');
        link('project', 'P');
        assert.equal(await names.learn(at('project', 'current')), true);
        assert.equal(await names.learn(at('P', 'current', 'rough')), true);
        assert.equal(names.pathOf(at('P', 'current', 'op1.vnc')), 'job12/op1.vnc');
        assert.deepEqual(pathsOf('job12/rough/op1.vnc').sort(), [
            at('P', 'current', 'rough', 'op1.vnc'),
            at('project', 'current', 'rough', 'op1.vnc'),
            at('repo', 'job12', 'rough', 'op1.vnc'),
        ]);
        assert.deepEqual(pathsOf('job13/op1.vnc'), [at('repo', 'job13', 'op1.vnc')]);
    });

    it('of what lies behind a link inside are those of its own place', async function () {
        skipUnless(this, 'junctions');
        link('repo/job12', 'repo/current');
        assert.equal(names.pathOf(at('repo', 'current', 'op1.vnc')), 'current/op1.vnc');
        await names.learn(at('repo', 'current'));
        assert.equal(names.pathOf(at('repo', 'current', 'op1.vnc')), 'job12/op1.vnc');
    });

    it('may be that of a single file', async function () {
        skipUnless(this, 'links');
        writeFileSync(at('repo', 'job12', 'op1.vnc'), '');
        symlinkSync(at('repo', 'job12', 'op1.vnc'), at('project', 'mine.vnc'));
        assert.equal(await names.learn(at('project', 'mine.vnc')), true);
        assert.equal(names.pathOf(at('project', 'mine.vnc')), 'job12/op1.vnc');
        assert.equal(names.pathOf(at('project', 'other.vnc')), undefined);
    });

    it('are none of what lies outside, there or not', async () => {
        for (const outside of [at('project'), at('project', 'x.vnc'), at('repository'), at('gone', 'x'), at()]) {
            assert.equal(await names.learn(outside), false, outside);
        }
    });

    it('are those of the real path when the repository itself was named by a link', async function () {
        skipUnless(this, 'junctions');
        link('repo', 'S');
        names = new OtherNames(at('S'));
        assert.equal(await names.learn(at('repo', 'job12')), true);
        assert.equal(names.pathOf(at('repo', 'job12', 'op1.vnc')), 'job12/op1.vnc');
    });
});
