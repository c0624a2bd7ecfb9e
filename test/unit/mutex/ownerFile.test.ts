import * as assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, mkdirSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createServer } from 'node:net';
import * as path from 'node:path';
import { describeOwner, ownerFileOf, readOwner, writeOwner } from '../../../src/core/mutex/ownerFile';
import { skipUnless } from '../../support/skips';
import { Child } from '../support/child';
import { isOpen } from '../support/openFiles';
import { temporaryFolder } from '../support/temporaryFolder';

describe('The owner file of a mutex', () => {
    const folder = temporaryFolder();

    it('can be read as a whole, however long the names of the user and the computer are', async () => {
        for (const long of ['x'.repeat(1_000_000), '\u0001'.repeat(1_000_000), '製'.repeat(1_000_000)]) {
            writeFileSync(ownerFileOf(folder()), describeOwner('t', { user: long, host: long }));
            const { token, owner } = (await readOwner(folder()))!;
            assert.equal(token, 't');
            assert.equal(owner?.user, `${long.slice(0, 255)}…`);
        }
    });

    it('says who has the mutex, and when it was last heard of', async () => {
        const file = ownerFileOf(folder());
        const text = describeOwner('t', { user: 'Bob', host: 'CAM-1' });
        await writeOwner(await open(file, 'wx'), text, undefined);
        utimesSync(file, 1000, 1000.25);
        const owner = { user: 'Bob', host: 'CAM-1', pid: process.pid };
        assert.deepEqual(await readOwner(folder()), { token: 't', owner, time: undefined });
        assert.deepEqual(await readOwner(folder(), true), {
            token: 't',
            owner,
            time: statSync(file, { bigint: true }).mtimeNs,
        });
    });

    it('stands for somebody without a name while it is half written, or another program wrote it', async () => {
        for (const [text, token] of [
            ['', ''],
            ['{"token":"t","us', '{"token":"t","us'],
            ['null', 'null'],
            ['{"token":7}', '{"token":7}'],
            ['{"token":"t"}', 't'],
            ['{"token":"t","user":7,"host":"PC","pid":1}', 't'],
            ['{"token":"t","user":"Bob","host":7,"pid":1}', 't'],
            ['{"token":"t","user":"Bob","host":"PC","pid":"1"}', 't'],
        ] as const) {
            writeFileSync(ownerFileOf(folder()), text);
            assert.deepEqual(await readOwner(folder()), { token, owner: undefined, time: undefined }, text);
        }
    });

    it('may be missing, or something else may have its place', async () => {
        assert.equal(await readOwner(folder()), undefined);
        assert.equal(await readOwner(`${folder()}/gone`, true), undefined);
        writeFileSync(path.join(folder(), 'file'), '');
        assert.equal(await readOwner(path.join(folder(), 'file')), undefined);
        mkdirSync(ownerFileOf(folder()));
        assert.equal(await readOwner(folder()), undefined);
    });

    it('is not there where a link in its place leads to itself', async function () {
        skipUnless(this, 'links');
        symlinkSync('owner', ownerFileOf(folder()));
        assert.equal(await readOwner(folder()), undefined);
    });

    it('that cannot be read is not taken for none', async function () {
        skipUnless(this, 'socketFiles');
        const server = createServer().unref();
        await once(server.listen(ownerFileOf(folder())), 'listening');
        await assert.rejects(readOwner(folder()), { code: 'ENXIO' });
        server.close();
    });

    it('that this user may not read has an owner for all that they know, and its time as far as they may see it', async function () {
        skipUnless(this, 'root');
        skipUnless(this, 'modes');
        chmodSync(folder(), 0o755);
        const mutex = (name: string, mode: number): string => {
            const made = path.join(folder(), name);
            mkdirSync(made);
            writeFileSync(ownerFileOf(made), '{"token":"t"}', { mode: 0o600 });
            chmodSync(made, mode);
            return made;
        };
        const [seen, closed] = [mutex('seen', 0o755), mutex('closed', 0o700)];
        const time = String(statSync(ownerFileOf(seen), { bigint: true }).mtimeNs);
        const told = await Child.start('readOwners', '2001', seen, closed).end();
        assert.deepEqual(
            told.map((line) => JSON.parse(line) as unknown),
            [
                { token: 'closed', isClosed: true, time },
                { token: 'closed', isClosed: true },
            ],
        );
    });

    it('is written with the rights that it is to have, and closed', async function () {
        const file = ownerFileOf(folder());
        const handle = await open(file, 'wx');
        await writeOwner(handle, '{"token":"t"}', { mode: 0o666 });
        assert.equal(handle.fd, -1);
        assert.equal((await readOwner(folder()))?.token, 't');
        skipUnless(this, 'systemInFiles');
        assert.equal(isOpen(file), false);
        assert.equal(statSync(file).mode & 0o777, 0o666);
    });

    it('may stay empty on a full disk, where the change itself fails', async function () {
        skipUnless(this, 'fullDevice');
        const handle = await open('/dev/full', 'w');
        await writeOwner(handle, '{"token":"t"}', undefined);
        assert.equal(handle.fd, -1);
    });
});
