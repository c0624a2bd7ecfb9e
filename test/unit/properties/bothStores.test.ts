import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import * as path from 'node:path';
import type { ChangedLocks, LockStore } from '../../../src/core/locks/lockStore';
import { newLock } from '../../../src/core/locks/holder';
import { checkOut, codes, extensions, fileShop, holders, lockOf, type Person, told } from '../contract/support/shop';
import { useLockServer } from '../support/lockServer';
import { temporaryFolder } from '../support/temporaryFolder';
import { trying } from './support/cases';

type Step = readonly [
    action:
        'check-out' | 'check-in' | 'keep' | 'take-over' | 'undo' | 'restore' | 'rename' | 'follow' | 'delete' | 'found',
    user: Person,
    file: string,
    other: string,
    allOrNone: boolean,
];

const files = ['a.vnc', 'A.vnc', 'b.vnc', 'job/a.vnc', 'JOB/ü.vnc', 'job/op/c.vnc', 'c.txt', '../d.vnc'];
const steps = fc.array(
    fc.tuple(
        fc.constantFrom<Step[0][]>(
            'check-out',
            'check-in',
            'keep',
            'take-over',
            'undo',
            'restore',
            'rename',
            'follow',
            'delete',
            'found',
        ),
        fc.constantFrom<Person[]>('alice', 'bob', 'carol'),
        fc.constantFrom(...files, 'job'),
        fc.constantFrom(...files, 'old'),
        fc.boolean(),
    ),
    { minLength: 1, maxLength: 12 },
);
const nobody = { user: '', timestamp: '', message: '' };
const facts = { number: 1, size: 3, sha256: 'ab'.repeat(32), modified: '' };

/** Does something in a shop. @returns what came of each file */
async function take(store: LockStore, [action, user, file, other, allOrNone]: Step): Promise<readonly string[]> {
    const seen = (await lockOf(store, file)) ?? nobody;
    const place = (): Promise<void> => Promise.resolve();
    const both = [file, other];
    const renaming = { from: file, to: other };
    const does: Record<Step[0], () => Promise<ChangedLocks | ReadonlyMap<string, unknown>>> = {
        'check-out': () => checkOut(store, user, both, 'Feed', { allOrNone }),
        'check-in': () => store.checkIn(both, user, { allOrNone, message: 'Done' }),
        keep: () => store.checkIn([file], user, { keep: true }),
        'take-over': () => store.takeOver([{ path: file, seen }], newLock(user, 'PC', 'Urgent', new Date())),
        undo: () => store.undo([{ path: file, seen }], user, place),
        restore: () => store.replaceContents([{ path: file, seen }], user, place, { restoredFrom: 1 }),
        rename: () => store.rename(renaming, { user, extensions, onlyOwn: true }, place),
        follow: () => store.rename(renaming, { user, extensions, onlyOwn: false }),
        delete: () => store.noteDeletion([file], user),
        found: () =>
            store.keepFound([{ path: 'b.vnc', seen: undefined }], user, (_, paths) =>
                Promise.resolve(new Map(paths.map((each) => [each, { found: facts }]))),
            ),
    };
    const result = await does[action]();
    return 'outcomes' in result ? codes(result) : [...result.keys()];
}

describe('Locks in a file and locks on a server', () => {
    const server = useLockServer({ isPair: false });
    const folder = temporaryFolder();

    it('come to the same by whatever is done, and tell the same of it', async () => {
        let runs = 0;
        await fc.assert(
            fc.asyncProperty(steps, async (sequence) => {
                const name = `shop-${++runs}`;
                const repository = await server().makeRepository();
                const staging = path.join(folder(), 'locks.json');
                const people = ['alice', 'bob', 'carol'] as const;
                const onServer = new Map(people.map((user) => [user, server().open(repository, user, { staging })]));
                const inFile = fileShop(() => folder(), `${name}.json`);
                try {
                    for (const step of sequence) {
                        const [, user] = step;
                        assert.deepEqual(
                            await take(onServer.get(user)!, step),
                            await take(inFile(user), step),
                            step.join(' '),
                        );
                    }
                    const [one, other] = [onServer.get('alice')!, inFile('alice')];
                    assert.deepEqual(sorted(await holders(one)), sorted(await holders(other)));
                    assert.deepEqual(await told(one), await told(other));
                    assert.deepEqual(await told(one, 'job/a.vnc'), await told(other, 'job/a.vnc'));
                } finally {
                    server().closeAll();
                }
            }),
            trying(25, 40),
        );
    });
});

function sorted(held: Record<string, string>): [string, string][] {
    return Object.entries(held).sort(([one], [other]) => (one < other ? -1 : 1));
}
