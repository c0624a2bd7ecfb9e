import * as assert from 'node:assert/strict';
import { CheckoutError } from '../../../src/core/base/errors';
import { checkOut, codes, holders, lockOf, type OpenStore, takeOver, told } from './support/shop';

const done = (): Promise<void> => Promise.resolve();

export function changesContents(open: OpenStore): void {
    describe('changing what is in a file', () => {
        it('ends a check-out once the file was put back, and tells it', async () => {
            const alice = open('alice');
            await checkOut(alice, 'alice', ['a.vnc', 'b.vnc']);
            const placed: string[] = [];
            const requests = [{ path: 'a.vnc', seen: (await lockOf(alice, 'a.vnc'))! }];
            const changed = await alice.undo(requests, 'alice', async (lease, file) => {
                assert.ok(!lease.isLate && (await lease.isOurs()));
                placed.push(file);
            });
            assert.deepEqual([codes(changed), placed], [['done'], ['a.vnc']]);
            assert.deepEqual(await holders(alice), { 'b.vnc': 'alice' });
            assert.equal((await told(alice))[0], 'alice undo a.vnc');
        });

        it('puts back nothing that somebody took over, and of that only', async () => {
            const [alice, bob] = [open('alice'), open('bob')];
            await checkOut(alice, 'alice', ['a.vnc', 'b.vnc']);
            const requests = ['a.vnc', 'b.vnc'];
            const seen = await Promise.all(
                requests.map(async (file) => ({ path: file, seen: (await lockOf(alice, file))! })),
            );
            await takeOver(bob, 'bob', 'a.vnc');
            const placed: string[] = [];
            const changed = await alice.undo(seen, 'alice', (_, file) => Promise.resolve(void placed.push(file)));
            assert.deepEqual([codes(changed), placed], [['changedHands', 'done'], ['b.vnc']]);
            assert.deepEqual(await holders(alice), { 'a.vnc': 'bob' });
        });

        it('keeps a file checked out that cannot be put back, and says why', async () => {
            const alice = open('alice');
            await checkOut(alice, 'alice', ['a.vnc', 'b.vnc']);
            const seen = await Promise.all(
                ['a.vnc', 'b.vnc'].map(async (file) => ({ path: file, seen: (await lockOf(alice, file))! })),
            );
            const place = (_: unknown, file: string): Promise<void> =>
                file === 'a.vnc' ? Promise.reject(new CheckoutError('fileNotRestored', 'It is open.')) : done();
            await assert.rejects(alice.undo(seen.slice(0, 1), 'alice', place), { code: 'fileNotRestored' });
            const changed = await alice.undo(seen, 'alice', place);
            assert.deepEqual(codes(changed), ['notReplaced', 'done']);
            assert.deepEqual(await holders(alice), { 'a.vnc': 'alice' });
        });

        it('has nobody take a file over while its content is being replaced', async () => {
            const [alice, bob] = [open('alice'), open('bob')];
            await checkOut(alice, 'alice', ['a.vnc']);
            const seen = (await lockOf(bob, 'a.vnc'))!;
            const order: string[] = [];
            let taking: Promise<unknown> = done();
            await alice.undo([{ path: 'a.vnc', seen }], 'alice', async () => {
                taking = bob
                    .takeOver([{ path: 'a.vnc', seen }], { ...seen, user: 'bob' })
                    .then((changed) => order.push(`take-over ${codes(changed).join()}`));
                // Other things can be done meanwhile, unless all locks are in one file.
                await bob.mark();
                order.push('placed');
            });
            await taking;
            // Which of the two is answered first, once the change is made, is open.
            assert.deepEqual(order, ['placed', 'take-over notCheckedOut']);
        });

        it('restores a content under the lock that was seen, which stays', async () => {
            const [alice, bob] = [open('alice'), open('bob')];
            await checkOut(alice, 'alice', ['a.vnc']);
            const seen = (await lockOf(alice, 'a.vnc'))!;
            const after = { size: 9, sha256: 'ef'.repeat(32) };
            const terms = { contents: new Map([['a.vnc', after]]), restoredFrom: 2, message: 'It ran better' };
            const changed = await alice.replaceContents([{ path: 'a.vnc', seen }], 'alice', done, terms);
            assert.deepEqual(codes(changed), ['done']);
            assert.deepEqual(await lockOf(bob, 'a.vnc'), seen);
            const [event] = (await bob.history({})).events;
            const { action, restoredFrom, message } = event!;
            assert.deepEqual(
                { action, restoredFrom, message },
                { action: 'restore', restoredFrom: 2, message: 'It ran better' },
            );
            assert.deepEqual(codes(await takeOver(bob, 'bob', 'a.vnc')), ['done']);
            let isPlaced = false;
            const place = (): Promise<void> => Promise.resolve(void (isPlaced = true));
            assert.deepEqual(codes(await alice.replaceContents([{ path: 'a.vnc', seen }], 'alice', place)), [
                'changedHands',
            ]);
            assert.ok(!isPlaced);
        });

        it('keeps what was found in files whose locks are as they were seen', async () => {
            const [alice, bob] = [open('alice'), open('bob')];
            await checkOut(bob, 'bob', ['b.vnc']);
            await alice.list();
            await checkOut(bob, 'bob', ['c.vnc']);
            const facts = { number: 1, size: 3, sha256: 'ab'.repeat(32), modified: '' };
            const found = await alice.keepFound(
                ['a.vnc', 'b.vnc', 'c.vnc'].map((file) => ({ path: file, seen: undefined })),
                'alice',
                (_, paths) => Promise.resolve(new Map(paths.map((file) => [file, { found: facts }]))),
            );
            assert.deepEqual([...found], [['a.vnc', facts]]);
            assert.deepEqual((await told(alice)).slice(0, 1), ['alice found a.vnc']);
        });
    });
}
