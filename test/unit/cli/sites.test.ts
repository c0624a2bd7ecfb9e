import * as assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { CheckoutError } from '../../../src/core/base/errors';
import { Repository } from '../../../src/core/repository/repository';
import { VersionStore } from '../../../src/core/revisions/versionStore';
import { AnswerProxy } from '../../support/postgres/answerProxy';
import { PASSWORD } from '../support/lockServer';
import { startIn } from '../support/commandLine';
import { fine, stopped, useSites } from '../support/sites';

describe('A file whose newest content is at another site', () => {
    const { server, repository, at, run, as, address } = useSites();
    const here = (site: string, name = 'b.vnc'): string => readFileSync(at(site, 'repo', name), 'utf8');
    const put = (site: string, content: string, name = 'b.vnc'): void => writeFileSync(at(site, 'repo', name), content);

    /** Moves a shop with revisions 1 (`M30`) and 2 (`G0 X1`) of b.vnc to the server; the south has revision 1. */
    async function open(): Promise<void> {
        await fine(run('north', 'check-out', 'b.vnc', '--user', 'alice'));
        put('north', 'G0 X1\nM30\n');
        await fine(run('north', 'check-in', 'b.vnc', '--user', 'alice'));
        await fine(as('dora', 'north', 'server', 'import'));
        await fine(as('dora', 'south', 'server', 'import'));
    }

    /** Checks a content in at a site. */
    async function checkIn(user: string, site: string, content: string, name = 'b.vnc'): Promise<string> {
        await fine(as(user, site, 'check-out', name));
        put(site, content, name);
        return fine(as(user, site, 'check-in', name));
    }

    it('is not checked out as it is without being asked for, and the answer names the ways', async () => {
        await open();
        await stopped(
            as('bob', 'south', 'check-out', 'b.vnc', 'a.vnc'),
            /^b\.vnc was not checked out, because revision 2 of alice, just now, has not arrived at this site\. What is here is still revision 1\. Wait for it with --wait, take it from the lock server with --fetch, or go on with what is here with --as-it-is\.$/m,
            1,
        );
        const list = await fine(as('bob', 'south', 'list'));
        assert.match(list, /a\.vnc +checked out +bob/);
        assert.doesNotMatch(list, /b\.vnc +checked out/);
        const [outcome] = JSON.parse((await as('bob', 'south', 'check-out', 'b.vnc', '--json')).stdout) as {
            error: { code: string };
        }[];
        assert.equal(outcome?.error.code, 'notArrived');
        assert.equal((await as('alice', 'north', 'check-out', 'b.vnc')).code, 0);
    });

    it('is checked out as it is where that is wanted, and nothing older becomes the newest by that', async () => {
        await open();
        const { code, stderr } = await as('bob', 'south', 'check-out', 'b.vnc', '--as-it-is');
        assert.equal(code, 0);
        assert.match(stderr, /^b\.vnc is still revision 1: revision 2 of alice, just now has not arrived here\.$/m);
        await fine(as('bob', 'south', 'undo', 'b.vnc'));
        assert.equal(here('south'), 'M30\n');
        await fine(as('bob', 'south', 'check-out', 'b.vnc', '--as-it-is'));
        assert.equal(await fine(as('bob', 'south', 'check-in', 'b.vnc')), 'Checked in b.vnc as revision 1.\n');
        assert.match(await fine(as('bob', 'north', 'revisions', 'b.vnc')), /^2 /m);
        assert.doesNotMatch(await fine(as('bob', 'north', 'revisions', 'b.vnc')), /^3 /m);
        await fine(as('alice', 'north', 'check-out', 'b.vnc'));
        await fine(as('alice', 'north', 'check-in', 'b.vnc'));
        // What is put back on purpose is a new one.
        await fine(as('bob', 'south', 'check-out', 'b.vnc', '--as-it-is'));
        await fine(as('bob', 'south', 'restore', 'b.vnc@1', '--message', 'It ran better'));
        assert.equal(await fine(as('bob', 'south', 'check-in', 'b.vnc')), 'Checked in b.vnc as revision 3.\n');
    });

    it('is fetched from the server, and that counts as what was there at the check-out', async () => {
        await open();
        await fine(as('bob', 'south', 'check-out', 'b.vnc', '--fetch'));
        assert.equal(here('south'), 'G0 X1\nM30\n');
        put('south', 'wrong\n');
        await fine(as('bob', 'south', 'undo', 'b.vnc'));
        assert.equal(here('south'), 'G0 X1\nM30\n');
        await fine(as('bob', 'south', 'check-out', 'b.vnc'));
        assert.match(await fine(as('bob', 'south', 'check-in', 'b.vnc')), /^Checked in b\.vnc as revision 2\./);
        const history = JSON.parse(await fine(as('bob', 'south', 'history', 'b.vnc', '--json'))) as {
            action: string;
            modified: boolean | null;
        }[];
        assert.deepEqual(
            history.slice(0, 5).map(({ action }) => action),
            ['check-in', 'check-out', 'undo', 'restore', 'check-out'],
        );
    });

    it('is fetched also where the site has no file yet', async () => {
        await open();
        rmSync(at('south', 'repo', 'b.vnc'));
        await stopped(as('bob', 'south', 'check-out', 'b.vnc'), /There is no such file here yet\./, 1);
        await fine(as('bob', 'south', 'check-out', 'b.vnc', '--fetch'));
        assert.equal(here('south'), 'G0 X1\nM30\n');
        await stopped(as('bob', 'south', 'check-out', 'nowhere.vnc', '--fetch'), /nowhere\.vnc/, 1);
    });

    it('is waited for until it has arrived', async () => {
        await open();
        const waiting = startIn(at('south'), ['check-out', 'b.vnc', '--wait', '--lock-server', address('bob')]);
        const said = new Promise<string>((resolve) => waiting.stderr!.once('data', (piece) => resolve(String(piece))));
        const ended = new Promise((resolve) => waiting.once('exit', resolve));
        assert.match(
            await said,
            /^Waiting until revision 2 of b\.vnc by alice has arrived here\. .* Ctrl\+C ends it\./,
        );
        assert.doesNotMatch(await fine(as('bob', 'south', 'list')), /b\.vnc +checked out/);
        put('south', 'G0 X1\nM30\n');
        assert.equal(await ended, 0);
        assert.match(await fine(as('bob', 'south', 'list')), /b\.vnc +checked out +bob/);
    });

    it('is waited for no longer once somebody else has it', async () => {
        await open();
        const waiting = startIn(at('south'), ['check-out', 'b.vnc', '--wait', '--lock-server', address('bob')]);
        let said = '';
        waiting.stderr!.on('data', (piece) => (said += String(piece)));
        await once(waiting.stderr!, 'data');
        const ended = once(waiting, 'close');
        await fine(as('alice', 'north', 'check-out', 'b.vnc'));
        assert.deepEqual(await ended, [1, null]);
        assert.match(said, /^b\.vnc .*checked out by alice/m);
    });

    it('is given back where somebody checked it in between the look at it and the lock', async () => {
        await open();
        put('south', 'G0 X1\nM30\n');
        const options = { root: at('south', 'repo'), extensions: new Set(['.vnc']), user: 'bob', host: 'PC' };
        const bob = new Repository(options, server().open(repository(), 'bob', { staging: at('south', 'locks.json') }));
        const { index } = bob.revisions;
        const refresh = index.refresh.bind(index);
        let looks = 0;
        index.refresh = async () => {
            await refresh();
            if (looks++ === 0) await checkIn('alice', 'north', 'G0 X2\nM30\n');
        };
        const [outcome] = await bob.checkOut(['b.vnc'], '');
        assert.equal(outcome?.refusal?.code, 'notArrived');
        assert.match(outcome.refusal.message, /because revision 3 of alice, .* What is here is still revision 2\.$/);
        assert.match(await fine(as('bob', 'south', 'list')), /b\.vnc +available/);
    });

    it('is left to a foreman who takes it over while it is fetched', async () => {
        await open();
        const options = { root: at('south', 'repo'), extensions: new Set(['.vnc']), user: 'bob', host: 'PC' };
        const bob = new Repository(options, server().open(repository(), 'bob', { staging: at('south', 'locks.json') }));
        const contentOf = bob.revisions.contentOf.bind(bob.revisions);
        bob.revisions.contentOf = async (...args) => {
            await fine(as('alice', 'north', 'take-over', 'b.vnc', '--message', 'Urgent'));
            return contentOf(...args);
        };
        const versions = new VersionStore(at('private', 'versions'));
        const [outcome] = await bob.checkOut(['b.vnc'], '', { whenNotArrived: 'fetch', versions });
        assert.equal(outcome?.refusal?.code, 'changedHands');
        assert.match(await fine(as('bob', 'south', 'list')), /b\.vnc +checked out +alice/);
        assert.equal(here('south'), 'M30\n');
    });

    it('is held once the lock is recorded, and that is said, also where nobody can tell whether it has arrived', async () => {
        await open();
        const store = server().open(repository(), 'bob', { staging: at('south', 'locks.json') });
        const options = { root: at('south', 'repo'), extensions: new Set(['.vnc']), user: 'bob', host: 'PC' };
        const bob = new Repository(options, store);
        const { index } = bob.revisions;
        const refresh = index.refresh.bind(index);
        let looks = 0;
        index.refresh = () => {
            if (looks++ === 0) return refresh();
            throw new CheckoutError('serverRefused', 'The lock server refuses bob by now. Nothing was changed.');
        };
        await assert.rejects(bob.checkOut(['a.vnc'], ''), ({ message }: Error) => {
            assert.match(message, /^a\.vnc is checked out by you now, but the lock server stopped answering/);
            return !message.includes('Nothing was changed');
        });
        assert.match(await fine(as('bob', 'south', 'list')), /a\.vnc +checked out +bob/);
    });

    it('is looked for again where the server is away for a moment after the lock was recorded', async () => {
        await open();
        const proxy = await AnswerProxy.start(server().primary.port);
        try {
            const through = {
                staging: at('south', 'locks.json'),
                address: server().parsed(repository(), [proxy.port]),
            };
            const options = { root: at('south', 'repo'), extensions: new Set(['.vnc']), user: 'bob', host: 'PC' };
            const bob = new Repository(options, server().open(repository(), 'bob', through));
            const { index } = bob.revisions;
            const refresh = index.refresh.bind(index);
            let looks = 0;
            index.refresh = async () => {
                if (++looks === 2) proxy.shut();
                await refresh().finally(() => proxy.open());
            };
            const [outcome] = await bob.checkOut(['a.vnc'], '');
            assert.deepEqual([outcome?.refusal, looks], [undefined, 3]);
        } finally {
            server().closeAll();
            await proxy.stop();
        }
    });

    it('is told from one that was changed outside, which is not on its way', async () => {
        await open();
        put('south', 'from the machine\n');
        const { code, stderr } = await as('bob', 'south', 'check-out', 'b.vnc');
        assert.equal(code, 0);
        assert.match(stderr, /^b\.vnc was changed outside since revision 2 of alice, .* kept as revision 3\.$/m);
    });

    it('can be read, compared and restored there, from the server', async () => {
        await open();
        assert.equal(await fine(as('victor', 'south', 'show', 'b.vnc@2')), 'G0 X1\nM30\n');
        assert.match((await as('victor', 'south', 'compare', 'b.vnc@1', 'b.vnc@2')).stdout, /^\+G0 X1$/m);
        assert.match(await fine(as('victor', 'south', 'verify')), /^2 revisions are as kept\.$/m);
        assert.equal(await checkIn('bob', 'north', 'G0 X3\nM30\n'), 'Checked in b.vnc as revision 3.\n');
        await fine(as('bob', 'south', 'check-out', 'b.vnc', '--fetch'));
        await fine(as('bob', 'south', 'restore', 'b.vnc@2', '--message', 'It ran better'));
        assert.equal(here('south'), 'G0 X1\nM30\n');
    });

    it('says at which site it is where it is too large for the server', async () => {
        await server().primary.sql('update cnc.repository set keeps_up_to = 100 where name = $1', [repository()]);
        await open();
        await checkIn('alice', 'north', randomBytes(100).toString('hex'));
        await stopped(
            as('bob', 'south', 'check-out', 'b.vnc', '--fetch'),
            /Revision 3 of b\.vnc is neither at this site nor on the lock server\. It is larger than what the server keeps, and is at the site of alice on .*, in .*north.locks\.revisions\.$/m,
            1,
        );
        assert.doesNotMatch(await fine(as('bob', 'south', 'list')), /b\.vnc +checked out/);
        assert.equal(here('south'), 'M30\n');
        assert.match(await fine(as('bob', 'south', 'revisions', 'b.vnc')), /^3 .*at another site/m);
        assert.match(await fine(as('bob', 'south', 'verify')), /1 can be read only at other sites\./);
        assert.equal((await fine(as('bob', 'north', 'show', 'b.vnc@3'))).length, 200);
    });

    it('follows a rename, also to its revisions', async () => {
        await open();
        await fine(as('alice', 'north', 'rename', 'b.vnc', 'job/d.vnc'));
        rmSync(at('south', 'repo', 'b.vnc'));
        put('south', 'M30\n', 'job/d.vnc');
        await stopped(as('bob', 'south', 'check-out', 'job/d.vnc'), /revision 2 of alice, .* has not arrived/, 1);
        await fine(as('bob', 'south', 'check-out', 'job/d.vnc', '--fetch'));
        assert.equal(here('south', 'job/d.vnc'), 'G0 X1\nM30\n');
    });

    it('is never taken for what somebody else kept under its hash', async () => {
        await open();
        const [{ sha256 } = assert.fail()] = JSON.parse(
            await fine(as('bob', 'north', 'revisions', 'b.vnc', '--json')),
        ) as { sha256: string }[];
        const { primary } = server();
        await primary.sql('delete from cnc.content where repository = $1', [repository()]);
        const wrong = [repository(), sha256, 10, gzipSync('G0 X9\nM30\n')];
        await primary.as('ulla', PASSWORD, (client) => client.query('select cnc.keep_content($1, $2, $3, $4)', wrong));
        const refused = await as('bob', 'south', 'check-out', 'b.vnc', '--fetch');
        assert.equal(refused.code, 1);
        assert.equal(here('south'), 'M30\n');
        // The right one is kept beside it.
        await fine(as('alice', 'north', 'check-out', 'b.vnc'));
        put('north', 'M0\nM30\n');
        await fine(as('alice', 'north', 'check-in', 'b.vnc'));
        await checkIn('alice', 'north', 'G0 X1\nM30\n');
        await fine(as('bob', 'south', 'check-out', 'b.vnc', '--fetch'));
        assert.equal(here('south'), 'G0 X1\nM30\n');
    });

    it('comes back to files with the locks', async () => {
        await open();
        await checkIn('bob', 'north', 'G0 X3\nM30\n');
        const told = await fine(as('dora', 'south', 'server', 'export'));
        assert.match(told, /^Copied the contents of 3 revisions from the server\.$/m);
        const folder = at('south', 'locks.revisions', 'b.vnc');
        const kept = readdirSync(folder).sort();
        assert.deepEqual(
            kept.map((name) => gunzipSync(readFileSync(`${folder}/${name}`)).toString()),
            ['M30\n', 'G0 X1\nM30\n', 'G0 X3\nM30\n'],
        );
        assert.equal(await fine(run('south', 'show', 'b.vnc@3')), 'G0 X3\nM30\n');
    });

    it('is asked for only with a lock server, in one way', async () => {
        await stopped(run('south', 'check-out', 'a.vnc', '--fetch'), /--fetch is only of use with --lock-server\./);
        await stopped(
            as('bob', 'south', 'check-out', 'a.vnc', '--fetch', '--wait'),
            /--wait and --fetch cannot be used together\./,
        );
    });
});
