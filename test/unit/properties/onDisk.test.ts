import * as assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import * as fc from 'fast-check';
import { CheckoutError } from '../../../src/core/base/errors';
import { DamagedTable } from '../../../src/core/locks/damagedTable';
import { LockTable } from '../../../src/core/locks/lockTable';
import { openRepository } from '../support/repository';
import { temporaryFolder } from '../support/temporaryFolder';
import { trying } from './support/cases';
import { locksBytes } from './support/locksFiles';

const mine = 'never there before.vnc';

describe('Arbitrary bytes on disk as a locks file', function () {
    const folder = temporaryFolder();

    async function fails(job: Promise<unknown>): Promise<void> {
        await assert.rejects(job, (error) => error instanceof CheckoutError && error.code === 'locksFileDamaged');
    }

    /** Everything that people do, with a locks file of these bytes. */
    async function tryAll(bytes: Buffer): Promise<void> {
        const shop = mkdtempSync(path.join(folder(), 'shop-'));
        mkdirSync(path.join(shop, 'repo'));
        writeFileSync(path.join(shop, 'repo', mine), '');
        const { repository, store, locksFile } = openRepository(shop, 'Nobody else');
        writeFileSync(locksFile, bytes);
        writeFileSync(`${locksFile}.bak`, bytes);
        await repository.refresh();
        const before = readdirSync(shop);
        if (repository.state.kind === 'damaged') {
            // Looking again, in each way, takes as long as a program that writes in place may need.
            await Promise.all([
                repository.poll(),
                fails(repository.checkOut([mine, 'a.vnc'], 'mine')),
                fails(repository.checkIn(['a.vnc', mine])),
                fails(store.list()),
                assert.rejects(store.file.previewRestore(), { code: 'noBackup' }),
                assert.rejects(store.file.restoreBackup(new Date()), { code: 'noBackup' }),
            ]);
            assert.deepEqual(readFileSync(locksFile), bytes);
            assert.deepEqual(readFileSync(`${locksFile}.bak`), bytes);
            assert.deepEqual(readdirSync(shop), before);
        } else {
            assert.equal(repository.state.kind, 'ready');
            assert.ok(isUtf8(bytes));
            await store.file.previewRestore();
            await repository.checkIn(['a.vnc', 'A.VNC']);
            assert.deepEqual(readFileSync(locksFile), bytes);
            const [outcome] = await repository.checkOut([mine], 'mine');
            assert.equal(outcome?.refusal, undefined);
            assert.equal(repository.snapshot.file(mine)?.state, 'heldByMe');
            const written = readFileSync(locksFile, 'utf8');
            await repository.checkIn([mine]);
            const after = readdirSync(shop).filter((name) => !/^locks\.(history|revisions)/.test(name));
            assert.deepEqual(after, before);
            const expected = LockTable.parse(bytes.toString('utf8')).serialise();
            assert.equal(readFileSync(locksFile, 'utf8'), expected);
            assert.equal(LockTable.parse(written).without([mine], 'Nobody else').serialise(), expected);
        }
        rmSync(shop, { recursive: true });
    }

    it('stay as they are, byte for byte, if refused, and lose nothing if accepted', async () => {
        // Twenty at once: most of a case is waiting for a writer that is not there.
        const batch = fc.array(locksBytes, { minLength: 20, maxLength: 20 });
        await fc.assert(
            fc.asyncProperty(batch, async (some) => void (await Promise.all(some.map(tryAll)))),
            trying(4, 500),
        );
    });

    it('are refused by reads and changes alike', async () => {
        const refused = ['', ' ', '\0', '[]', '{}{}', '{"a": NaN}', 'null', '\ufeff\ufeff{}', '{"a": {"user": "Al"'];
        for (const text of refused) assert.throws(() => LockTable.parse(text), DamagedTable);
        await Promise.all(refused.map((text) => tryAll(Buffer.from(text))));
    });
});
