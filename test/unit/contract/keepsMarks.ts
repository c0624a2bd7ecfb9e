import * as assert from 'node:assert/strict';
import { checkOut, type OpenStore, takeOver } from './support/shop';

export function keepsMarks(open: OpenStore): void {
    describe('watching', () => {
        it('has the same mark as long as nothing changes, and another one after each change', async () => {
            const [alice, bob] = [open('alice'), open('bob')];
            await checkOut(bob, 'bob', ['a.vnc']);
            const marks = [(await alice.list()).mark];
            assert.equal(await alice.mark(), marks[0]);
            const changes = [
                () => checkOut(bob, 'bob', ['b.vnc']),
                () => bob.checkIn(['b.vnc'], 'bob', { keep: true }),
                () => takeOver(alice, 'alice', 'b.vnc'),
                () => alice.checkIn(['b.vnc'], 'alice'),
            ];
            for (const change of changes) {
                await change();
                const mark = await alice.mark();
                assert.ok(!marks.includes(mark));
                assert.equal((await alice.list()).mark, mark);
                marks.push(mark);
            }
        });

        it('gives the locks and their mark with each change, so that nobody has to read them again', async () => {
            const [alice, bob] = [open('alice'), open('bob')];
            await checkOut(alice, 'alice', ['a.vnc']);
            const changed = await checkOut(bob, 'bob', ['a.vnc', 'b.vnc']);
            assert.equal(changed.mark, await bob.mark());
            const listed = await alice.list();
            const told = (table: typeof listed.table): unknown => table.locks().map(({ path, lock }) => [path, lock]);
            assert.deepEqual(told(changed.table), told(listed.table));
        });
    });
}
