import * as assert from 'node:assert/strict';
import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import {
    canBeListed,
    type FolderListing,
    listFolder,
    type Listing,
    listRepository,
} from '../../../src/core/repository/listing';
import { pathIn } from '../../../src/core/base/repositoryPath';
import { skipUnless } from '../../support/skips';
import { Child } from '../support/child';
import { temporaryFolder } from '../support/temporaryFolder';

const extensions = new Set(['.mcam', '.vnc']);

describe('listing', () => {
    const folder = temporaryFolder();
    const touch = (...names: string[]): void => {
        for (const name of names) {
            mkdirSync(path.dirname(path.join(folder(), name)), { recursive: true });
            writeFileSync(path.join(folder(), name), '');
        }
    };
    const pathsOf = ({ folders }: Listing): string[] =>
        [...folders]
            .flatMap(([inside, { files: names }]) => [...names.keys()].map((name) => pathIn(inside, name)))
            .sort();

    const files = async (): Promise<string[]> => pathsOf(await listRepository(folder(), extensions));

    it('finds the files with an allowed extension in any case, in all subfolders', async () => {
        touch('a.vnc', 'B.MCAM', 'notes.txt', 'vnc', 'job/deep/er/c.Vnc');
        assert.deepEqual(await files(), ['B.MCAM', 'a.vnc', 'job/deep/er/c.Vnc']);
    });

    it('leaves out hidden folders and those of file servers, and folders that look like files', async () => {
        touch('.git/a.vnc', '$RECYCLE.BIN/a.vnc', '@eaDir/a.vnc', 'dir.vnc/in.vnc');
        assert.deepEqual(await files(), ['dir.vnc/in.vnc']);
    });

    it('leaves out what belongs to a locks file that lies among the programs', async () => {
        const aside = 'locks.json.lock.7d444840-9dc0-41d1-b245-5ffdce74fad2';
        touch('locks.json.lock/a.vnc', `${aside}/a.vnc`, 'locks.revisions/a.vnc/r1.vnc', 'clamp.lock/a.vnc');
        const { folders } = await listRepository(folder(), extensions);
        assert.deepEqual([...folders.keys()].sort(), ['', 'clamp.lock']);
    });

    it('leaves out what systems and programs leave beside files', async () => {
        touch('._a.vnc', '.hidden.vnc', '.vnc', '~$x.mcam', 'job/._b.vnc', '~a.vnc', 'a.vnc');
        assert.deepEqual(await files(), ['a.vnc', '~a.vnc']);
        touch('Thumbs.db', 'x.db', 'desktop.ini', 'x.ini');
        const listing = await listFolder(folder(), '', new Set(['.db', '.ini']));
        assert.deepEqual([...listing.files.keys()].sort(), ['x.db', 'x.ini']);
    });

    it('tells apart the names that Windows cannot have, of files and folders, with the reason', async function () {
        skipUnless(this, 'anyNames');
        touch('a.vnc', 'a:b.vnc', 'CON.vnc', 'con.txt', 'x.vnc ', 'y.MCAM..', 'a?b.txt', 'line\nbreak.vnc', 'q/z|.vnc');
        touch('aux/in.vnc', 'conrad.vnc', '._a:b.vnc');
        const { folders } = await listRepository(folder(), extensions);
        assert.deepEqual(pathsOf({ folders, unreadable: new Map() }), ['a.vnc', 'conrad.vnc']);
        assert.deepEqual(Object.fromEntries(folders.get('')!.unusable!), {
            'a:b.vnc': 'Windows allows no “:” in a name',
            'CON.vnc': 'Windows takes “CON” for a device',
            'x.vnc ': 'Windows drops the space at the end of its name',
            'y.MCAM..': 'Windows drops the dot at the end of its name',
            'line\nbreak.vnc': 'its name has a control character',
            aux: 'Windows takes “aux” for a device',
        });
        assert.deepEqual([...folders.get('q')!.unusable!.keys()], ['z|.vnc']);
        assert.equal(folders.get('q')!.files.size, 0);
    });

    it('knows a path that it could name from one that it leaves out', () => {
        const named = ['B.MCAM', 'job/deep/c.Vnc', 'dir.vnc/in.vnc'];
        const leftOut = [
            'notes.txt',
            'vnc',
            '.git/a.vnc',
            'job/.hidden/a.vnc',
            '$RECYCLE.BIN/a.vnc',
            'a.vnc/@eaDir/a.vnc',
            '.vnc',
            'job/._a.vnc',
            '~$x.mcam',
        ];
        for (const path of named) assert.equal(canBeListed(path, extensions), true, path);
        for (const path of leftOut) assert.equal(canBeListed(path, extensions), false, path);
    });

    it('gives paths in NFC and remembers the name on disk', async () => {
        touch('e\u0301/o\u0308.vnc');
        const { folders } = await listRepository(folder(), extensions);
        assert.equal(folders.get('')?.folders.get('\u00e9'), 'e\u0301');
        assert.equal(folders.get('\u00e9')?.files.get('\u00f6.vnc'), 'o\u0308.vnc');
    });

    it('does not follow links, out of the repository or round in circles', async function () {
        skipUnless(this, 'links');
        touch('repo/a.vnc', 'outside/secret.vnc');
        symlinkSync('../outside', path.join(folder(), 'repo', 'leaves'));
        symlinkSync('..', path.join(folder(), 'repo', 'circle'));
        symlinkSync('../outside/secret.vnc', path.join(folder(), 'repo', 'secret.vnc'));
        const { folders } = await listRepository(path.join(folder(), 'repo'), extensions);
        assert.deepEqual([...folders.keys()], ['']);
        assert.deepEqual([...folders.get('')!.files.keys()], ['a.vnc']);
    });

    it('shows a folder that cannot be read as such, and the others all the same', async function () {
        skipUnless(this, 'modes');
        touch('closed/a.vnc', 'open/b.vnc', 'c.vnc');
        chmodSync(folder(), 0o755);
        chmodSync(path.join(folder(), 'closed'), 0);
        const child = Child.start('listUnprivileged', folder());
        const [line] = [await child.line()];
        chmodSync(path.join(folder(), 'closed'), 0o755);
        assert.deepEqual(JSON.parse(line), {
            files: ['c.vnc', 'open/b.vnc'],
            unreadable: [['closed', 'You have no permission to read the folder closed.']],
        });
    });

    describe('of a folder that is known', () => {
        const again = async (change: () => void): Promise<{ isSame: boolean; names: string[] }> => {
            touch('b.vnc', 'a.vnc', 'notes.txt', '.hidden/x.vnc', 'job/x.vnc');
            const before = await listFolder(folder(), '', extensions);
            change();
            const now = await listFolder(folder(), '', extensions, before);
            return { isSame: now === before, names: [...now.folders.keys(), ...now.files.keys()].sort() };
        };
        const inFolder = (name: string): string => path.join(folder(), name);

        for (const [what, change] of [
            ['nothing changed', () => undefined],
            ['a file came that does not count', () => touch('more.txt', '.git/x.vnc')],
            ['a file changed', () => writeFileSync(inFolder('a.vnc'), 'G1')],
        ] as const) {
            it(`is the same listing when ${what}`, async () => {
                assert.deepEqual(await again(change), { isSame: true, names: ['a.vnc', 'b.vnc', 'job'] });
            });
        }

        for (const [what, change, names] of [
            ['a file came', () => touch('c.vnc'), ['a.vnc', 'b.vnc', 'c.vnc', 'job']],
            ['a file went', () => rmSync(inFolder('a.vnc')), ['b.vnc', 'job']],
            [
                'a file has another name',
                () => renameSync(inFolder('a.vnc'), inFolder('A.vnc')),
                ['A.vnc', 'b.vnc', 'job'],
            ],
            ['a folder came', () => mkdirSync(inFolder('job2')), ['a.vnc', 'b.vnc', 'job', 'job2']],
            ['a folder went', () => rmSync(inFolder('job'), { recursive: true }), ['a.vnc', 'b.vnc']],
            [
                'all went',
                () => ['a.vnc', 'b.vnc', 'job'].forEach((name) => rmSync(inFolder(name), { recursive: true })),
                [],
            ],
            [
                'a folder took the name of a file',
                () => {
                    rmSync(inFolder('a.vnc'));
                    mkdirSync(inFolder('a.vnc'));
                },
                ['a.vnc', 'b.vnc', 'job'],
            ],
        ] as const) {
            it(`is a new listing when ${what}`, async function () {
                if (what === 'a file has another name') skipUnless(this, 'caseRenames');
                assert.deepEqual(await again(change), { isSame: false, names });
            });
        }

        it('is a new listing when a name that nobody can check out came or went, and only then', async function () {
            skipUnless(this, 'anyNames');
            const now = (before?: FolderListing): Promise<FolderListing> =>
                listFolder(folder(), '', extensions, before);
            touch('a.vnc', 'b:c.vnc');
            const first = await now();
            assert.equal(await now(first), first);
            renameSync(inFolder('b:c.vnc'), inFolder('d:e.vnc'));
            const second = await now(first);
            assert.deepEqual([...second.unusable!.keys()], ['d:e.vnc']);
            rmSync(inFolder('d:e.vnc'));
            assert.equal((await now(second)).unusable, undefined);
        });

        it('reads it again unless told to trust what is known', async () => {
            touch('a.vnc', 'job/x.vnc');
            const { folders } = await listRepository(folder(), extensions);
            const known = new Map([['', folders.get('')!]]);
            touch('b.vnc', 'job/y.vnc');
            const listed = async (trustsKnown: boolean): Promise<string[]> =>
                pathsOf(await listRepository(folder(), extensions, { known, trustsKnown }));
            assert.deepEqual(await listed(true), ['a.vnc', 'job/x.vnc', 'job/y.vnc']);
            assert.deepEqual(await listed(false), ['a.vnc', 'b.vnc', 'job/x.vnc', 'job/y.vnc']);
        });
    });

    it('throws when the repository is not there', async () => {
        await assert.rejects(listRepository(path.join(folder(), 'gone'), extensions), { code: 'ENOENT' });
    });
});
