import assert from 'node:assert/strict';
import { hostname, userInfo } from 'node:os';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isSentences, locksOf, type Run } from '../../support/commandLine';
import { makeTemporaryWorkspace, type TemporaryWorkspace } from '../../support/temporaryWorkspace';
import { heldByAlice, type JsonOutcome, runHere, writeLocks } from '../support/commandLine';

interface SavedLock {
    readonly user: string;
    readonly timestamp: string;
    readonly message: string;
    readonly host: string;
}

describe('cnc-checkout check-out and check-in', () => {
    let shop: TemporaryWorkspace;
    const run = (...args: string[]): Promise<Run> => runHere(shop.folder, args);
    const locks = (): Record<string, SavedLock> => JSON.parse(locksOf(shop.folder)) as Record<string, SavedLock>;

    beforeEach(async () => (shop = await makeTemporaryWorkspace()));
    afterEach(() => shop.remove());

    it('checks out under this computer’s account, and in again', async () => {
        const before = Date.now();
        assert.deepEqual(await run('check-out', '4801247.mcam', '--message', 'New jaws'), {
            code: 0,
            stdout: 'Checked out 4801247.mcam.\n',
            stderr: '',
        });
        const lock = locks()['4801247.mcam'];
        assert.deepEqual(Object.keys(lock ?? {}), ['user', 'timestamp', 'message', 'host']);
        assert.deepEqual([lock?.user, lock?.message, lock?.host], [userInfo().username, 'New jaws', hostname()]);
        assert.match(lock?.timestamp ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$/);
        const taken = Date.parse(lock?.timestamp ?? '');
        assert.ok(taken >= before && taken <= Date.now());

        assert.deepEqual(await run('check-in', '4801247.mcam'), {
            code: 0,
            stdout: 'Checked in 4801247.mcam as revision 1.\n',
            stderr: '',
        });
        assert.equal(locksOf(shop.folder), '{}');
    });

    it('checks in and stays the holder, with a new time', async () => {
        await run('check-out', '4801247.mcam', '--message', 'New jaws');
        const before = locks()['4801247.mcam']!;
        assert.deepEqual(await run('check-in', '4801247.mcam', '--keep', '--message', 'First half'), {
            code: 0,
            stdout: 'Checked in 4801247.mcam as revision 1 (still checked out).\n',
            stderr: '',
        });
        const after = locks()['4801247.mcam']!;
        assert.deepEqual({ ...after, timestamp: '' }, { ...before, timestamp: '' });
        assert.ok(Date.parse(after.timestamp) >= Date.parse(before.timestamp));
        assert.match(
            (await run('history', '--limit', '1')).stdout,
            / check-in +4801247\.mcam .*still checked out +First half/,
        );
    });

    it('checks in what a script checked out with a space behind the name', async () => {
        writeLocks(shop.folder, '{"4801247.vnc": {"user": "Dave "}}');
        assert.equal((await run('check-in', '4801247.vnc', '--user', 'dave')).code, 0);
        assert.equal(locksOf(shop.folder), '{}');
    });

    it('says that a file is still held, where another entry comes into force with its check-in', async () => {
        writeLocks(shop.folder, '{"4801247.VNC": {"user": "Alice"}, ".\\\\4801247.vnc": {"user": "Bob"}}');
        const { code, stdout, stderr } = await run('check-in', '4801247.vnc', '--user', 'Alice');
        assert.deepEqual([code, stdout], [0, 'Checked in 4801247.VNC as revision 1.\n']);
        const told =
            '4801247.VNC is still held, by another entry of the locks file, “.\\4801247.vnc”. It is checked out by Bob.';
        assert.equal(stderr, `${told}\n`);
        assert.match((await run('check-out', '4801247.vnc', '--user', 'Alice')).stderr, /is checked out by Bob/);
        const json = await run('check-in', '4801247.vnc', '--user', 'Bob', '--json');
        assert.deepEqual(JSON.parse(json.stdout), [{ name: '4801247.vnc', ok: true, revision: 1 }]);
    });

    it('takes a file over from everybody who has an entry for it, and records each', async () => {
        writeLocks(shop.folder, '{"4801247.vnc": {"user": "Alice"}, "4801247.VNC": {"user": "Bob"}}');
        const { stdout } = await run('take-over', '4801247.vnc', '--user', 'Carol', '--message', 'Urgent');
        assert.equal(stdout, 'Took over 4801247.vnc, also from Bob.\n');
        assert.deepEqual(Object.keys(locks()), ['4801247.vnc']);
        const events = JSON.parse((await run('history', '--json')).stdout) as { checkedOut: { user: string } }[];
        assert.deepEqual(new Set(events.map(({ checkedOut }) => checkedOut.user)), new Set(['Alice', 'Bob']));
    });

    for (const [user, why] of [
        ['\u2060\u3164', 'has nothing in it that can be seen (‹U+2060›‹U+3164›)'],
        ['x'.repeat(257), 'is longer than 256 characters'],
    ] as const) {
        it(`refuses a user name that ${why}`, async () => {
            const { code, stderr } = await run('check-out', '4801247.vnc', '--user', user);
            assert.equal(code, 2);
            assert.ok(stderr.startsWith(`Your user name ${why}`), stderr);
            assert.ok(!readdirSync(shop.folder).includes('locks.json'));
        });
    }

    it('takes a file over from its holder, says from whom, and takes no other', async () => {
        writeLocks(shop.folder, heldByAlice('job12/op1.vnc'));
        const taken = await run('take-over', 'job12/op1.vnc', '--user', 'bob', '--message', 'Alice is ill', '--json');
        const [outcome] = JSON.parse(taken.stdout) as (JsonOutcome & { taken_over_from?: SavedLock })[];
        assert.deepEqual([taken.code, outcome?.ok, outcome?.taken_over_from?.user], [0, true, 'Alice']);
        assert.deepEqual([locks()['job12/op1.vnc']?.user, locks()['job12/op1.vnc']?.message], ['bob', 'Alice is ill']);
        const refused = await run('take-over', '4801247.vnc', 'job12/op1.vnc', '--user', 'Bob', '--message', 'Again');
        assert.equal(refused.code, 1);
        assert.match(refused.stderr, /4801247\.vnc is not checked out, so there is nothing to take over\./);
        assert.match(refused.stderr, /You have already checked out job12\/op1\.vnc/);
        assert.equal(locks()['job12/op1.vnc']?.message, 'Alice is ill');
    });

    it('checks out the other files when one is held, and names its holder, computer, age and message', async () => {
        writeLocks(shop.folder, heldByAlice('job12/op1.vnc'));
        const { code, stdout, stderr } = await run(
            'check-out',
            '4801247.mcam',
            'job12/op1.vnc',
            '4801247.vnc',
            '--user',
            'Bob',
        );
        assert.equal(code, 1);
        assert.equal(stdout, 'Checked out 4801247.mcam.\nChecked out 4801247.vnc.\n');
        assert.equal(
            stderr,
            'job12/op1.vnc has been checked out by Alice on CAM-07 for 2 h: “Working on revisions”. Ask Alice to check it in.\n',
        );
        assert.deepEqual(Object.keys(locks()), ['job12/op1.vnc', '4801247.mcam', '4801247.vnc']);
    });

    it('answers --json with one object per argument, in order', async () => {
        writeLocks(shop.folder, heldByAlice('job12/op1.vnc'));
        const args = ['job12/op1.vnc', '4801247.mcam', '4801247.MCAM', 'gone.vnc', 'notes.txt', '../shop.vnc'];
        const { code, stdout, stderr } = await run('check-out', ...args, '--user', 'Bob', '--json');
        assert.deepEqual({ code, stderr }, { code: 1, stderr: '' });
        const outcomes = JSON.parse(stdout) as JsonOutcome[];
        assert.deepEqual(
            outcomes.map(({ name, ok, error }) => [name, ok, error?.code]),
            [
                ['job12/op1.vnc', false, 'heldByOther'],
                ['4801247.mcam', true, undefined],
                ['4801247.mcam', false, 'alreadyMine'],
                ['gone.vnc', false, 'fileMissing'],
                ['notes.txt', false, 'extensionNotAllowed'],
                ['../shop.vnc', false, 'outsideRepository'],
            ],
        );
        assert.deepEqual(outcomes[1], { name: '4801247.mcam', ok: true });
        assert.equal(outcomes[0]?.error?.holder?.user, 'Alice');
        for (const { error } of outcomes) if (error) assert.ok(isSentences(`${error.message}\n`), error.message);
    });

    it('shows the history with check-in messages, and no formula to a spreadsheet', async () => {
        await run('check-out', '4801247.mcam', 'job12/op1.vnc', '--user', 'Bob', '--message', 'Rev C');
        await run('check-in', '4801247.mcam', 'job12/op2.vnc', '--user', 'bob', '--message', '=Done, "all"');
        const { code, stdout } = await run('history', '--json');
        assert.equal(code, 0);
        const events = JSON.parse(stdout) as { action: string; file: string; message: string }[];
        assert.deepEqual(
            events.map(({ action, file, message }) => [action, file, message]),
            [
                ['check-in', '4801247.mcam', '=Done, "all"'],
                ['found', 'job12/op1.vnc', ''],
                ['found', '4801247.mcam', ''],
                ['check-out', 'job12/op1.vnc', 'Rev C'],
                ['check-out', '4801247.mcam', 'Rev C'],
            ],
        );
        assert.match(
            (await run('history', '4801247.mcam', '--limit', '1')).stdout,
            /^AGE.*\n.* check-in +4801247\.mcam +bob/,
        );
        const lines = (await run('history', '--csv')).stdout.split('\r\n');
        assert.match(lines[0]!, /^\ufefftime,action,file,user,/);
        assert.match(lines[1]!, /,check-in,4801247\.mcam,bob,[^,]*,"'=Done, ""all""",/);
        assert.match(lines[0]!, /,kept,checked_out_by$/);
        assert.match(lines[1]!, /,,bob$/);
        await run('check-in', 'job12/op1.vnc', '--user', 'Bob', '--keep');
        await run('take-over', 'job12/op1.vnc', '--user', 'Dave', '--message', 'Urgent');
        const [, taken, kept] = (await run('history', '--csv')).stdout.split('\r\n');
        assert.match(taken!, /,take-over,job12\/op1\.vnc,Dave,.*,,Bob$/);
        assert.match(kept!, /,check-in,job12\/op1\.vnc,Bob,.*,yes,Bob$/);
        assert.match((await run('history', 'job12/op2.vnc')).stdout, /^There is no history for job12\/op2\.vnc\.\n$/);
    });

    it('takes the file of a history as check-out and check-in do, from any folder, also when it is gone', async () => {
        const inJob = (...args: string[]): Promise<Run> => runHere(join(shop.folder, 'repo', 'job12'), args);
        const atRoot = ['--root', '../..', '--user', 'Bob'];
        const histories = async (name: string): Promise<string> => (await inJob('history', name, ...atRoot)).stdout;
        for (const name of ['4801247.mcam', 'op1.vnc']) {
            assert.equal((await inJob('check-out', name, ...atRoot)).code, 0);
            assert.equal((await inJob('check-in', name, ...atRoot)).code, 0);
        }
        assert.match(
            await histories('4801247.mcam'),
            / check-in +4801247\.mcam .*\n.* found +.*\n.* check-out +4801247\.mcam /,
        );
        assert.match(
            await histories('OP1.vnc'),
            / check-in +job12\/op1\.vnc .*\n.* found +.*\n.* check-out +job12\/op1\.vnc /,
        );
        rmSync(join(shop.folder, 'repo', '4801247.mcam'));
        assert.match(await histories('4801247.mcam'), / check-in +4801247\.mcam /);
        assert.match(await histories('gone.vnc'), /^There is no history for job12\/gone\.vnc\.\n$/);
    });

    it('leaves my own lock unchanged and says so', async () => {
        await run('check-out', '4801247.mcam', '--message', 'First');
        const before = locksOf(shop.folder);
        const { code, stderr } = await run('check-out', '4801247.mcam', '--message', 'Second');
        assert.equal(code, 1);
        assert.match(stderr, /You have already checked out 4801247\.mcam/);
        assert.equal(locksOf(shop.folder), before);
    });

    it('checks in only for the holder, regardless of case', async () => {
        writeLocks(shop.folder, heldByAlice('4801247.mcam'));
        const refused = await run('check-in', '4801247.mcam', '4801247.vnc', '--user', 'Bob', '--json');
        assert.deepEqual(
            (JSON.parse(refused.stdout) as JsonOutcome[]).map(({ error }) => error?.code),
            ['heldByOther', 'notCheckedOut'],
        );
        assert.equal(refused.code, 1);
        assert.ok('4801247.mcam' in locks());
        writeLocks(shop.folder, locksOf(shop.folder).replace('CAM-07', hostname()));
        assert.equal((await run('check-in', '4801247.mcam', '--user', 'ALICE')).code, 0);
        assert.equal(locksOf(shop.folder), '{}');
    });

    it('checks in a file that is gone, by name or by path on disk', async () => {
        await run('check-out', '4801247.mcam', 'job12/op1.vnc', 'job12/op2.vnc');
        rmSync(join(shop.folder, 'repo', '4801247.mcam'));
        rmSync(join(shop.folder, 'repo', 'job12'), { recursive: true });
        const where = join(shop.folder, 'repo', 'job12', 'op1.vnc');
        const { code, stdout } = await run('check-in', '4801247.mcam', where, join('repo', 'job12', 'op2.vnc'));
        assert.equal(stdout, 'Checked in 4801247.mcam.\nChecked in job12/op1.vnc.\nChecked in job12/op2.vnc.\n');
        assert.equal(code, 0);
        assert.equal(locksOf(shop.folder), '{}');
    });

    it('accepts a path on disk as well as one inside the repository', async () => {
        const inJob = join(shop.folder, 'repo', 'job12');
        const asked: [folder: string, file: string, path: string][] = [
            [shop.folder, join(shop.folder, 'repo', '4801247.mcam'), '4801247.mcam'],
            [shop.folder, join('repo', '4801247.vnc'), '4801247.vnc'],
            [inJob, 'op1.vnc', 'job12/op1.vnc'],
            [inJob, 'job12/op2.vnc', 'job12/op2.vnc'],
            [join(shop.folder, '..'), join('job12', 'FIXTURE plate.mcam'), 'job12/fixture plate.mcam'],
        ];
        for (const [folder, file, path] of asked) {
            const ran = await runHere(folder, ['check-out', file, '--root', shop.folder]);
            assert.deepEqual(ran, { code: 0, stdout: `Checked out ${path}.\n`, stderr: '' });
        }
    });

    it('keeps names in UTF-8 and writes the locks file in ASCII', async () => {
        const decomposed = 'job13/Größe 40/op1.vnc'.normalize('NFD');
        const ran = await run('check-out', decomposed, '--message', 'Maß prüfen 🔧\nzweite Zeile', '--user', 'Jörg');
        assert.deepEqual(ran, { code: 0, stdout: 'Checked out job13/Größe 40/op1.VNC.\n', stderr: '' });
        const text = locksOf(shop.folder);
        assert.doesNotMatch(text, /[^\x20-\x7e\n]/);
        assert.ok(text.includes('"job13/Gr\\u00f6\\u00dfe 40/op1.VNC": {\n        "user": "J\\u00f6rg"'), text);
        assert.ok(text.includes('"message": "Ma\\u00df pr\\u00fcfen \\ud83d\\udd27\\nzweite Zeile"'), text);
        assert.equal((await run('check-in', 'job13/Größe 40/op1.VNC', '--user', 'Jörg')).code, 0);
    });

    for (const damaged of ['', '{"4801247.mcam": {"user": "Al', '[]', 'null', '\u0000\u0000\u0000']) {
        it(`changes nothing when the locks file is damaged: ${JSON.stringify(damaged)}`, async () => {
            writeLocks(shop.folder, damaged);
            for (const command of ['check-out', 'check-in']) {
                const { code, stdout, stderr } = await run(command, '4801247.mcam', '--json');
                assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
                assert.match(stderr, /damaged/);
                assert.ok(isSentences(stderr), stderr);
            }
            assert.equal(locksOf(shop.folder), damaged);
        });
    }

    it('leaves nothing behind but the locks file, its last good copy, the history and the revisions', async () => {
        await run('check-out', '4801247.mcam');
        await run('check-out', '4801247.mcam', '--user', 'Bob');
        assert.deepEqual(readdirSync(shop.folder).sort(), [
            'locks.history.jsonl',
            'locks.json',
            'locks.json.bak',
            'locks.revisions',
            'repo',
        ]);
    });

    it('renames a file together with its lock', async () => {
        await run('check-out', '4801247.vnc', '--message', 'Feed');
        const before = locks()['4801247.vnc'];
        assert.deepEqual(await run('rename', '4801247.vnc', 'job12/4801247 op1.vnc'), {
            code: 0,
            stdout: 'Renamed 4801247.vnc to job12/4801247 op1.vnc.\n',
            stderr: '',
        });
        assert.deepEqual(locks(), { 'job12/4801247 op1.vnc': before });
        assert.deepEqual(readdirSync(join(shop.folder, 'repo', 'job12')).includes('4801247 op1.vnc'), true);
        const { stdout } = await run('history', 'job12/4801247 op1.vnc');
        assert.match(stdout, / rename +4801247\.vnc → job12\/4801247 op1\.vnc [^]* check-out +4801247\.vnc /);
        const json = JSON.parse((await run('rename', 'job12/op1.vnc', 'job12/op3.vnc', '--json')).stdout) as unknown;
        assert.deepEqual(json, [{ name: 'job12/op3.vnc', ok: true, renamed_from: 'job12/op1.vnc' }]);
    });

    it('renames a folder together with the locks below it', async () => {
        await run('check-out', 'job12/op1.vnc');
        const before = locks()['job12/op1.vnc'];
        const renamed = { code: 0, stdout: 'Renamed job12 to job 13.\nRenamed job12/op1.vnc to job 13/op1.vnc.\n' };
        assert.deepEqual(await run('rename', 'job12', 'job 13'), { ...renamed, stderr: '' });
        assert.deepEqual(locks(), { 'job 13/op1.vnc': before });
        assert.equal(readdirSync(join(shop.folder, 'repo')).includes('job12'), false);
        const json = JSON.parse((await run('rename', 'job 13', 'job12', '--json')).stdout) as unknown;
        assert.deepEqual(json, [
            { name: 'job12', ok: true, renamed_from: 'job 13' },
            { name: 'job12/op1.vnc', ok: true, renamed_from: 'job 13/op1.vnc' },
        ]);

        const other = await run('rename', 'job12', 'job14', '--user', 'Bob');
        assert.equal(other.code, 1);
        assert.match(other.stderr, new RegExp(`^job12/op1\\.vnc .* by ${userInfo().username} on ${hostname()}`));
        assert.deepEqual(locks(), { 'job12/op1.vnc': before });
    });

    it('takes both paths of a rename from the same folder', async () => {
        const job = join(shop.folder, 'repo', 'job12');
        const inJob = (...args: string[]): Promise<Run> => runHere(job, ['rename', ...args]);
        assert.equal((await inJob('op1.vnc', 'op5.vnc')).stdout, 'Renamed job12/op1.vnc to job12/op5.vnc.\n');
        assert.equal(
            (await inJob('job12/op5.vnc', 'job12/op6.vnc')).stdout,
            'Renamed job12/op5.vnc to job12/op6.vnc.\n',
        );
        assert.equal((await inJob('job12/op6.vnc', join(job, 'op7.vnc'))).code, 0);
        assert.equal((await inJob('../job12', '../job14')).stdout, 'Renamed job12 to job14.\n');
        assert.equal((await run('rename', 'repo/job14', 'repo/job12')).stdout, 'Renamed job14 to job12.\n');
        assert.equal((await run('rename', join(job, 'op7.vnc'), 'repo/job12/op1.vnc')).code, 0);
        assert.equal(readdirSync(job).includes('op1.vnc'), true);
    });

    it('does not rename what somebody else has, nor onto another file', async () => {
        writeLocks(shop.folder, heldByAlice('4801247.vnc'));
        const refused = await run('rename', '4801247.vnc', 'mine.vnc');
        assert.equal(refused.code, 1);
        assert.match(refused.stderr, /^4801247\.vnc has been checked out by Alice on CAM-07/);
        assert.equal((await run('rename', 'job12/op1.vnc', 'job12/op2.vnc')).code, 1);
        assert.equal((await run('rename', 'job12/op1.vnc')).code, 2);
    });

    it('renames what was checked out on another computer only when that is confirmed', async () => {
        writeLocks(shop.folder, heldByAlice('4801247.vnc'));
        const rename = ['rename', '4801247.vnc', 'new.vnc', '--user', 'Alice'];
        const refused = await run(...rename);
        assert.equal(refused.code, 1);
        assert.ok(refused.stderr.includes(`as Alice on CAM-07, and this computer is ${hostname()}`), refused.stderr);
        assert.equal(readdirSync(join(shop.folder, 'repo')).includes('4801247.vnc'), true);
        const renamed = await run(...rename, '--from-other-computer');
        assert.deepEqual([renamed.code, renamed.stdout], [0, 'Renamed 4801247.vnc to new.vnc.\n']);
        assert.match(locksOf(shop.folder), /"new\.vnc"/);
    });

    it('names the other computer where the same name has a file there', async () => {
        writeLocks(shop.folder, heldByAlice('4801247.vnc'));
        const why = ['--message', 'Rev D', '--user', 'alice'];
        for (const command of ['check-out', 'take-over']) {
            const { code, stderr } = await run(command, '4801247.vnc', ...why);
            assert.equal(code, 1);
            assert.match(stderr, /checked out by Alice on CAM-07 .*That is your name, too, and this computer is /);
            assert.ok(isSentences(stderr), stderr);
        }
    });

    it('checks in what was checked out on another computer only when that is confirmed', async () => {
        writeLocks(shop.folder, heldByAlice('4801247.mcam'));
        const refused = await run('check-in', '4801247.mcam', '--user', 'Alice');
        assert.equal(refused.code, 1);
        assert.ok(refused.stderr.includes(`as Alice on CAM-07, and this computer is ${hostname()}`), refused.stderr);
        assert.ok(isSentences(refused.stderr));
        const args = ['--user', 'Alice', '--from-other-computer'];
        assert.equal((await run('check-in', '4801247.mcam', ...args)).code, 0);
        assert.equal(locksOf(shop.folder), '{}');
    });
});
