import * as assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { CheckoutError } from '../../../src/core/base/errors';
import type { Revise } from '../../../src/core/locks/lockStore';
import { checkOut, codes, holders, lockOf, type OpenStore, takeOver, told } from './support/shop';

const content = { size: 3, sha256: 'ab'.repeat(32) };
const facts = { number: 1, ...content, modified: '2026-11-30T06:00:00.000000+00:00' };

export function checksIn(open: OpenStore): void {
    describe('checking in', () => {
        it('frees the files of their holder, and of nobody else', async () => {
            const [alice, bob] = [open('alice'), open('bob')];
            await checkOut(alice, 'alice', ['a.vnc', 'b.vnc']);
            assert.deepEqual(codes(await bob.checkIn(['a.vnc', 'c.vnc'], 'bob')), ['heldByOther', 'notCheckedOut']);
            const lock = await lockOf(bob, 'a.vnc');
            const { outcomes, table } = await alice.checkIn(['A.vnc'], 'alice', { message: 'Ran well' });
            assert.deepEqual(outcomes, [{ path: 'a.vnc', lock }]);
            assert.deepEqual(
                table.locks().map(({ path: file }) => file),
                ['b.vnc'],
            );
            assert.deepEqual(await holders(bob), { 'b.vnc': 'alice' });
        });

        it('keeps files checked out under a new time, where that is wanted', async () => {
            const alice = open('alice');
            await checkOut(alice, 'alice', ['a.vnc'], 'Feed');
            const first = (await lockOf(alice, 'a.vnc'))!;
            const { outcomes } = await alice.checkIn(['a.vnc'], 'alice', { keep: true });
            const kept = (await lockOf(alice, 'a.vnc'))!;
            assert.deepEqual(outcomes, [{ path: 'a.vnc', lock: first, kept }]);
            assert.deepEqual({ ...kept, timestamp: first.timestamp }, first);
            assert.notEqual(kept.timestamp, first.timestamp);
        });

        it('does not let a holder check in who lost the file meanwhile', async () => {
            const [alice, bob] = [open('alice'), open('bob')];
            await checkOut(alice, 'alice', ['a.vnc']);
            await takeOver(bob, 'bob', 'a.vnc');
            assert.deepEqual(codes(await alice.checkIn(['a.vnc'], 'alice')), ['heldByOther']);
            assert.deepEqual(await holders(alice), { 'a.vnc': 'bob' });
        });

        it('does not end a check-out of another computer, unless that is confirmed', async () => {
            const alice = open('alice');
            await checkOut(alice, 'alice', ['a.vnc']);
            const elsewhere = open('alice');
            Object.assign(ownerOf(elsewhere), { host: 'OTHER' });
            assert.deepEqual(codes(await elsewhere.checkIn(['a.vnc'], 'alice')), ['otherComputer']);
            assert.deepEqual(codes(await elsewhere.checkIn(['a.vnc'], 'alice', { fromOtherComputer: true })), ['done']);
        });

        it('numbers what is checked in, out of a folder that only it has, and tells the number', async () => {
            const alice = open('alice');
            await checkOut(alice, 'alice', ['Job/a.vnc', 'b.vnc']);
            let folder = '';
            const revise: Revise = async (lease, paths) => {
                assert.deepEqual(paths, ['job/A.vnc']);
                assert.ok(!lease.isLate && (await lease.isOurs()));
                folder = lease.temporary('revision');
                writeFileSync(folder, '');
                const number = (await lease.numberAfter?.('job/A.vnc', 6)) ?? 7;
                return new Map([['job/a.vnc', { revision: { ...facts, number }, restoredFrom: 3 }]]);
            };
            const { outcomes } = await alice.checkIn(['job/A.vnc', 'c.vnc'], 'alice', { revise });
            assert.equal(outcomes[0]?.revision, 7);
            assert.throws(() => readdirSync(path.dirname(folder)), { code: 'ENOENT' });
            const [event] = (await alice.history({ file: 'job/a.vnc' })).events;
            assert.deepEqual(event?.revision, { ...facts, number: 7 });
            assert.deepEqual([event?.after, event?.restoredFrom], [content, 3]);
        });

        it('changes nothing when what is checked in cannot be kept', async () => {
            const alice = open('alice');
            await checkOut(alice, 'alice', ['a.vnc']);
            const revise = (): Promise<never> =>
                Promise.reject(new CheckoutError('revisionNotKept', 'The disk is full.'));
            await assert.rejects(alice.checkIn(['a.vnc'], 'alice', { revise }), { code: 'revisionNotKept' });
            assert.deepEqual(await holders(alice), { 'a.vnc': 'alice' });
            assert.deepEqual(await told(alice), ['alice check-out a.vnc']);
        });

        it('says what was in the file at its check-out, and what is in it now', async () => {
            const alice = open('alice');
            const before = { size: 2, sha256: 'cd'.repeat(32) };
            await checkOut(alice, 'alice', ['a.vnc'], '', { contents: new Map([['a.vnc', before]]) });
            await alice.checkIn(['a.vnc'], 'alice', { contents: new Map([['a.vnc', content]]), keep: true });
            await alice.checkIn(['a.vnc'], 'alice', { contents: new Map([['a.vnc', before]]), action: 'undo' });
            const { events } = await alice.history({});
            assert.deepEqual(
                events.map((event) => [event.action, event.before?.size, event.after?.size]),
                [
                    ['undo', 3, 2],
                    ['check-in', 2, 3],
                    ['check-out', undefined, 2],
                ],
            );
        });
    });
}

/** Whom a store takes its user for, to stand at another computer. */
function ownerOf(store: object): { host: string } {
    return 'file' in store
        ? (store.file as { options: { owner: { host: string } } }).options.owner
        : (store as { owner: { host: string } }).owner;
}
