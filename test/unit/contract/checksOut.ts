import * as assert from 'node:assert/strict';
import { parseTimestamp } from '../../../src/core/base/time';
import { checkOut, codes, holders, lockOf, type OpenStore, takeOver } from './support/shop';

export function checksOut(open: OpenStore): void {
    describe('checking out and taking over', () => {
        it('gives a file to one, says so to the other, and tells everybody who has it, why and where', async () => {
            const [alice, bob] = [open('alice'), open('bob')];
            const { table, outcomes } = await checkOut(alice, 'alice', ['job/a.vnc'], 'Feed “größer”');
            const lock = table.find('job/a.vnc')!.lock!;
            assert.deepEqual(outcomes, [{ path: 'job/a.vnc', lock }]);
            assert.ok(parseTimestamp(lock.timestamp) !== undefined);
            assert.deepEqual(await lockOf(bob, 'job/a.vnc'), lock);
            const { user, message, host } = lock;
            assert.deepEqual({ user, message, host }, { user: 'alice', message: 'Feed “größer”', host: 'PC' });
            const refused = await checkOut(bob, 'bob', ['job/a.vnc', 'b.vnc']);
            assert.deepEqual(codes(refused), ['heldByOther', 'done']);
            assert.deepEqual(refused.outcomes[0]?.refusal?.holder, lock);
            assert.deepEqual(await holders(alice), { 'job/a.vnc': 'alice', 'b.vnc': 'bob' });
        });

        it('knows a file in every spelling, and keeps the first', async () => {
            const [alice, bob] = [open('alice'), open('bob')];
            await checkOut(alice, 'alice', ['Job/Größe İ.VNC'.normalize('NFC')]);
            for (const spelling of ['job/größe i̇.vnc', 'JOB/GRÖSSE İ.VNC'.replace('SS', 'ß'), 'job/große i̇.vnc']) {
                const isSame = spelling !== 'job/große i̇.vnc';
                const path = spelling.normalize('NFC');
                assert.deepEqual(codes(await checkOut(bob, 'bob', [path])), [isSame ? 'heldByOther' : 'done'], path);
            }
            assert.equal((await alice.list()).table.find('job/GRÖßE i̇.vnc')?.path, 'Job/Größe İ.VNC');
        });

        it('refuses what the rules refuse, each file for itself, and nothing else', async () => {
            const alice = open('alice');
            const wanted = ['a.vnc', 'A.vnc', 'notes.txt', '../x.vnc', 'b.vnc'];
            const changed = await checkOut(alice, 'alice', wanted);
            assert.deepEqual(codes(changed), [
                'done',
                'alreadyMine',
                'extensionNotAllowed',
                'outsideRepository',
                'done',
            ]);
            assert.deepEqual(codes(await checkOut(alice, 'alice', ['a.vnc'])), ['alreadyMine']);
            assert.deepEqual(await holders(alice), { 'a.vnc': 'alice', 'b.vnc': 'alice' });
        });

        it('changes none of files that go together when one is refused', async () => {
            const [alice, bob] = [open('alice'), open('bob')];
            await checkOut(alice, 'alice', ['b.vnc']);
            const terms = { allOrNone: true };
            assert.deepEqual(codes(await checkOut(bob, 'bob', ['a.vnc', 'b.vnc'], '', terms)), [
                'notTogether',
                'heldByOther',
            ]);
            assert.deepEqual(await holders(bob), { 'b.vnc': 'alice' });
            assert.deepEqual(codes(await checkOut(bob, 'bob', ['a.vnc', 'c.vnc'], '', terms)), ['done', 'done']);
        });

        it('takes a file over from the holder that was seen, and from no other', async () => {
            const [alice, bob, carol] = [open('alice'), open('bob'), open('carol')];
            await checkOut(alice, 'alice', ['a.vnc']);
            const seen = (await lockOf(carol, 'a.vnc'))!;
            const { outcomes, table } = await takeOver(bob, 'bob', 'a.vnc');
            assert.deepEqual(outcomes[0]?.previous, seen);
            assert.deepEqual(outcomes[0]?.lock, table.find('a.vnc')?.lock);
            assert.equal(table.find('a.vnc')?.lock?.message, 'Urgent');
            const late = await carol.takeOver([{ path: 'a.vnc', seen }], { ...seen, user: 'carol' });
            assert.deepEqual(codes(late), ['changedHands']);
            assert.deepEqual(codes(await carol.takeOver([{ path: 'b.vnc', seen }], { ...seen, user: 'carol' })), [
                'notCheckedOut',
            ]);
            assert.deepEqual(await holders(alice), { 'a.vnc': 'bob' });
        });

        it('does not refuse by what it saw before, when that is no longer so', async () => {
            const [alice, bob] = [open('alice'), open('bob')];
            await checkOut(alice, 'alice', ['a.vnc']);
            assert.deepEqual(codes(await checkOut(bob, 'bob', ['a.vnc'])), ['heldByOther']);
            await alice.checkIn(['a.vnc'], 'alice');
            assert.deepEqual(codes(await checkOut(bob, 'bob', ['a.vnc'])), ['done']);
        });
    });
}
