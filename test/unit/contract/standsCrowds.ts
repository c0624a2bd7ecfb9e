import * as assert from 'node:assert/strict';
import type { LockStore } from '../../../src/core/locks/lockStore';
import { checkOut, codes, holders, type OpenStore, type Person, told } from './support/shop';

const people: readonly Person[] = ['alice', 'bob', 'carol'];

export function standsCrowds(open: OpenStore): void {
    describe('many at once', () => {
        it('gives each file to one of those who want it, and loses no change', async () => {
            const crowd = people.map((user): [Person, LockStore] => [user, open(user)]);
            const files = Array.from({ length: 6 }, (_, index) => `${index}.vnc`);
            const done = new Map<string, Person[]>();
            await Promise.all(
                crowd.map(async ([user, store]) => {
                    for (const file of files) {
                        const [code] = codes(await checkOut(store, user, [file]));
                        if (code === 'done') done.set(file, [...(done.get(file) ?? []), user]);
                        else assert.equal(code, 'heldByOther');
                    }
                }),
            );
            assert.deepEqual(
                await holders(crowd[0]![1]),
                Object.fromEntries([...done].map(([file, users]) => [file, users.join(' and ')])),
            );
            assert.equal((await told(crowd[0]![1])).length, files.length);
        });
    });
}
