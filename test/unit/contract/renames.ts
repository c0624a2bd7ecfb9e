import * as assert from 'node:assert/strict';
import { CheckoutError } from '../../../src/core/base/errors';
import { checkOut, codes, extensions, holders, lockOf, type OpenStore, told } from './support/shop';

export function renames(open: OpenStore): void {
    const own = (user: string) => ({ user, extensions, onlyOwn: true });
    const following = (user: string) => ({ user, extensions, onlyOwn: false });

    describe('renaming', () => {
        it('takes the lock of a file along, and the history', async () => {
            const [alice, bob] = [open('alice'), open('bob')];
            await checkOut(alice, 'alice', ['a.vnc']);
            const lock = (await lockOf(alice, 'a.vnc'))!;
            const placed: string[] = [];
            const changed = await alice.rename({ from: 'a.vnc', to: 'job/B.vnc' }, own('alice'), (_, file) =>
                Promise.resolve(void placed.push(file)),
            );
            assert.deepEqual(changed.outcomes, [{ path: 'job/B.vnc', from: 'a.vnc', lock }]);
            assert.deepEqual(placed, ['a.vnc']);
            assert.deepEqual(await lockOf(bob, 'job/b.vnc'), lock);
            assert.equal(await lockOf(bob, 'a.vnc'), undefined);
            assert.deepEqual(codes(await checkOut(bob, 'bob', ['a.vnc'])), ['done']);
            assert.deepEqual(await told(bob, 'job/b.vnc'), ['alice rename job/B.vnc', 'alice check-out a.vnc']);
            assert.deepEqual(codes(await alice.checkIn(['job/b.vnc'], 'alice')), ['done']);
        });

        it('changes the letters of a name alone', async () => {
            const alice = open('alice');
            await checkOut(alice, 'alice', ['a.vnc']);
            assert.deepEqual(codes(await alice.rename({ from: 'a.vnc', to: 'A.vnc' }, own('alice'))), ['done']);
            assert.deepEqual(await holders(alice), { 'A.vnc': 'alice' });
        });

        it('takes along everybody’s locks below a folder that was renamed already', async () => {
            const [alice, bob] = [open('alice'), open('bob')];
            await checkOut(alice, 'alice', ['job/a.vnc', 'jobs/a.vnc']);
            await checkOut(bob, 'bob', ['job/op/b.vnc']);
            assert.deepEqual(codes(await alice.rename({ from: 'job', to: 'Done/job' }, own('alice'))), [
                'notTogether',
                'heldByOther',
            ]);
            assert.deepEqual(codes(await alice.rename({ from: 'job', to: 'Done/job' }, following('alice'))), [
                'done',
                'done',
            ]);
            assert.deepEqual(await holders(alice), {
                'jobs/a.vnc': 'alice',
                'Done/job/a.vnc': 'alice',
                'Done/job/op/b.vnc': 'bob',
            });
            assert.deepEqual((await told(alice, 'done/job/op/b.vnc')).slice(0, 2), [
                'alice rename Done/job',
                'bob check-out job/op/b.vnc',
            ]);
        });

        it('gives no name that somebody has, and renames nothing then', async () => {
            const [alice, bob] = [open('alice'), open('bob')];
            await checkOut(alice, 'alice', ['a.vnc']);
            await checkOut(bob, 'bob', ['b.vnc']);
            const place = (): Promise<never> => Promise.reject(new Error('It must not be renamed.'));
            assert.deepEqual(codes(await alice.rename({ from: 'a.vnc', to: 'B.vnc' }, own('alice'), place)), [
                'heldByOther',
            ]);
            assert.deepEqual(codes(await alice.rename({ from: 'free.vnc', to: 'b.vnc' }, own('alice'), place)), [
                'heldByOther',
            ]);
            assert.deepEqual(await holders(alice), { 'a.vnc': 'alice', 'b.vnc': 'bob' });
        });

        it('leaves the locks as they are when the file cannot be renamed', async () => {
            const alice = open('alice');
            await checkOut(alice, 'alice', ['a.vnc']);
            const place = (): Promise<never> => Promise.reject(new CheckoutError('fileNotRenamed', 'It is open.'));
            await assert.rejects(alice.rename({ from: 'a.vnc', to: 'b.vnc' }, own('alice'), place), {
                code: 'fileNotRenamed',
            });
            assert.deepEqual(await holders(alice), { 'a.vnc': 'alice' });
        });

        it('tells of a rename that no lock knows of', async () => {
            const alice = open('alice');
            assert.deepEqual((await alice.rename({ from: 'a.vnc', to: 'b.vnc' }, own('alice'))).outcomes, []);
            assert.deepEqual(await told(alice), ['alice rename b.vnc']);
        });

        it('tells of deletions of files that are checked out, and of no others', async () => {
            const [alice, bob] = [open('alice'), open('bob')];
            await bob.list();
            await checkOut(alice, 'alice', ['job/a.vnc', 'b.vnc']);
            assert.deepEqual(codes(await bob.noteDeletion(['job', 'c.vnc'], 'bob')), ['done']);
            assert.deepEqual(await told(bob, 'job/a.vnc'), ['bob delete job/a.vnc', 'alice check-out job/a.vnc']);
            assert.deepEqual(await holders(bob), { 'job/a.vnc': 'alice', 'b.vnc': 'alice' });
        });
    });
}
