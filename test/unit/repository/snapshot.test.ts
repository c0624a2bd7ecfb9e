import * as assert from 'node:assert/strict';
import * as path from 'node:path';
import type { FolderListing } from '../../../src/core/repository/listing';
import { LockTable } from '../../../src/core/locks/lockTable';
import { Snapshot } from '../../../src/core/repository/snapshot';
import { namesOf } from '../../../src/core/base/fileNames';
import { snapshotDiff } from '../../../src/core/repository/snapshotDiff';

const root = path.resolve('/r/repo');

function listing(files: readonly string[], folders: readonly string[] = []): FolderListing {
    const names = (paths: readonly string[]): Map<string, string> =>
        new Map(paths.map((file) => [path.posix.basename(file), path.posix.basename(file)]));
    return { files: names(files), folders: names(folders) };
}

function snapshot(
    listings: Readonly<Record<string, FolderListing>>,
    locks: Readonly<Record<string, string>> = {},
    unreadable: Readonly<Record<string, string>> = {},
): Snapshot {
    const table = Object.fromEntries(Object.entries(locks).map(([key, user]) => [key, { user }]));
    return new Snapshot(
        root,
        'Bob',
        new Map(Object.entries(listings)),
        new Map(Object.entries(unreadable)),
        LockTable.parse(JSON.stringify(table)),
    );
}

function changed(before: Snapshot, after: Snapshot): { files: string[]; folders: string[] } {
    const { files, folders } = snapshotDiff(before, after);
    return { files: [...files].sort(), folders: [...folders].sort() };
}

describe('Snapshot', () => {
    const listings = { '': listing(['A.vnc', 'b.vnc'], ['Job']), Job: listing(['Job/c.vnc']) };

    it('names the other computer on which the name of the user has a file, and only that one', () => {
        const table = LockTable.parse(
            '{"A.vnc": {"user": "bob", "host": "PC2"}, "b.vnc": {"user": "Bob", "host": " pc1 "}, "Job/c.vnc": {"user": "Al", "host": "PC2"}}',
        );
        const at = new Snapshot(root, 'Bob', new Map(Object.entries(listings)), new Map(), table, 'PC1');
        assert.deepEqual(
            at.held().map(({ path, state, otherComputer }) => [path, state, otherComputer]),
            [
                ['A.vnc', 'heldByMe', 'PC2'],
                ['b.vnc', 'heldByMe', undefined],
                ['Job/c.vnc', 'heldByOthers', undefined],
            ],
        );
    });

    it('knows no file by a key that is no path, and is not held up by one of a million folders', () => {
        const keys = [
            '../x.vnc',
            'C:\\x.vnc',
            '//etc/x.vnc',
            `${'a/'.repeat(1_000_000)}x.vnc`,
            `${'a/'.repeat(120)}x.vnc`,
        ];
        const now = snapshot(listings, Object.fromEntries(keys.map((key) => [key, 'Alice'])));
        const known = now.held().map((file) => file.path);
        assert.deepEqual(known, keys.slice(-1));
        for (const key of keys.slice(0, -1)) assert.equal(now.file(key), undefined);
    });

    it('says of each file who has it, whatever the spelling of the key', () => {
        const now = snapshot(listings, { 'a.VNC': 'BOB', 'job/C.vnc': 'Alice' });
        assert.deepEqual(
            now.files().map(({ path: file, state, missing }) => [file, state, missing]),
            [
                ['A.vnc', 'heldByMe', false],
                ['b.vnc', 'available', false],
                ['Job/c.vnc', 'heldByOthers', false],
            ],
        );
        assert.equal(now.file('JOB/c.VNC')?.diskPath, path.join(root, 'Job', 'c.vnc'));
        assert.equal(now.file('nobody.vnc'), undefined);
        assert.deepEqual(
            now.heldByMe().map((file) => file.path),
            ['A.vnc'],
        );
    });

    it('shows a held file that is gone in the nearest folder that is there', () => {
        const now = snapshot(listings, { 'Job/gone.vnc': 'Alice', 'old/x.vnc': 'Bob', 'Job/sub/y.vnc': 'Bob' });
        assert.deepEqual(now.folder('')?.missing, ['old/x.vnc']);
        assert.deepEqual(now.folder('Job')?.missing, ['Job/gone.vnc', 'Job/sub/y.vnc']);
        assert.equal(now.file('OLD/x.vnc')?.missing, true);
    });

    it('does not take a file for missing in a folder that nobody looked at or could look at', () => {
        const top = { '': listing([], ['Job', 'closed']) };
        const now = snapshot(top, { 'job/c.vnc': 'Bob', 'closed/x.vnc': 'Bob' }, { closed: 'No permission.' });
        assert.deepEqual(
            now.held().map(({ path: file, missing }) => [file, missing]),
            [
                ['job/c.vnc', false],
                ['closed/x.vnc', false],
            ],
        );
        assert.deepEqual(now.folder('')?.missing, []);
        assert.equal(now.file('job/c.vnc')?.missing, false);
        assert.deepEqual(now.folder('closed'), { listing: listing([]), missing: [], unreadable: 'No permission.' });
        assert.equal(now.folder('Job'), undefined);
    });

    it('is empty only while it has no row to show, and is known to', () => {
        const empty = { '': listing([]) };
        assert.equal(snapshot({}).isEmpty(), false);
        assert.equal(snapshot(empty).isEmpty(), true);
        assert.equal(snapshot(empty, { 'gone.vnc': 'Bob' }).isEmpty(), false);
        assert.equal(snapshot({ '': listing([], ['job']) }).isEmpty(), false);
        assert.equal(snapshot({ '': listing(['a.vnc']) }).isEmpty(), false);
    });

    it('shows both files whose names differ only in Unicode form or case, with their lock, and changes both', () => {
        const twins = { '': { files: namesOf(['a\u0308.vnc', '\u00e4.vnc', 'B.vnc', 'b.vnc']), folders: namesOf([]) } };
        const [before, after] = [snapshot(twins), snapshot(twins, { '\u00c4.VNC': 'Alice', '.\\b.VNC': 'Bob' })];
        assert.deepEqual(
            after.files().map(({ path: file, diskPath, state }) => [file, path.basename(diskPath), state]),
            [
                ['a\u0308.vnc', 'a\u0308.vnc', 'heldByOthers'],
                ['\u00e4.vnc', '\u00e4.vnc', 'heldByOthers'],
                ['B.vnc', 'B.vnc', 'heldByMe'],
                ['b.vnc', 'b.vnc', 'heldByMe'],
            ],
        );
        assert.equal(after.locate('a\u0308.vnc'), 'a\u0308.vnc');
        assert.deepEqual(changed(before, after).files, ['B.vnc', 'a\u0308.vnc', 'b.vnc', '\u00e4.vnc']);
        assert.equal(after.held().length, 2);
    });

    it('holds a file whose entry cannot be read as a lock, there or missing, and says why', () => {
        const table = LockTable.parse('{"./a.VNC": {"user": null}, "Job\\\\gone.vnc": [], "_comment": "text"}');
        const now = new Snapshot(root, 'Bob', new Map(Object.entries(listings)), new Map(), table);
        assert.deepEqual(
            now.held().map(({ path: file, state, lock, missing }) => [file, state, lock, missing]),
            [
                ['A.vnc', 'heldByOthers', undefined, false],
                ['Job/gone.vnc', 'heldByOthers', undefined, true],
            ],
        );
        assert.equal(
            now.file('A.vnc')?.unreadable,
            'Nobody can tell who has checked out A.vnc: its entry “./a.VNC” in the locks file names no holder. Repair or remove that entry first.',
        );
        assert.deepEqual(now.folder('Job')?.missing, ['Job/gone.vnc']);
        assert.ok(now.isHeld('A.vnc'));
        assert.deepEqual([now.isHeld('_comment'), now.file('_comment')], [false, undefined]);
        assert.deepEqual(changed(snapshot(listings), now), { files: ['A.vnc', 'Job/gone.vnc'], folders: ['Job'] });
    });

    it('has a file drawn again, as it was spelled, that went away with its lock', () => {
        const held = snapshot(listings, { 'a.VNC': 'Alice' });
        const gone = snapshot({ ...listings, '': listing(['b.vnc'], ['Job']) });
        assert.deepEqual(changed(held, gone), { files: ['A.vnc'], folders: [''] });
    });

    it('has its top drawn again when an entry comes that names no file, or that does not count', () => {
        for (const locks of [{ 'C:\\x.vnc': 'Alice' }, { 'A.vnc': 'Alice', 'a.vnc': 'Bob' }]) {
            assert.ok(changed(snapshot(listings), snapshot(listings, locks)).folders.includes(''));
        }
        assert.deepEqual(changed(snapshot(listings), snapshot(listings, { 'A.vnc': 'Alice' })).folders, []);
    });

    it('keeps hostile keys to itself', () => {
        const now = snapshot(listings, { '../../etc/x.vnc': 'Eve', __proto__: 'Eve', constructor: 'Eve' });
        assert.deepEqual(
            now.held().map((file) => file.path),
            ['constructor'],
        );
        assert.equal(now.file('../../etc/x.vnc')?.missing ?? true, true);
    });

    it('takes no longer for each of many locks than for each of few, of other spellings and of files that are gone', () => {
        const millisecondsFor = (count: number): number => {
            const many = Array.from({ length: count }, (_, index) => `File-${index}.vnc`);
            const locks = Object.fromEntries(
                many.flatMap((name) => [
                    [name.toLowerCase(), 'Al'],
                    [`gone-${name}`, 'Al'],
                ]),
            );
            const now = snapshot({ '': listing(many) }, locks);
            const started = performance.now();
            assert.equal(now.folder('')?.missing.length, count);
            return performance.now() - started;
        };
        // The shortest of several: something else may have had the processor meanwhile.
        const shortest = (count: number): number =>
            Math.min(...Array.from({ length: 5 }, () => millisecondsFor(count)));
        const [few, many] = [shortest(500), shortest(5000)];
        assert.ok(many / few < 40, `${few} ms for 500, ${many} ms for 5000`);
    });
});

describe('difference', () => {
    const listings = { '': listing(['a.vnc', 'b.vnc'], ['job']), job: listing(['job/c.vnc']) };
    const before = snapshot(listings, { 'a.vnc': 'Alice' });

    it('is empty between equals', () => {
        assert.deepEqual(changed(before, snapshot(listings, { 'a.vnc': 'Alice' })), { files: [], folders: [] });
    });

    it('names the files whose locks changed, as they are spelled on disk', () => {
        const after = snapshot(listings, { 'A.VNC': 'Bob', 'Job/C.vnc': 'Bob' });
        assert.deepEqual(changed(before, after), { files: ['a.vnc', 'job/c.vnc'], folders: [] });
        assert.deepEqual(changed(before, snapshot(listings)), { files: ['a.vnc'], folders: [] });
    });

    it('names the folder in which a missing file comes or goes', () => {
        const after = snapshot(listings, { 'a.vnc': 'Alice', 'gone/x.vnc': 'Bob' });
        assert.deepEqual(changed(before, after), { files: ['gone/x.vnc'], folders: [''] });
        assert.deepEqual(changed(after, before), { files: ['gone/x.vnc'], folders: [''] });
    });

    it('names the folders whose files came or went', () => {
        const after = snapshot(
            { '': listing(['b.vnc'], ['job']), job: listing(['job/c.vnc', 'job/d.vnc']) },
            { 'a.vnc': 'Alice' },
        );
        assert.deepEqual(changed(before, after), { files: ['a.vnc'], folders: ['', 'job'] });
    });

    it('names a folder that became readable or not', () => {
        const closed = snapshot({ '': listings[''] }, { 'a.vnc': 'Alice' }, { job: 'No permission.' });
        assert.deepEqual(changed(before, closed), { files: [], folders: ['job'] });
        assert.deepEqual(changed(closed, before), { files: [], folders: ['job'] });
    });
});
