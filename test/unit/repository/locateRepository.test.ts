import * as assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { CheckoutError } from '../../../src/core/base/errors';
import { claimOf } from '../../../src/core/repository/claimPlace';
import { defaultExtensions as extensions, locateRepository } from '../../../src/core/repository/locateRepository';
import { skipUnless } from '../../support/skips';
import { temporaryFolder } from '../support/temporaryFolder';

interface Named {
    readonly root?: string;
    readonly repository?: string;
    readonly locksFile?: string;
}

describe('Where the repository is', () => {
    const folder = temporaryFolder();
    const at = (file: string): string => join(folder(), file);

    /** Makes files; a locks file is given the locks of these keys. */
    function make(...files: readonly string[]): void {
        for (const file of files) {
            mkdirSync(dirname(at(file)), { recursive: true });
            writeFileSync(at(file), file.endsWith('.json') ? '{}' : '');
        }
    }
    function lock(locksFile: string, ...keys: readonly string[]): void {
        mkdirSync(dirname(at(locksFile)), { recursive: true });
        writeFileSync(at(locksFile), JSON.stringify(Object.fromEntries(keys.map((key) => [key, { user: 'Alice' }]))));
    }
    const options = ({ root = '.', repository, locksFile }: Named = {}) => ({
        root: at(root),
        extensions,
        ...(repository === undefined ? {} : { repository }),
        ...(locksFile === undefined ? {} : { locksFile }),
    });
    /** The repository and its locks file, relative to the temporary folder. */
    async function locate(named?: Named): Promise<readonly [repository: string, locksFile: string]> {
        const { repository, locksFile } = await locateRepository(options(named));
        return [relative(folder(), repository) || '.', relative(folder(), locksFile)];
    }
    /** Finds a place and does what comes before its first check-out, without the check-out. */
    async function claim(named?: Named): Promise<void> {
        await claimOf(options(named), await locateRepository(options(named)))();
    }
    async function refuses(named: Named, code: string, ...mentioned: readonly string[]): Promise<void> {
        await assert.rejects(locateRepository(options(named)), (error) => {
            assert.ok(error instanceof CheckoutError);
            assert.equal(error.code, code, error.message);
            for (const each of mentioned) assert.ok(error.message.includes(at(each)), error.message);
            return true;
        });
    }

    it('is the folder repo, whatever lies beside it', async () => {
        make('repo/a.txt', '4801247.mcam', 'locks.json');
        assert.deepEqual(await locate(), ['repo', 'locks.json']);
    });

    for (const [name, file] of [
        ['a locks file', 'locks.json'],
        ['a copy of a locks file', 'locks.json.bak'],
        ['a CAM file, in any case', '4801247.MCAM'],
        ['a CAM file in a subfolder', 'job12/rough/op1.vnc'],
    ] as const) {
        it(`is the root itself when there is no repo and it has ${name}`, async () => {
            make(file);
            assert.deepEqual(await locate(), ['.', 'locks.json']);
        });
    }

    it('is nowhere when there is nothing of the sort', async () => {
        make('readme.txt', '.git/op1.vnc');
        await refuses({}, 'repositoryMissing', '.');
    });

    it('is never another folder than the one that was named', async () => {
        make('repo/4801247.mcam', 'locks.json', 'file');
        await refuses({ repository: 'programs' }, 'repositoryMissing', 'programs');
        await refuses({ repository: 'file' }, 'repositoryMissing', 'file');
    });

    it('is not the root when repo is a link that leads nowhere now', async function () {
        skipUnless(this, 'junctions');
        make('locks.json', '4801247.mcam');
        symlinkSync(at('gone'), at('repo'), 'junction');
        await refuses({}, 'repositoryMissing', 'repo');
    });

    it('is a folder called Repo or REPO, too, as it is for Windows', async function () {
        skipUnless(this, 'caseMatters');
        make('Repo/a.vnc', 'Locks.json');
        assert.deepEqual(await locate(), ['Repo', 'Locks.json']);
        make('REPO/a.vnc');
        await refuses({}, 'locationRefused', 'Repo', 'REPO');
        make('repo/a.vnc');
        assert.deepEqual(await locate(), ['repo', 'Locks.json']);
    });

    describe('from wherever it is opened', () => {
        for (const locks of ['locks.json', 'locks.json.bak', undefined]) {
            for (const root of ['.', 'repo', 'repo/job12', 'repo/job12/rough']) {
                it(`is the same from ${root} with ${locks ?? 'no locks file yet'}`, async () => {
                    make('repo/job12/rough/op1.vnc', 'repo/job13/op1.vnc');
                    if (locks !== undefined) make(locks);
                    assert.deepEqual(await locate({ root }), ['repo', 'locks.json']);
                });
            }
        }

        it('is the same from a folder of a shop without a folder repo', async () => {
            make('locks.json', 'job12/rough/op1.vnc');
            for (const root of ['.', 'job12', 'job12/rough']) {
                assert.deepEqual(await locate({ root }), ['.', 'locks.json'], root);
                assert.deepEqual(await locate({ root, repository: at('.') }), ['.', 'locks.json'], root);
            }
        });

        it('has its locks file in it where that was begun', async () => {
            make('repo/locks.json', 'repo/job12/op1.vnc');
            for (const root of ['.', 'repo', 'repo/job12']) {
                assert.deepEqual(await locate({ root }), ['repo', join('repo', 'locks.json')], root);
            }
        });

        it('is found through links, and is spelled as it was opened', async function () {
            skipUnless(this, 'junctions');
            make('shop/locks.json', 'shop/repo/job12/op1.vnc');
            for (const [link, target] of [
                ['S', 'shop'],
                ['mine/repo', 'shop/repo'],
                ['R', 'shop/repo'],
                ['J', 'shop/repo/job12'],
            ] as const) {
                mkdirSync(dirname(at(link)), { recursive: true });
                symlinkSync(at(target), at(link), 'junction');
            }
            assert.deepEqual(await locate({ root: 'S' }), [join('S', 'repo'), join('S', 'locks.json')]);
            assert.deepEqual(await locate({ root: 'mine' }), [join('mine', 'repo'), join('shop', 'locks.json')]);
            assert.deepEqual(await locate({ root: 'R' }), ['R', join('shop', 'locks.json')]);
            assert.deepEqual(await locate({ root: 'J' }), [join('shop', 'repo'), join('shop', 'locks.json')]);
            assert.deepEqual(await locate({ root: 'S', repository: at('shop/repo') }), [
                join('S', 'repo'),
                join('S', 'locks.json'),
            ]);
        });

        it('is refused when a link would give it a second locks file', async function () {
            skipUnless(this, 'junctions');
            make('shop/locks.json', 'shop/repo/op1.vnc', 'mine/locks.json');
            symlinkSync(at('shop/repo'), at('mine/repo'), 'junction');
            await refuses({ root: 'mine' }, 'locationRefused', 'shop/locks.json', 'mine/locks.json');
            await refuses({ root: 'mine/repo' }, 'locationRefused', 'shop/locks.json', 'mine/locks.json');
        });

        it('is refused when a part of it has a locks file of its own', async () => {
            make('repo/job12/op1.vnc', 'repo/job13/op1.vnc', 'repo/job13/locks.json');
            await refuses({}, 'locationRefused', 'repo/job13/locks.json');
            await refuses({ root: 'repo/job12' }, 'locationRefused', 'repo/job13/locks.json');
            make('locks.json');
            await refuses({ root: 'repo/job13' }, 'locationRefused', 'locks.json', 'repo/job13/locks.json');
        });

        it('is refused above several shops, which have their own', async () => {
            make('milling/locks.json', 'milling/repo/a.vnc', 'turning/repo/a.vnc');
            await refuses({}, 'locationRefused', 'milling/locks.json');
            assert.deepEqual(await locate({ root: 'turning' }), [
                join('turning', 'repo'),
                join('turning', 'locks.json'),
            ]);
        });
    });

    describe('when the repository is named', () => {
        it('has the locks file that is found above it', async () => {
            make('b/locks.json', 'b/repo/a.vnc', 'home/x.txt');
            assert.deepEqual(await locate({ root: 'home', repository: at('b/repo') }), [
                join('b', 'repo'),
                join('b', 'locks.json'),
            ]);
        });

        it('has its locks file where everyone looks for it when there is none yet', async () => {
            make('b/repo/a.vnc', 'b/programs/a.vnc', 'home/x.txt');
            assert.deepEqual((await locate({ root: 'home', repository: at('b/repo') }))[1], join('b', 'locks.json'));
            assert.deepEqual(
                (await locate({ root: 'b', repository: 'programs' }))[1],
                join('b', 'programs', 'locks.json'),
            );
        });

        it('is refused for a part of what the locks file is for, in use or not', async () => {
            make('repo/job12/op1.vnc', 'locks.json');
            await refuses({ repository: 'repo/job12' }, 'locationRefused', 'locks.json', 'repo', 'repo/job12');
            lock('locks.json', 'job12/op1.vnc');
            await refuses({ repository: 'repo/job12' }, 'locationRefused', 'locks.json');
            await refuses({ repository: 'repo/job12', locksFile: 'locks.json' }, 'locationRefused', 'locks.json');
            await refuses({ root: 'repo', repository: 'job12', locksFile: '../locks.json' }, 'locationRefused');
        });

        it('keeps the locks file of the root that was used for it, as the keys tell, for everyone', async () => {
            make('programs/a.vnc', 'programs/job/b.vnc');
            lock('locks.json', 'a.vnc');
            assert.deepEqual(await locate({ repository: 'programs' }), ['programs', 'locks.json']);
            await claim({ repository: 'programs' });
            for (const root of ['.', 'programs', 'programs/job']) {
                assert.deepEqual(await locate({ root }), ['programs', 'locks.json'], root);
            }
            await refuses({ repository: '.' }, 'locationRefused', 'programs');
        });

        it('keeps the locks file of the root that was used for it, as the history tells', async () => {
            make('programs/a.vnc', 'locks.json');
            const event = { time: '2026-11-23T08:15:30+00:00', action: 'check-in', file: 'a.vnc', user: 'Alice' };
            writeFileSync(at('locks.history.jsonl'), `${JSON.stringify({ ...event, message: '' })}\n`);
            assert.deepEqual(await locate({ repository: 'programs' }), ['programs', 'locks.json']);
            writeFileSync(
                at('locks.history.jsonl'),
                `${JSON.stringify({ ...event, file: 'programs/a.vnc', message: '' })}\n`,
            );
            await refuses({ repository: 'programs' }, 'locationRefused', 'locks.json');
        });

        it('is not the folder around the repository that the locks file beside it is for', async () => {
            make('repo/a.vnc');
            await refuses({ repository: '.' }, 'locationRefused', 'repo');
            make('locks.json');
            await refuses({ repository: '.' }, 'locationRefused', 'locks.json', 'repo');
            await refuses({ repository: '.', locksFile: 'locks.json' }, 'locationRefused', 'locks.json', 'repo');
        });

        it('does not take over a locks file in which somebody has a file under its longer key', async () => {
            make('programs/a.vnc');
            lock('locks.json', 'programs/a.vnc');
            await refuses({ repository: 'programs' }, 'locationRefused', 'locks.json');
        });
    });

    describe('when the locks file is named', () => {
        it('counts relative paths from the root and takes absolute ones as they are', async () => {
            make('programs/5-axis/a.vnc');
            const expected = [join('programs', '5-axis'), join('programs', 'l.json')];
            assert.deepEqual(await locate({ repository: 'programs/5-axis', locksFile: 'programs/l.json' }), expected);
            const named = { repository: at('programs/5-axis'), locksFile: at('programs/l.json') };
            assert.deepEqual(await locate(named), expected);
        });

        it('is found by everyone from its first check-out on', async () => {
            make('cam/repo/job12/op1.vnc', 'admin/x.txt');
            const named = { root: 'cam', locksFile: at('admin/who.json') };
            assert.deepEqual(await locate({ root: 'cam' }), [join('cam', 'repo'), join('cam', 'locks.json')]);
            await claim(named);
            const expected = [join('cam', 'repo'), join('admin', 'who.json')];
            for (const root of ['cam', 'cam/repo', 'cam/repo/job12']) {
                assert.deepEqual(await locate({ root }), expected, root);
                assert.deepEqual(await locate({ ...named, root }), expected, root);
                await refuses({ root, locksFile: at('l.json') }, 'locationRefused', 'admin/who.json', 'l.json');
            }
            await refuses(
                { root: 'cam', repository: 'repo/job12', locksFile: at('admin/who.json') },
                'locationRefused',
            );
            await refuses(
                { root: 'admin', repository: at('cam'), locksFile: 'who.json' },
                'locationRefused',
                'cam/repo',
            );
        });

        it('is refused when another one is in use', async () => {
            make('locks.json', 'repo/job12/op1.vnc');
            await refuses({ locksFile: 'mine.json' }, 'locationRefused', 'locks.json', 'mine.json');
            await refuses(
                { root: 'repo', locksFile: 'locks.json' },
                'locationRefused',
                'locks.json',
                'repo/locks.json',
            );
            assert.deepEqual(await locate({ root: 'repo/job12', locksFile: '../../locks.json' }), [
                'repo',
                'locks.json',
            ]);
        });
    });

    describe('before the first check-out', () => {
        it('is not noted where everyone looks for it', async () => {
            make('repo/a.vnc', 'flat/a.vnc');
            await claim();
            await claim({ root: 'flat' });
            assert.deepEqual(
                [await locate({ root: 'repo' }), await locate({ root: 'flat' })],
                [
                    ['repo', 'locks.json'],
                    ['flat', join('flat', 'locks.json')],
                ],
            );
            assert.throws(() => readFileSync(at('locks.where.json')), { code: 'ENOENT' });
        });

        it('is refused when somebody has begun a locks file elsewhere since it was opened', async () => {
            make('programs/a.vnc');
            const place = await locateRepository(options());
            make('programs/locks.json');
            const claimed = claimOf(options(), place);
            await assert.rejects(claimed(), { code: 'locationRefused' });
            rmSync(at('programs/locks.json'));
            const inside = claimOf(
                options({ root: 'programs' }),
                await locateRepository(options({ root: 'programs' })),
            );
            make('locks.json');
            await assert.rejects(inside(), { code: 'locationRefused', message: /Refresh, and try again/ });
            await claimed();
        });

        it('is noted by one of two who name another one at the same moment', async () => {
            make('programs/a.vnc', 'admin/x.txt');
            const claims = await Promise.allSettled(
                ['one.json', 'two.json'].map((name) => claim({ root: 'programs', locksFile: at(`admin/${name}`) })),
            );
            assert.deepEqual(claims.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
        });

        it('is refused while a note cannot be understood', async () => {
            make('repo/job/a.vnc');
            for (const text of ['', '{', 'null', '{"repository": 5, "locksFile": "x"}', '[]']) {
                writeFileSync(at('repo/locks.where.json'), text);
                await refuses({ root: 'repo/job' }, 'locationRefused', 'repo/locks.where.json');
            }
        });
    });
});
