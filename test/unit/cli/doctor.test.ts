import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../../../src/core/repository/finding';
import { builtCommandLine } from '../../support/commandLine';
import { skipUnless } from '../../support/skips';
import { makeTemporaryWorkspace, type TemporaryWorkspace } from '../../support/temporaryWorkspace';
import { runHere, writeLocks } from '../support/commandLine';

describe('cnc-checkout doctor', () => {
    let shop: TemporaryWorkspace;
    beforeEach(async () => {
        shop = await makeTemporaryWorkspace();
        for (const place of [shop.folder, join(shop.folder, 'repo')]) chmodSync(place, 0o775);
    });
    afterEach(() => shop.remove());

    const examine = async (folder = shop.folder): Promise<{ code: number | null; findings: readonly Finding[] }> => {
        const { code, stdout, stderr } = await runHere(folder, ['doctor', '--json', '--user', 'Alice']);
        assert.equal(stderr, '');
        return { code, findings: JSON.parse(stdout) as Finding[] };
    };
    /** What is more than fine. */
    const troubles = async (folder?: string): Promise<readonly Finding[]> =>
        (await examine(folder)).findings.filter(({ verdict }) => verdict !== 'fine');
    const daysAgo = (days: number): Date => new Date(Date.now() - days * 86_400_000);

    it('finds nothing where all is well, and leaves nothing behind', async () => {
        assert.equal((await runHere(shop.folder, ['check-out', '4801247.vnc', '--user', 'Alice'])).code, 0);
        const before = readdirSync(shop.folder);
        const { code, findings } = await examine();
        assert.equal(code, 0);
        assert.deepEqual(
            findings.filter(({ verdict }) => verdict !== 'fine'),
            [],
        );
        const topics = new Set(findings.map(({ topic }) => topic));
        for (const topic of [
            'reachable',
            'latency',
            'entries',
            'exclusiveCreate',
            'rename',
            'clock',
            'letterCase',
        ] as const)
            assert.ok(topics.has(topic), topic);
        assert.match(findings[0]!.text, /repo has 6 files, 1 checked out\.$/);
        assert.deepEqual(readdirSync(shop.folder), before);
    });

    it('says in finished sentences what it means and what to do', async () => {
        writeLocks(shop.folder, '{"gone.vnc": {"user": "Bob"}}');
        const { code, stdout } = await runHere(shop.folder, ['doctor', '--user', 'Alice']);
        assert.equal(code, 0);
        assert.match(stdout, /^fine {5}.*repo has 7 files, 1 checked out\.$/m);
        assert.match(
            stdout,
            /^notice {3}Checked out, and not there: gone\.vnc \(Bob\)\.\n {9}Somebody deleted .*\n {9}Ask the holders .*\.$/m,
        );
        for (const line of stdout.trimEnd().split('\n')) assert.match(line, /\.$/);
    });

    it('names entries that cannot be read, or name no file', async () => {
        writeLocks(shop.folder, '{"4801247.vnc": {"user": null}, "C:\\\\x.vnc": {"user": "Bob"}}');
        const texts = (await troubles()).map(({ text }) => text);
        assert.equal(texts.length, 2, texts.join('\n'));
        assert.match(texts.join('\n'), /names no file of the repository.*C:/);
        assert.match(texts.join('\n'), /The entry of 4801247\.vnc cannot be read: /);
    });

    it('says that a locks file is damaged, as a problem', async () => {
        writeLocks(shop.folder, '{"4801247.vnc": {"user": "Al');
        const { code, findings } = await examine();
        assert.equal(code, 1);
        const found = findings.find(({ verdict }) => verdict === 'problem');
        assert.equal(found?.topic, 'reachable');
        assert.match(found?.text ?? '', /locks\.json.*damaged/);
    });

    it('warns of a folder that a program copies to other computers', async () => {
        const synced = join(shop.folder, 'Dropbox');
        mkdirSync(synced);
        renameSync(join(shop.folder, 'repo'), join(synced, 'repo'));
        chmodSync(synced, 0o775);
        const { code, findings } = await examine(synced);
        assert.equal(code, 1);
        const found = findings.find(({ topic }) => topic === 'synchronised');
        assert.match(found?.text ?? '', /Dropbox is copied to other computers by Dropbox\.$/);
        assert.match(found?.means ?? '', /two people can check out the same file/);

        renameSync(join(synced, 'repo'), join(shop.folder, 'repo'));
        mkdirSync(join(shop.folder, '.stfolder'));
        assert.match((await troubles()).map(({ text }) => text).join(), /by Syncthing\.$/);
    });

    it('lists what ended programs left, and who has the mutex for long', async () => {
        const id = '1f0e8d0c-1111-4222-8333-444455556666';
        const left = [`locks.json.lock.${id}`, `.locks.json.staged.00000000.1.${id}`, 'locks.json.lock'];
        for (const name of left) {
            mkdirSync(join(shop.folder, name));
            if (name === 'locks.json.lock') {
                const owner = JSON.stringify({ token: id, user: 'Bob', host: 'CAM-07', pid: 1 });
                writeFileSync(join(shop.folder, name, 'owner'), owner);
            }
            utimesSync(join(shop.folder, name), daysAgo(3), daysAgo(3));
        }
        const texts = (await troubles()).map(({ text }) => text);
        assert.match(texts.join('\n'), /locks\.json\.lock has been there for 3 days, of Bob on CAM-07\./);
        for (const name of left.slice(0, 2))
            assert.ok(texts.join('\n').includes(`${name} (made 3 days ago`), texts.join('\n'));
    });

    it('says whom modes keep out', async function () {
        skipUnless(this, 'modes');
        writeLocks(shop.folder, '{}');
        chmodSync(join(shop.folder, 'locks.json'), 0o600);
        chmodSync(join(shop.folder, 'repo'), 0o755);
        const found = (await troubles()).filter(({ topic }) => topic === 'rights');
        assert.match(
            found.map(({ text }) => text).join('\n'),
            /repo has the mode 755 .* only its owner can write there/,
        );
        assert.match(
            found.map(({ text }) => text).join('\n'),
            /locks\.json can be read by its owner only \(mode 600\)\./,
        );
    });

    it('warns of a name that several people may use', async () => {
        const { stdout } = await runHere(shop.folder, ['doctor', '--user', 'CNC']);
        assert.match(stdout, /^notice {3}You are CNC on .* That is a name that several people may use\.$/m);
    });

    it('tells a clock that is wrong', async function () {
        skipUnless(this, 'wrongClock');
        const args = ['-m', '-f', '+3h', process.execPath, builtCommandLine(), 'doctor', '--json'];
        const env = { ...process.env, NO_FAKE_STAT: '1' };
        const printed = execFileSync('faketime', args, { cwd: shop.folder, encoding: 'utf8', env });
        const clock = (JSON.parse(printed) as Finding[]).find(({ topic }) => topic === 'clock');
        assert.match(clock?.text ?? '', /is [23] h ahead of that of the disk\.$/);
    });
});
