import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { isSentences, type Run } from '../../support/commandLine';
import { runHere, startIn } from '../support/commandLine';
import { temporaryFolder } from '../support/temporaryFolder';

const NAME = 'job12/op1.vnc';

describe('cnc-checkout and revisions', () => {
    const folder = temporaryFolder();
    const file = (): string => join(folder(), 'repo', NAME);
    const kept = (name: string): string => join(folder(), 'locks.revisions', NAME, name);
    const run = (...args: string[]): Promise<Run> => runHere(folder(), args);
    const asAl = (...args: string[]): Promise<Run> => run(...args, '--user', 'Al');
    let before: string | undefined;

    beforeEach(() => {
        before = process.env['XDG_STATE_HOME'];
        process.env['XDG_STATE_HOME'] = process.env['LOCALAPPDATA'] = join(folder(), 'private');
        mkdirSync(join(folder(), 'repo', 'job12'), { recursive: true });
        writeFileSync(file(), 'G0\nG1 X0\nM30\n');
    });
    afterEach(() => {
        delete process.env['LOCALAPPDATA'];
        if (before === undefined) delete process.env['XDG_STATE_HOME'];
        else process.env['XDG_STATE_HOME'] = before;
    });

    /** @returns what the check-in said */
    async function change(text: string, message = ''): Promise<string> {
        assert.equal((await asAl('check-out', NAME)).stderr, '');
        writeFileSync(file(), text);
        const { stdout, stderr } = await asAl('check-in', NAME, '--message', message);
        return `${stdout}${stderr}`;
    }

    it('says at the check-out and in the list what was changed outside, and keeps it', async () => {
        type Listed = { readonly revision: number; readonly changed_outside?: true; readonly is_revision?: number };
        const listed = async (): Promise<Listed> => {
            const [{ revision, changed_outside, is_revision }] = JSON.parse((await run('list', '--json')).stdout) as [
                Listed,
            ];
            return { revision, ...(changed_outside && { changed_outside }), ...(is_revision && { is_revision }) };
        };
        await change('G0\nG1 X1\nM30\n');
        assert.deepEqual(await listed(), { revision: 2 });
        writeFileSync(file(), 'G0\nG1 X9\nM30\n');
        assert.deepEqual(await listed(), { revision: 2, changed_outside: true });
        const bea = ['--user', 'Bea'];
        const since = `${NAME} was changed outside since revision 2 of Al, just now.`;
        const unkept = await run('check-out', NAME, '--no-revision', ...bea);
        assert.deepEqual([unkept.stdout, unkept.stderr], [`Checked out ${NAME}.\n`, `${since}\n`]);
        assert.deepEqual(await listed(), { revision: 2 });
        await run('check-in', NAME, '--no-revision', ...bea);
        writeFileSync(file(), 'G0\nG1 X9 F80\nM30\n');
        assert.deepEqual(await listed(), { revision: 2 }); // What was checked in was not kept: nobody can tell.
        await run('check-out', NAME, ...bea);
        await run('check-in', NAME, ...bea);
        writeFileSync(file(), 'G0\nG1 X1\nM30\n');
        assert.deepEqual(await listed(), { revision: 3, changed_outside: true, is_revision: 2 });
        const { stderr } = await run('check-out', NAME, ...bea);
        const kept = 'What is in it now was kept as revision 4.';
        assert.equal(stderr, `${NAME} is revision 2 again, and not revision 3, found by Bea, just now. ${kept}\n`);
        assert.equal((await run('show', `${NAME}@4`)).stdout, 'G0\nG1 X1\nM30\n');
        const table = (await run('revisions', NAME)).stdout;
        assert.match(table, /^4 +just now +found by Bea on .* changed outside/m);
        assert.match(table, /^2 +just now +Al on .*\n1 +just now +found by Al on .* before the first check-in\n$/m);
    });

    it('keeps what was there at the check-out and what is checked in, and lists and shows it', async () => {
        assert.equal(await change('G0\nG1 X1\nM30\n', 'Feed'), `Checked in ${NAME} as revision 2.\n`);
        const { stdout } = await run('revisions', NAME);
        assert.match(stdout, /^REVISION +AGE.*\n2 +just now +Al on .* Feed\n1 .* before the first check-in\n$/);
        const listed = JSON.parse((await run('revisions', 'JOB12/op1.VNC', '--json')).stdout) as Record<
            string,
            unknown
        >[];
        assert.deepEqual(
            listed.map(({ revision, kind, user, message, size, gone }) => [revision, kind, user, message, size, gone]),
            [
                [2, 'check-in', 'Al', 'Feed', 13, false],
                [1, 'baseline', 'Al', '', 13, false],
            ],
        );
        assert.equal((await run('show', `${NAME}@1`)).stdout, 'G0\nG1 X0\nM30\n');
        const list = JSON.parse((await run('list', '--json')).stdout) as { revision: number }[];
        assert.deepEqual(
            list.map(({ revision }) => revision),
            [2],
        );
    });

    it('checks a file above the limit in without a revision, says so, and shows the gap', async () => {
        await change('G2\n');
        const limit = ['--revisions-up-to', '0.0001'];
        const large = `(${'X'.repeat(200)})\n`;
        await asAl('check-out', NAME, '--message', 'Whole job', ...limit);
        writeFileSync(file(), large);
        const { code, stdout, stderr } = await asAl('check-in', NAME, ...limit);
        assert.deepEqual([code, stdout], [0, `Checked in ${NAME}.\n`]);
        const sentence = `${NAME} was checked in without a revision, because it has 0.1 MB, and the limit for revisions is 0.0001 MB.`;
        assert.equal(stderr, `${sentence}\n`);
        await asAl('check-out', NAME);
        assert.deepEqual(JSON.parse((await asAl('check-in', NAME, '--json', ...limit)).stdout), [
            { name: NAME, ok: true, revision: 3 }, // The check-out without the limit kept it.
        ]);
        await asAl('check-out', NAME);
        writeFileSync(file(), `${large}M30\n`);
        assert.deepEqual(JSON.parse((await asAl('check-in', NAME, '--json', ...limit)).stdout), [
            { name: NAME, ok: true, not_kept: { code: 'tooLargeToKeep', message: sentence } },
        ]);
        const table = (await run('revisions', NAME)).stdout.split('\n');
        assert.match(table[1]!, /^- .* Al on .* 207 .* no revision was kept$/);
        assert.match(table[2]!, /^3 .* as it was at a check-out$/);
        assert.match(table[3]!, /^- .* 203 .* no revision was kept, Whole job$/);
        const [gap] = JSON.parse((await run('revisions', NAME, '--json')).stdout) as [Record<string, unknown>];
        assert.deepEqual([gap['revision'], gap['kind'], gap['size'], gap['gone']], [null, 'not-kept', 207, true]);
        const [listed] = JSON.parse((await run('list', '--json')).stdout) as [Record<string, unknown>];
        assert.deepEqual([listed['revision'], listed['not_kept'], listed['changed_outside']], [3, true, undefined]);
        assert.equal((await run('verify')).code, 0);
    });

    it('writes a revision to a file, and replaces none unless that is wanted', async () => {
        await change('G2\n');
        const out = join(folder(), 'old.txt');
        assert.equal((await run('show', `${NAME}@1`, '--output', out)).code, 0);
        assert.equal(readFileSync(out, 'utf8'), 'G0\nG1 X0\nM30\n');
        assert.equal((await run('show', `${NAME}@2`, '--output', out)).code, 2);
        assert.equal((await run('show', `${NAME}@2`, '--output', out, '--overwrite')).code, 0);
        assert.equal(readFileSync(out, 'utf8'), 'G2\n');
        assert.equal((await run('show', `${NAME}@1`, '--output', file(), '--overwrite')).code, 2);
    });

    it('compares revisions and files, and says the same by the exit code', async () => {
        await change('G0\nG1 X1\nM30\n');
        const different = await run('compare', `${NAME}@1`, NAME);
        assert.equal(different.code, 1);
        assert.match(
            different.stdout,
            /^--- job12\/op1\.vnc@1\n\+\+\+ job12\/op1\.vnc\n@@.*@@\n G0\n-G1 X0\n\+G1 X1\n M30\n$/,
        );
        const same = await run('compare', `${NAME}@2`, NAME, '--json');
        assert.deepEqual([same.code, (JSON.parse(same.stdout) as { same: boolean }).same], [0, true]);
        assert.equal((await run('compare', `${NAME}@7`, NAME)).code, 2);
        for (const missing of ['job12/op7.vnc', 'jbo12/op1.vnc']) {
            const { code, stderr } = await run('compare', missing, NAME);
            const sentence = `${missing} is not in the repository. Check the spelling, or whether it was moved.\n`;
            assert.deepEqual([code, stderr], [2, sentence]);
        }
        writeFileSync(join(folder(), 'repo', 'part.mcam'), Buffer.from([1, 0, 2, 0, 0, 0, 3]));
        const binary = await run('compare', 'part.mcam', NAME);
        assert.equal(binary.code, 1);
        assert.match(binary.stdout, /are different\.\npart\.mcam: 7 bytes, SHA-256 [\da-f]{64}\n/);
    });

    it('restores a revision under the check-out, and undoes that', async () => {
        await change('G2\n');
        const refused = await asAl('restore', `${NAME}@1`, '--message', 'Chatter');
        assert.deepEqual([refused.code, readFileSync(file(), 'utf8')], [1, 'G2\n']);
        assert.match(
            refused.stderr,
            /is not checked out by you, so nothing can be put back into it\. Check it out first\./,
        );
        await asAl('check-out', NAME);
        assert.equal((await asAl('restore', `${NAME}@1`)).code, 2);
        assert.equal((await asAl('restore', `${NAME}@1`, '--message', 'Chatter')).code, 0);
        assert.equal(readFileSync(file(), 'utf8'), 'G0\nG1 X0\nM30\n');
        assert.equal((await asAl('undo', NAME)).stdout, `Undid the check-out of ${NAME}.\n`);
        assert.equal(readFileSync(file(), 'utf8'), 'G2\n');
        const { code, stderr } = await asAl('undo', NAME);
        assert.deepEqual([code, stderr], [1, `${NAME} is not checked out, so there is nothing to undo.\n`]);
        await asAl('check-out', NAME, '--message', 'Look');
        await asAl('restore', `${NAME}@1`, '--message', 'Chatter');
        assert.match((await asAl('check-in', NAME)).stdout, /as revision 3\./);
        assert.match((await run('revisions', NAME)).stdout, /\n3 .* restored from 1, Chatter\n/);
        await asAl('check-out', NAME, '--message', 'Look');
        await asAl('restore', `${NAME}@2`, '--message', 'No chatter');
        await asAl('check-in', NAME, '--message', 'As the customer wants it');
        assert.match((await run('revisions', NAME)).stdout, /\n4 .* restored from 2, As the customer wants it\n/);
    });

    it('labels a revision', async () => {
        await change('G2\n');
        assert.equal((await asAl('label', `${NAME}@1`, 'ECO 1182')).code, 0);
        assert.match((await run('revisions', NAME)).stdout, /\n1 .* ECO 1182 /);
        assert.equal((await asAl('label', `${NAME}@9`, 'ECO 1182')).code, 2);
        assert.equal((await asAl('label', NAME, 'ECO 1182')).code, 2);
    });

    it('verifies all, and names what is damaged or gone', async () => {
        await change('G2\n');
        await change('G3\n');
        assert.deepEqual(await run('verify'), { code: 0, stdout: '3 revisions are as kept.\n', stderr: '' });
        chmodSync(kept('r1.vnc.gz'), 0o644);
        writeFileSync(kept('r1.vnc.gz'), gzipSync('G7\n'));
        rmSync(kept('r2.vnc.gz'));
        writeFileSync(kept('r9.vnc.gz'), 'torn');
        const { code, stdout, stderr } = await run('verify');
        assert.deepEqual([code, stdout], [1, '1 revision is as kept. 3 cannot be read.\n']);
        assert.ok(isSentences(stderr), stderr);
        for (const number of [1, 2, 9]) assert.match(stderr, new RegExp(`r${number}\\.vnc\\.gz`));
        const { damaged } = JSON.parse((await run('verify', '--json')).stdout) as { damaged: { name: string }[] };
        assert.deepEqual(
            damaged.slice(0, 2).map(({ name }) => name),
            [`${NAME}@1`, `${NAME}@2`],
        );
    });

    it('removes old revisions by a rule, after it said which, and never what is latest, labelled, the first or held', async () => {
        for (const text of ['G2\n', 'G3\n', 'G4\n', 'G5\n']) await change(text);
        await asAl('label', `${NAME}@3`, 'customer rev C');
        assert.match((await run('tidy', '--dry-run')).stdout, /^0 revisions /);
        const rule = ['--programs', '1'];
        assert.match(
            (await run('tidy', '--dry-run', ...rule)).stdout,
            /^Would remove job12\/op1\.vnc@2\.\nWould remove job12\/op1\.vnc@4\.\n2 /,
        );
        assert.ok(existsSync(kept('r2.vnc.gz')));
        await asAl('check-out', NAME);
        assert.match((await run('tidy', '--dry-run', ...rule)).stdout, /^0 revisions /);
        await asAl('undo', NAME);
        assert.equal((await asAl('tidy', ...rule)).code, 0);
        assert.deepEqual(
            [1, 2, 3, 4, 5].map((number) => existsSync(kept(`r${number}.vnc.gz`))),
            [true, false, true, false, true],
        );
        assert.equal((await run('verify')).code, 0);
        assert.match((await run('revisions', NAME)).stdout, /\n4 .* content removed/);
        assert.match((await run('show', `${NAME}@4`)).stderr, /its file is gone/);
        assert.equal((await run('tidy', '--programs', '1y')).code, 2);
    });

    it('watches what is done, from a time on and as it is done', async () => {
        await change('G2\n', 'Feed');
        const { stdout } = await run('watch', '--since', '2026-01-01T00:00:00', '--limit', '3', '--json');
        const events = stdout
            .trimEnd()
            .split('\n')
            .map((line) => JSON.parse(line) as { action: string; message: string });
        assert.deepEqual(
            events.map(({ action }) => action),
            ['check-out', 'found', 'check-in'],
        );
        const watching = startIn(folder(), ['watch', '--limit', '1', '--since', new Date().toISOString()]);
        let told = '';
        watching.stdout!.on('data', (text: Buffer) => (told += text.toString()));
        const ended = new Promise((resolve) => watching.once('close', resolve));
        await asAl('check-out', NAME);
        assert.equal(await ended, 0);
        assert.match(told, /check-out {2}job12\/op1\.vnc {2}Al on /);
    });
});
