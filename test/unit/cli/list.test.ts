import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isSentences, type ListedFile, locksOf } from '../../support/commandLine';
import { skipUnless } from '../../support/skips';
import { makeTemporaryWorkspace, type TemporaryWorkspace } from '../../support/temporaryWorkspace';
import { heldByAlice, runHere, writeLocks } from '../support/commandLine';

const fields = ['name', 'status', 'locked_by', 'size', 'timestamp', 'message', 'host', 'missing', 'revision'];

describe('cnc-checkout list', () => {
    let shop: TemporaryWorkspace;
    const list = async (): Promise<ListedFile[]> => {
        const { code, stdout, stderr } = await runHere(shop.folder, ['list', '--json']);
        assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
        return JSON.parse(stdout) as ListedFile[];
    };
    const find = async (name: string): Promise<ListedFile | undefined> =>
        (await list()).find((file) => file.name === name);

    beforeEach(async () => (shop = await makeTemporaryWorkspace()));
    afterEach(() => shop.remove());

    it('lists every CAM file with its documented fields in order', async () => {
        const files = await list();
        assert.deepEqual(
            files.map(({ name }) => name),
            [
                '4801247.mcam',
                '4801247.vnc',
                'job12/fixture plate.mcam',
                'job12/op1.vnc',
                'job12/op2.vnc',
                'job13/Größe 40/op1.VNC',
            ],
        );
        for (const file of files) assert.deepEqual(Object.keys(file), fields);
        assert.deepEqual(files[0], {
            name: '4801247.mcam',
            status: 'available',
            locked_by: null,
            size: 8,
            timestamp: null,
            message: null,
            host: null,
            missing: false,
            revision: null,
        });
    });

    it('says of what a file is a conflict copy, and of each that nobody can check out why', async function () {
        const copy = 'job12/op1 (conflicted copy 2026-11-23 081530).vnc';
        writeFileSync(join(shop.folder, 'repo', copy), '');
        assert.equal((await find(copy))?.conflict_of, 'op1.vnc');
        const text = async (): Promise<string> => (await runHere(shop.folder, ['list'])).stdout;
        assert.match(await text(), / 081530\)\.vnc +available +conflict copy of op1\.vnc\n/);
        await runHere(shop.folder, ['check-out', copy, '--user', 'Bob', '--message', 'Rev C']);
        assert.match(await text(), / 081530\)\.vnc +checked out +Bob on .* conflict copy of op1\.vnc; Rev C\n/);
        skipUnless(this, 'anyNames');
        writeFileSync(join(shop.folder, 'repo', '4801247:2.vnc'), '');
        const reason = 'Windows allows no “:” in a name';
        assert.deepEqual(
            [(await find('4801247:2.vnc'))?.status, (await find('4801247:2.vnc'))?.unusable],
            ['unusable', reason],
        );
        assert.ok((await text()).includes(`cannot be checked out, because ${reason}\n`));
        assert.equal(
            (await runHere(shop.folder, ['check-out', '4801247:2.vnc', '--user', 'Bob'])).stderr,
            `4801247:2.vnc cannot be checked out, because ${reason}. Rename it first.\n`,
        );
    });

    it('says of a hidden file, and of one in a folder that nobody can share, why it cannot be checked out', async function () {
        const said = async (file: string): Promise<string> =>
            (await runHere(shop.folder, ['check-out', file, '--user', 'Bob'])).stderr;
        writeFileSync(join(shop.folder, 'repo', '._4801247.vnc'), '');
        assert.match(
            await said('._4801247.vnc'),
            /^\._4801247\.vnc cannot .* hidden or temporary file and not of a program\.\n$/,
        );
        skipUnless(this, 'anyNames');
        mkdirSync(join(shop.folder, 'repo', 'AUX'));
        writeFileSync(join(shop.folder, 'repo', 'AUX', 'a.vnc'), '');
        assert.match(
            await said('AUX/a.vnc'),
            /^AUX\/a\.vnc cannot be checked out, because Windows takes “AUX” for a device\./,
        );
    });

    it('shows who holds a file', async () => {
        const text = heldByAlice('job12/op1.vnc');
        writeLocks(shop.folder, text);
        const { timestamp } = (JSON.parse(text) as Record<string, { timestamp: string }>)['job12/op1.vnc'] ?? {};
        const file = await find('job12/op1.vnc');
        assert.ok(timestamp !== undefined && file !== undefined);
        assert.notEqual(file.size, null);
        assert.deepEqual(
            { ...file, size: 0 },
            {
                name: 'job12/op1.vnc',
                status: 'checked_out',
                locked_by: 'Alice',
                size: 0,
                timestamp,
                message: 'Working on revisions',
                host: 'CAM-07',
                missing: false,
                revision: null,
            },
        );
    });

    it('lists a lock whose file is gone', async () => {
        writeLocks(shop.folder, heldByAlice('old/4700001.vnc'));
        const file = await find('old/4700001.vnc');
        assert.deepEqual([file?.status, file?.size, file?.missing], ['checked_out', null, true]);
        assert.match((await runHere(shop.folder, ['list'])).stdout, /^old\/4700001\.vnc +missing +Alice on CAM-07 /m);
    });

    it('does not call a held file missing because it is no CAM file', async () => {
        writeLocks(shop.folder, heldByAlice('notes.txt'));
        const file = await find('notes.txt');
        assert.deepEqual([file?.size, file?.missing], [16, false]);
    });

    it('does not list a key that names something outside the repository', async () => {
        writeLocks(shop.folder, heldByAlice('../locks.json'));
        const { code, stdout, stderr } = await runHere(shop.folder, ['list', '--json']);
        const files = JSON.parse(stdout) as ListedFile[];
        assert.equal(files.length, 6);
        assert.ok(files.every(({ status }) => status === 'available'));
        assert.equal(code, 0);
        assert.match(
            stderr,
            /^The locks file has an entry that names no file of the repository, .*: “\.\.\/locks\.json” \(Alice\)/,
        );
    });

    it('lists the locks of scripts that spell paths in the way of Windows', async () => {
        const held = { user: 'Alice' };
        writeLocks(
            shop.folder,
            JSON.stringify({ 'job12\\op1.vnc': held, '.\\4801247.VNC': held, '/job12//op2.vnc': held }),
        );
        const { stdout, stderr } = await runHere(shop.folder, ['list']);
        assert.equal(stderr, '');
        assert.deepEqual(
            [...stdout.matchAll(/^(.*?) +checked out +Alice$/gm)].map(([, name]) => name),
            ['4801247.vnc', 'job12/op1.vnc', 'job12/op2.vnc'],
        );
        const { code, stderr: refused } = await runHere(shop.folder, ['check-out', 'job12/op1.vnc', '--user', 'Bob']);
        assert.equal(code, 1);
        assert.match(refused, /^job12\/op1\.vnc is checked out by Alice\./);
    });

    it('says of an entry that cannot be read as a lock what check-out says', async () => {
        writeLocks(shop.folder, '{"4801247.vnc": {"user": null}, "gone.vnc": 7, "_comment": "by our script"}');
        const { stdout } = await runHere(shop.folder, ['list']);
        const why =
            'Nobody can tell who has checked out 4801247.vnc: its entry in the locks file names no holder. Repair or remove that entry first.';
        assert.match(
            stdout,
            new RegExp(`^4801247\\.vnc +checked out +cannot be read +${why.replaceAll('.', '\\.')}$`, 'm'),
        );
        assert.match(stdout, /^gone\.vnc +missing +cannot be read +.* is a number, not a lock\. /m);
        assert.doesNotMatch(stdout, /_comment/);
        const file = await find('4801247.vnc');
        assert.deepEqual([file?.status, file?.locked_by, file?.unreadable], ['checked_out', null, why]);
        const refused = await runHere(shop.folder, ['check-out', '4801247.vnc', '--user', 'Bob']);
        assert.deepEqual([refused.code, refused.stderr], [1, `${why}\n`]);
    });

    it('says of two entries on one file which one does not count', async () => {
        writeLocks(shop.folder, '{"4801247.vnc": {"user": "Alice"}, "4801247.VNC": {"user": "Bob"}}');
        const { stdout, stderr } = await runHere(shop.folder, ['list']);
        assert.match(stdout, /^4801247\.vnc +checked out +Alice$/m);
        assert.match(stderr, /^The locks file has an entry that does not count, .*: “4801247\.VNC” \(Bob\)\./);
    });

    it('lists both of two files whose names differ only in how a letter is composed, under their one lock', async function () {
        skipUnless(this, 'unicodeForms');
        const names = ['Fra\u0308ser.vnc', 'Fr\u00e4ser.vnc'];
        for (const name of names) writeFileSync(join(shop.folder, 'repo', name), '');
        writeLocks(shop.folder, heldByAlice('Fr\u00e4ser.vnc'));
        const both = (await list()).filter(({ name }) => name.endsWith('ser.vnc'));
        assert.deepEqual(new Set(both.map(({ name }) => name)), new Set(names));
        assert.ok(both.every((file) => file.locked_by === 'Alice' && !file.missing));
    });

    it('tells the size of a file whose name is in another Unicode form on the disk', async function () {
        skipUnless(this, 'unicodeForms');
        writeFileSync(join(shop.folder, 'repo', 'Fra\u0308ser.vnc'), 'M30');
        assert.equal((await find('Fr\u00e4ser.vnc'))?.size, 3);
    });

    it('lists more than a thousand files in their order, laid out as the first is', async () => {
        const names = Array.from({ length: 1100 }, (_, index) => `job14/${index}.vnc`);
        mkdirSync(join(shop.folder, 'repo', 'job14'));
        for (const name of names) writeFileSync(join(shop.folder, 'repo', name), '');
        writeFileSync(join(shop.folder, 'repo', names[1050]!), 'M30');
        const { stdout } = await runHere(shop.folder, ['list', '--json']);
        const listed = JSON.parse(stdout) as ListedFile[];
        assert.equal(stdout, `${JSON.stringify(listed, undefined, 4).replaceAll(/[\u007f-\uffff]/g, escaped)}\n`);
        const added = listed.filter(({ name }) => name.startsWith('job14/'));
        assert.deepEqual(
            added.map(({ name }) => name),
            names,
        );
        assert.deepEqual(
            added.filter(({ size }) => size !== 0).map(({ name }) => name),
            [names[1050]],
        );
    });

    it('shows invisible letters of a name as what they are', async () => {
        writeLocks(shop.folder, '{"4801247.vnc": {"user": "\u2060"}, "job12/op1.vnc": {"user": "Ali\u00adce"}}');
        const { stdout } = await runHere(shop.folder, ['list']);
        assert.match(stdout, /^4801247\.vnc +checked out +‹U\+2060›$/m);
        assert.match(stdout, /^job12\/op1\.vnc +checked out +Ali‹U\+00AD›ce$/m);
    });

    it('aligns its columns', async () => {
        writeLocks(shop.folder, heldByAlice('job13/Größe 40/op1.VNC'));
        const { code, stdout } = await runHere(shop.folder, ['list']);
        const lines = stdout.trimEnd().split('\n');
        assert.equal(code, 0);
        assert.equal(lines.length, 7);
        const column = lines[0]?.indexOf('STATE') ?? 0;
        for (const line of lines.slice(1)) assert.match(line.slice(column - 2), /^ {2}(available|checked out)/);
        assert.match(
            lines.at(-1) ?? '',
            /^job13\/Größe 40\/op1\.VNC {4}checked out {2}Alice on CAM-07 {2}2 h ago {2}Working on revisions$/,
        );
    });

    it('neutralises control characters in names and messages', async () => {
        const nasty = 'a\u001b]0;owned\u0007b\u009b31mc\u202etxt\nsecond line\r\n';
        writeLocks(shop.folder, heldByAlice('job12/op1.vnc', nasty));
        const { stdout } = await runHere(shop.folder, ['list']);
        assert.doesNotMatch(stdout, /[^\P{Cc}\n]|\p{Bidi_Control}/u);
        assert.equal(stdout.split('\n').length, 8);
        assert.match(stdout, /a‹U\+001B›\]0;owned‹U\+0007›b‹U\+009B›31mc‹U\+202E›txt second line/);

        const json = (await runHere(shop.folder, ['list', '--json'])).stdout;
        assert.doesNotMatch(json, /[^\P{Cc}\n]|\p{Bidi_Control}/u);
        assert.equal((await find('job12/op1.vnc'))?.message, nasty);

        const refused = (await runHere(shop.folder, ['check-out', 'job12/op1.vnc', '\u001b[2J.vnc', '--user', 'Bob']))
            .stderr;
        assert.doesNotMatch(refused, /[^\P{Cc}\n]|\p{Bidi_Control}/u);
        assert.equal(refused.trimEnd().split('\n').length, 2);
    });

    it('reads what other programs write: a byte order mark, CRLF, Z, missing fields', async () => {
        writeLocks(shop.folder, '\ufeff{\r\n"4801247.MCAM": {"user": "Bob", "timestamp": "2026-11-23T08:15:30Z"}\r\n}');
        const file = await find('4801247.mcam');
        assert.deepEqual([file?.locked_by, file?.host, file?.message], ['Bob', null, '']);
    });

    it('reports a damaged locks file, leaves it unchanged and exits with 2', async () => {
        writeLocks(shop.folder, '{"4801247.mcam": {"user": "Al');
        const { code, stdout, stderr } = await runHere(shop.folder, ['list', '--json']);
        assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
        assert.match(stderr, /damaged/);
        assert.ok(isSentences(stderr), stderr);
        assert.equal(locksOf(shop.folder), '{"4801247.mcam": {"user": "Al');
    });

    it('says when the repository has no CAM files', async () => {
        rmSync(join(shop.folder, 'repo', 'job12'), { recursive: true });
        rmSync(join(shop.folder, 'repo', 'job13'), { recursive: true });
        for (const name of ['4801247.mcam', '4801247.vnc']) rmSync(join(shop.folder, 'repo', name));
        const { code, stdout } = await runHere(shop.folder, ['list']);
        assert.equal(code, 0);
        assert.match(stdout, /^The repository .* has no CAM files\.\n$/);
        assert.deepEqual(await list(), []);
    });

    describe('of some files', () => {
        const names = async (...args: string[]): Promise<string[]> => {
            const { code, stdout } = await runHere(shop.folder, ['list', '--json', '--user', 'alice', ...args]);
            assert.equal(code, 0);
            return (JSON.parse(stdout) as ListedFile[]).map(({ name }) => name);
        };
        beforeEach(() => {
            const locks = { '4801247.mcam': { user: 'Alice' }, 'job12/op1.vnc': { user: 'Bob' }, 'job12/op2.vnc': {} };
            writeLocks(shop.folder, JSON.stringify(locks));
        });

        it('lists what I have, and what anybody has', async () => {
            assert.deepEqual(await names('--mine'), ['4801247.mcam']);
            // Nobody knows who has the last one, and nobody else can take it.
            assert.deepEqual(await names('--checked-out'), ['4801247.mcam', 'job12/op1.vnc', 'job12/op2.vnc']);
            assert.deepEqual(await names('--checked-out', 'JOB12'), ['job12/op1.vnc', 'job12/op2.vnc']);
        });

        it('lists those with a text in their path, or of a pattern, in any case', async () => {
            assert.deepEqual(await names('op1'), ['job12/op1.vnc', 'job13/Größe 40/op1.VNC']);
            assert.deepEqual(await names('größe'), ['job13/Größe 40/op1.VNC']);
            assert.deepEqual(await names('*.mcam'), ['4801247.mcam', 'job12/fixture plate.mcam']);
            assert.deepEqual(await names('op?.vnc'), ['job12/op1.vnc', 'job12/op2.vnc', 'job13/Größe 40/op1.VNC']);
            assert.deepEqual(await names('job12\\op*'), ['job12/op1.vnc', 'job12/op2.vnc']);
            assert.deepEqual(await names('4801247.v', 'plate'), ['4801247.vnc', 'job12/fixture plate.mcam']);
            assert.deepEqual(await names('op1.vn+'), []);
        });

        it('says what there is none of', async () => {
            const said = async (...args: string[]): Promise<string> =>
                (await runHere(shop.folder, ['list', ...args])).stdout;
            assert.match(await said('--mine', '--user', 'Carol'), / has no file that you have checked out\.\n$/);
            assert.match(await said('OP99', '*.nc'), / has no file with OP99 or \*\.nc in its path\.\n$/);
        });
    });

    it('sorts part numbers as numbers', async () => {
        for (const name of ['op10.vnc', 'op9.vnc']) writeFileSync(join(shop.folder, 'repo', 'job12', name), '%\n');
        const names = (await list()).map(({ name }) => name);
        assert.ok(names.indexOf('job12/op9.vnc') < names.indexOf('job12/op10.vnc'));
    });
});

function escaped(letter: string): string {
    return `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
