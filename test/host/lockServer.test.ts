import assert from 'node:assert/strict';
import { once } from 'node:events';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { Repository } from '../../src/core/repository/repository';
import { parseServerAddress } from '../../src/core/server/serverAddress';
import type { PostgresLockStore } from '../../src/core/server/postgresLockStore';
import { atLockServer } from '../support/postgres/atLockServer';
import { skipUnless } from '../support/skips';
import { LockServer, PASSWORD } from '../unit/support/lockServer';
import { waitFor } from './support/events';
import { acceptAll, asksForMessage } from './support/quickInput';
import { assertSaid, nextMessage, takeButtons, takeMessages, takeQuestions } from './support/screen';
import { resetSettings, set } from './support/settings';
import {
    activate,
    api,
    inShop,
    labels,
    onDisk,
    originalOf,
    repositoryOf,
    row,
    rows,
    shopFolder,
    tidyUp,
    uriOf,
} from './support/shop';

const file = '4801247.vnc';
const other = 'job12/op1.vnc';

describe('A lock server', function () {
    let server: LockServer;
    let repository = '';
    let address = '';

    before(async function () {
        skipUnless(this, 'postgres');
        skipUnless(this, 'stoppedPrograms');
        await activate();
        server = await LockServer.start();
    });
    beforeEach(async () => {
        await tidyUp(api);
        repository = await server.makeRepository();
        address = server.addressOf(repository);
    });
    afterEach(async () => {
        server.closeAll();
        await api.repositories.lockServers.signOut(parseServerAddress(address));
        await rm(inShop('locks.json'), { force: true });
        await rm(inShop('locks.json.bak'), { force: true });
        await rm(inShop('elsewhere'), { recursive: true, force: true });
        await resetSettings(api);
        await api.repositories.reopen();
    });
    after(async () => {
        await server?.remove();
        if (server !== undefined) await tidyUp(api);
    });

    /** A colleague at another site. */
    function colleague(user: string): PostgresLockStore {
        return server.open(repository, user, { staging: inShop('elsewhere', 'locks.json'), host: 'SOUTH-1' });
    }

    /** What a colleague checks in at another site, where the file was as it is here. */
    async function checkInElsewhere(user: string, path: string, text: string): Promise<void> {
        const folder = inShop('elsewhere', 'repo');
        const options = { root: folder, extensions: new Set(['.vnc']), user, host: 'SOUTH-1' };
        const there = new Repository(options, colleague(user));
        const onDiskThere = join(folder, path);
        await mkdir(dirname(onDiskThere), { recursive: true });
        await writeFile(onDiskThere, originalOf(path));
        await there.keepFound(await there.checkOut([path], ''));
        await writeFile(onDiskThere, text);
        const [outcome] = await there.checkIn([path]);
        assert.deepEqual([outcome?.refusal, outcome?.revision], [undefined, 2]);
        await refresh();
        takeMessages();
        takeButtons();
    }

    async function checkOut(user: string, path: string, message = ''): Promise<void> {
        const lock = { user, host: 'SOUTH-1', timestamp: new Date().toISOString(), message };
        const { outcomes } = await colleague(user).checkOut([{ path, present: true }], lock, new Set(['.vnc']));
        assert.deepEqual(
            outcomes.map(({ refusal }) => refusal),
            [undefined],
        );
    }

    /** Moves the locks to the server, and works with it from here. */
    async function open(user: string, settings: Readonly<Record<string, unknown>> = {}): Promise<void> {
        await atLockServer('otto', address, shopFolder(), 'server', 'import');
        for (const [key, value] of Object.entries(settings)) await set(api, key, value);
        await api.repositories.lockServers.confirm({ address: parseServerAddress(address), ca: undefined });
        await api.repositories.lockServers.signIn(parseServerAddress(address), { user, password: PASSWORD });
        await set(api, 'lockServer', address);
        assert.equal(api.repositories.state, 'ready', describeState());
    }

    function describeState(): string {
        const { state } = repositoryOf(api).repository;
        return 'error' in state ? state.error.message : state.kind;
    }

    function hoverOfStatusBar(): string {
        const { tooltip } = api.statusBarItem;
        assert.ok(typeof tooltip === 'string');
        return tooltip;
    }

    const isState = (wanted: string) => (): boolean => api.repositories.state === wanted;
    const refresh = (): Thenable<void> => vscode.commands.executeCommand('cncCheckout.refresh');

    it('to which the locks went is named by a window on the old file, with the way there', async () => {
        takeButtons();
        const said = nextMessage(/are no longer recorded in/);
        await atLockServer('otto', address, shopFolder(), 'server', 'import');
        const note = await readFile(inShop('locks.json'), 'utf8');
        assert.match(await said, /but on the lock server postgresql:.*In VS Code, run CNC: Use Lock Server…/);
        assert.deepEqual(takeButtons(), ['Use Lock Server']);
        assert.equal(api.repositories.state, 'moved');
        assert.equal(api.statusBarItem.text, '$(warning) Check-outs moved');
        assert.equal(api.statusBarItem.command, 'cncCheckout.useLockServer');
        // What was seen stays, and the first row is the way out.
        const [first, ...others] = await rows(api);
        assert.equal(first?.item.label, 'Use the lock server…');
        assert.equal(first.item.command?.command, 'cncCheckout.useLockServer');
        assert.equal(others.length, 4);
        await acceptAll([], 'cncCheckout.checkOut', uriOf(file));
        assertSaid(/are no longer recorded in/);
        // A question that nobody answers sets nothing up.
        await vscode.commands.executeCommand('cncCheckout.useLockServer');
        const hosts = server.ports.map((port) => `127.0.0.1:${port}`).join(', ');
        assertSaid(
            `Use the lock server ${hosts}?\nIt is named by the note in the place of ${inShop('locks.json')}, and new to this VS Code.\n\nHosts: ${hosts}\nDatabase: postgres\nRepository: ${repository}\n\nYour name and password will be sent to it. Use it only if your shop’s IT runs or rents it.`,
        );
        assert.equal(vscode.workspace.getConfiguration('cncCheckout').get('lockServer'), '');
        assert.equal(await readFile(inShop('locks.json'), 'utf8'), note);
    });

    it('gets nothing before the person confirms it, whatever a settings file says', async () => {
        let connections = 0;
        const foreign = createServer((socket) => {
            connections++;
            socket.destroy();
        }).listen(0, '127.0.0.1');
        await once(foreign, 'listening');
        const { port } = foreign.address() as AddressInfo;
        const elsewhere = `postgresql://127.0.0.1:${port}/postgres?repository=${encodeURIComponent(repository)}`;
        try {
            await atLockServer('otto', address, shopFolder(), 'server', 'import');
            await refresh();
            takeMessages();
            await set(api, 'lockServer', elsewhere);
            assert.equal(api.repositories.state, 'unconfirmed');
            assert.equal(api.statusBarItem.text, '$(warning) Lock server not confirmed');
            await refresh();
            await acceptAll([], 'cncCheckout.checkOut', uriOf(file));
            assertSaid(/^The lock server 127\.0\.0\.1:\d+ is new to this VS Code, so nothing was sent to it\./);
            await vscode.commands.executeCommand('cncCheckout.signIn');
            assertSaid(
                new RegExp(
                    `^Use the lock server 127\\.0\\.0\\.1:${port}\\?\\nIt is named by the settings in .*settings\\.json, and new`,
                ),
            );
            assert.deepEqual([connections, takeQuestions()], [0, []]);
            // Another host in the list is another server.
            const both = parseServerAddress(elsewhere.replace('//', '//db1,'));
            await api.repositories.lockServers.confirm({ address: parseServerAddress(elsewhere), ca: undefined });
            const { lockServers } = api.repositories;
            assert.equal(lockServers.isConfirmed({ address: both, ca: undefined }), false);
            assert.equal(lockServers.isConfirmed({ address: parseServerAddress(elsewhere), ca: 'another' }), false);
            await refresh();
            assert.equal(api.repositories.state, 'serverAway');
            assert.notEqual(connections, 0);
        } finally {
            foreign.close();
        }
    });

    it('whose address has a password in it is refused, and the password repeated nowhere', async () => {
        await atLockServer('otto', address, shopFolder(), 'server', 'import');
        takeMessages();
        await set(api, 'lockServer', address.replace('//', '//ulla:hunter2@'));
        assert.equal(api.repositories.state, 'refused');
        const said = takeMessages().join('\n');
        assert.match(
            said,
            /must not have a password in it\. Leave it out: in VS Code it belongs to CNC: Sign In to Lock Server…/,
        );
        assert.ok(!said.includes('hunter2'));
        assert.ok(!hoverOfStatusBar().includes('hunter2'));
    });

    it('that does not have the locks is refused: nobody may go on beside the file', async () => {
        await writeFile(inShop('locks.json'), '{}');
        takeMessages();
        await set(api, 'lockServer', address);
        assert.equal(api.repositories.state, 'refused');
        assertSaid(/are recorded in .*locks\.json, and not on a lock server yet/);
    });

    it('asks to sign in, refuses changes until then, and takes nobody with a wrong password', async () => {
        await atLockServer('otto', address, shopFolder(), 'server', 'import');
        const { lockServers } = api.repositories;
        await lockServers.confirm({ address: parseServerAddress(address), ca: undefined });
        await set(api, 'lockServer', address);
        assert.equal(api.repositories.state, 'signedOut');
        assert.equal(api.statusBarItem.text, '$(account) Not signed in');
        assert.equal(api.statusBarItem.command, 'cncCheckout.signIn');
        assert.deepEqual(await labels(api), [], 'The empty view says what to do.');
        takeButtons();
        await acceptAll([], 'cncCheckout.checkOut', uriOf(file));
        assertSaid(
            /^The lock server .* wants a password, and none is known for .*\. Sign in with the command CNC: Sign In/,
        );
        assert.deepEqual(takeButtons(), ['Sign In']);
        const access = repositoryOf(api).server!;
        await assert.rejects(access.verify({ user: 'ulla', password: 'wrong' }), {
            code: 'signInNeeded',
            message: /did not accept the password of ulla: it is wrong, or it has expired\.$/,
        });
        await access.verify({ user: 'ulla', password: PASSWORD });
        assert.equal(await lockServers.signedIn(access.address), undefined, 'To try is not to sign in.');
    });

    it('is offered a wrong password once, and not by every poll', async () => {
        await open('ulla');
        await api.repositories.lockServers.signIn(parseServerAddress(address), { user: 'ulla', password: 'wrong' });
        await refresh();
        assert.equal(api.repositories.state, 'signedOut');
        const { repository: shown } = repositoryOf(api);
        // From now on the right one would do, and is not even asked for.
        await server.primary.sql(`alter role ulla password 'wrong'`);
        try {
            await shown.poll();
            assert.equal(api.repositories.state, 'signedOut');
            await refresh();
            assert.equal(api.repositories.state, 'ready');
        } finally {
            await server.primary.sql(`alter role ulla password '${PASSWORD}'`);
        }
    });

    it('makes who signs in the holder, whatever name is set', async () => {
        await open('ulla');
        await set(api, 'userName', 'Snake', vscode.ConfigurationTarget.Global);
        await acceptAll([asksForMessage(file)], 'cncCheckout.checkOut', uriOf(file), [uriOf(file)], 'alone');
        const { table } = await colleague('alice').list();
        assert.equal(table.find(file)?.lock?.user, 'ulla');
        assert.equal(repositoryOf(api).file(file)?.state, 'heldByMe');
        assert.equal(api.statusBarItem.text, '$(edit) 1 checked out');
        assert.match(
            hoverOfStatusBar(),
            /\nSigned in to the lock server 127\.0\.0\.1:\d+, 127\.0\.0\.1:\d+ as ulla \(user\)\. The setting cncCheckout\.userName is not used there\.$/,
        );
        await vscode.commands.executeCommand('cncCheckout.checkInAndKeep', uriOf(file));
        await acceptAll([`Check In ${file}: No changes since check-out`], 'cncCheckout.checkIn', uriOf(file));
        assert.equal((await colleague('alice').list()).table.find(file), undefined);
    });

    it("shows a colleague's change by itself, long before the next poll", async () => {
        await open('ulla', { pollInterval: 600 });
        const shown = waitFor(
            api.repositories.onDidChange,
            () => repositoryOf(api).file(other)?.lock?.user === 'uwe',
            "uwe's check-out was shown",
        );
        await checkOut('uwe', other, 'Rev C');
        await shown;
        assert.match(String((await row(api, 'job12', 'op1.vnc')).item.description), /^uwe · just now · Rev C/);
        await acceptAll([], 'cncCheckout.checkOut', uriOf(other), [uriOf(other)], 'alone');
        assertSaid(/job12\/op1\.vnc was checked out by uwe on SOUTH-1 just now: “Rev C”\. Ask uwe to check it in\./);
    });

    it('lets a viewer look, and says why no more', async () => {
        await checkOut('uwe', file);
        await open('victor');
        assert.match(hoverOfStatusBar(), /as victor \(viewer\)/);
        assert.match(String((await row(api, file)).item.description), /^uwe/);
        await acceptAll([], 'cncCheckout.checkOut', uriOf(other), [uriOf(other)], 'alone');
        assertSaid(
            /^victor may not change anything at the lock server .*\. Ask its administrator for the role cnc_user\.$/,
        );
    });

    it('lets only a foreman take over, and says so', async () => {
        await checkOut('uwe', file);
        await open('ulla');
        const session = repositoryOf(api);
        const seen = session.file(file)!.lock!;
        await assert.rejects(session.repository.takeOver([{ path: file, seen }], 'Urgent'), {
            code: 'serverRefused',
            message:
                /lets only a foreman do this \(take-over\), and ulla is none\. Nothing was changed\. Ask a foreman/,
        });
        takeMessages();
        await acceptAll([], 'cncCheckout.takeOver', uriOf(file));
        // At once: nobody gives a reason for what is refused.
        assert.match(
            takeMessages().join('\n'),
            /^The lock server .* lets only a foreman do this \(take-over\), and ulla is none/,
        );
        await server.primary.sql(`update cnc.repository set reserved = '{}' where name = $1`, [repository]);
        await acceptAll([], 'cncCheckout.takeOver', uriOf(file));
        assertSaid(/^Take over 4801247\.vnc from uwe\?/);
        await server.primary.sql(`update cnc.repository set reserved = '{take-over}' where name = $1`, [repository]);
        await api.repositories.lockServers.signIn(parseServerAddress(address), { user: 'alice', password: PASSWORD });
        await refresh();
        const [outcome] = await repositoryOf(api).repository.takeOver([{ path: file, seen }], 'Urgent');
        assert.deepEqual([outcome?.refusal, repositoryOf(api).file(file)?.state], [undefined, 'heldByMe']);
    });

    it('tells that the newest content has not arrived at this site, before it is checked out', async () => {
        await open('ulla');
        await checkInElsewhere('uwe', other, 'G0 X1\nM30\n');
        await acceptAll([], 'cncCheckout.checkOut', uriOf(other), [uriOf(other)], 'alone');
        assert.equal(
            takeMessages()[0],
            [
                'The newest content of op1.vnc has not arrived at this site yet.',
                'It is revision 2 of uwe, just now. What is here is still revision 1.',
                '',
                'Wait: check it out as soon as it has arrived.',
                'Fetch from Lock Server: check it out as it is in the newest check-in. What is here now can be restored for 7 days, with “Restore Discarded Changes…”.',
                'Check Out As It Is: go on from what is here. What was changed since will be missing from your check-in.',
            ].join('\n'),
        );
        // VS Code shows no dialog in tests, and the command fails then.
        assert.deepEqual(takeButtons().slice(0, 3), ['Wait', 'Fetch from Lock Server', 'Check Out As It Is']);
        assert.equal(repositoryOf(api).file(other)?.state, 'available');
        const both = [uriOf(other), uriOf(file)];
        await acceptAll([], 'cncCheckout.checkOut', both[0], both, 'alone');
        assertSaid(
            /^The newest content of op1\.vnc has not arrived at this site yet\.\n.*\n\nWait: check both files out as soon as it has arrived\.\n/,
        );
        // Once it is here, there is nothing to ask.
        await writeFile(onDisk(other), 'G0 X1\nM30\n');
        await acceptAll([asksForMessage('op1.vnc')], 'cncCheckout.checkOut', uriOf(other), [uriOf(other)], 'alone');
        assert.equal(repositoryOf(api).file(other)?.state, 'heldByMe');
    });

    it('says where the newest content is that it does not keep, and does not offer to fetch it', async () => {
        await server.primary.sql('update cnc.repository set keeps_up_to = 10 where name = $1', [repository]);
        await open('ulla');
        await checkInElsewhere('uwe', other, 'G0 X1 (TOO LONG)\nM30\n');
        await acceptAll([], 'cncCheckout.checkOut', uriOf(other), [uriOf(other)], 'alone');
        assertSaid(
            /\nop1\.vnc cannot be fetched\. It is larger than what the server keeps, and is at the site of uwe on SOUTH-1, in .*elsewhere.*locks\.revisions\.\n/,
        );
        assert.deepEqual(takeButtons().slice(0, 2), ['Wait', 'Check Out As It Is']);
    });

    it('offers to fetch the newest content from the revisions of this site, where the file itself has not arrived', async () => {
        await server.primary.sql('update cnc.repository set keeps_up_to = 10 where name = $1', [repository]);
        await open('ulla');
        await checkInElsewhere('uwe', other, 'G0 X1 (TOO LONG)\nM30\n');
        await cp(inShop('elsewhere', 'locks.revisions'), inShop('locks.revisions'), { recursive: true });
        await refresh();
        takeMessages();
        await acceptAll([], 'cncCheckout.checkOut', uriOf(other), [uriOf(other)], 'alone');
        assertSaid(/\nFetch from Revisions: check it out as it is in the newest check-in\./);
        assert.deepEqual(takeButtons().slice(0, 3), ['Wait', 'Fetch from Revisions', 'Check Out As It Is']);
        const { repository: shown } = repositoryOf(api);
        const versions = api.versions.kept;
        const [outcome] = await shown.checkOut([other], '', { whenNotArrived: 'fetch', versions });
        assert.equal(outcome?.refusal, undefined);
        assert.equal(await readFile(onDisk(other), 'utf8'), 'G0 X1 (TOO LONG)\nM30\n');
    });

    it('forgets who signs out', async () => {
        await open('ulla');
        await vscode.commands.executeCommand('cncCheckout.signOut');
        assert.equal(api.repositories.state, 'signedOut');
        assertSaid(/^Signed out of 127/);
        await vscode.commands.executeCommand('cncCheckout.signOut');
        assertSaid(/^You are not signed in to the lock server/);
    });

    it('takes a password from where programs of PostgreSQL have it', async () => {
        await mkdir(inShop('elsewhere'), { recursive: true });
        const [name, password] = [process.env['PGUSER'], process.env['PGPASSWORD']];
        process.env['PGUSER'] = 'uwe';
        process.env['PGPASSWORD'] = PASSWORD;
        try {
            await atLockServer('otto', address, shopFolder(), 'server', 'import');
            await api.repositories.lockServers.confirm({ address: parseServerAddress(address), ca: undefined });
            await set(api, 'lockServer', address);
            assert.deepEqual([api.repositories.state, repositoryOf(api).settings.user], ['ready', 'uwe']);
        } finally {
            await rm(inShop('elsewhere'), { recursive: true });
            restore('PGUSER', name);
            restore('PGPASSWORD', password);
        }
    });

    // The last: the servers change places.
    it('that dies is told with what was last seen, and all goes on by itself on the standby', async () => {
        await checkOut('uwe', file, 'Rev C');
        await open('ulla');
        await server.primary.kill();
        await waitFor(api.repositories.onDidChange, isState('serverAway'), 'the loss was noticed');
        assert.equal(api.statusBarItem.text, '$(debug-disconnect) Lock server unreachable');
        assert.match(hoverOfStatusBar(), /takes no changes now: only a standby answers.*\nLast updated /s);
        assert.match(String((await row(api, file)).item.description), /^uwe · .* · Rev C$/);
        await acceptAll([], 'cncCheckout.checkOut', uriOf(other), [uriOf(other)], 'alone');
        assertSaid(
            /Nothing was changed, and what you see may be old\. Ask the administrator of the server to promote the standby/,
        );
        await server.standby!.promote();
        await waitFor(api.repositories.onDidChange, isState('ready'), 'the standby was found');
        await acceptAll([asksForMessage('op1.vnc')], 'cncCheckout.checkOut', uriOf(other), [uriOf(other)], 'alone');
        assert.equal(repositoryOf(api).file(other)?.state, 'heldByMe');
        assert.match(await readFile(onDisk(other), 'utf8'), /M30/);
    });
});

function restore(name: string, value: string | undefined): void {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
}
