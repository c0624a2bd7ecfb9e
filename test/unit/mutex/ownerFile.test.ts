import * as assert from 'node:assert/strict';
import { mkdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { describeOwner, ownerFileOf, readOwner, writeOwner } from '../../../src/core/mutex/ownerFile';
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
        mkdirSync(ownerFileOf(folder()));
        assert.equal(await readOwner(folder()), undefined);
    });
});
