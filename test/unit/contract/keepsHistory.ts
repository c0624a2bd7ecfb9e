import * as assert from 'node:assert/strict';
import { parseEvent } from '../../../src/core/history/historyEvent';
import { revisionEvent } from '../../../src/core/history/eventBuilders';
import { checkOut, type OpenStore, takeOver, told } from './support/shop';

const facts = { number: 4, size: 3, sha256: 'ab'.repeat(32), modified: '' };

export function keepsHistory(open: OpenStore): void {
    describe('the history', () => {
        it('tells everything, the newest first, with what it ended', async () => {
            const [alice, bob] = [open('alice'), open('bob')];
            await checkOut(alice, 'alice', ['a.vnc'], 'Feed');
            await takeOver(bob, 'bob', 'a.vnc');
            await bob.checkIn(['a.vnc'], 'bob', { message: 'Ran well' });
            const { events, skipped } = await alice.history({});
            assert.equal(skipped, 0);
            const [checkedIn, taken, checkedOut] = events;
            assert.deepEqual(
                events.map(({ user, action, file, message, host }) => [user, action, file, message, host]),
                [
                    ['bob', 'check-in', 'a.vnc', 'Ran well', 'PC'],
                    ['bob', 'take-over', 'a.vnc', 'Urgent', 'PC'],
                    ['alice', 'check-out', 'a.vnc', 'Feed', 'PC'],
                ],
            );
            assert.deepEqual(taken?.checkedOut, { time: checkedOut!.time, message: 'Feed', user: 'alice', host: 'PC' });
            assert.deepEqual(checkedIn?.checkedOut, { time: taken.time, message: 'Urgent', host: 'PC' });
        });

        it('tells of one file, or of the newest only', async () => {
            const alice = open('alice');
            await checkOut(alice, 'alice', ['a.vnc', 'b.vnc']);
            await alice.checkIn(['a.vnc', 'b.vnc'], 'alice');
            assert.deepEqual(await told(alice, 'A.vnc'), ['alice check-in a.vnc', 'alice check-out a.vnc']);
            const { events } = await alice.history({ limit: 3 });
            assert.deepEqual(
                events.map(({ action, file }) => `${action} ${file}`),
                ['check-in b.vnc', 'check-in a.vnc', 'check-out b.vnc'],
            );
        });

        it('goes on from where it was read, without loss, and leaves out what is not wanted', async () => {
            const [alice, bob] = [open('alice'), open('bob')];
            const first = await alice.historySince();
            assert.deepEqual([first.events, first.isWhole], [[], true]);
            await checkOut(bob, 'bob', ['a.vnc', 'b.vnc']);
            const second = await alice.historySince(first.mark);
            assert.deepEqual(
                second.events.map(({ file }) => file),
                ['a.vnc', 'b.vnc'],
            );
            await bob.checkIn(['b.vnc'], 'bob', {
                revise: () => Promise.resolve(new Map([['b.vnc', { revision: facts }]])),
            });
            await checkOut(bob, 'bob', ['c.vnc']);
            const third = await alice.historySince(second.mark);
            assert.deepEqual([third.events.map(({ file }) => file), third.isWhole], [['b.vnc', 'c.vnc'], false]);
            assert.deepEqual((await alice.historySince(third.mark)).events, []);
            for (const [since, wanted] of [
                [undefined, true],
                [second.mark, false],
            ] as const) {
                const pieces = [];
                for await (const { lines, ...piece } of alice.historyPieces(since)) {
                    pieces.push({ ...piece, lines: lines.toString('utf8').split('\n') });
                }
                const told = pieces.flatMap(({ lines }) => lines).filter((line) => line.includes('"revision":'));
                assert.deepEqual(
                    told.map((line) => parseEvent(line)?.file),
                    ['b.vnc'],
                );
                assert.deepEqual(pieces.at(-1)?.mark, third.mark);
                assert.equal(pieces[0]?.isBeginning, wanted);
            }
            assert.ok((await alice.historyBytes()) > 0);
        });

        it('takes what changes no lock', async () => {
            const [alice, bob] = [open('alice'), open('bob')];
            await checkOut(bob, 'bob', ['a.vnc']);
            const event = revisionEvent('label', 'a.vnc', facts, { user: 'alice', host: 'PC' }, 'ECO 1182');
            await alice.record((table) => Promise.resolve(table.find('a.vnc') === undefined ? [] : [event]));
            const [{ action, message, revision, user } = assert.fail()] = (await bob.history({})).events;
            assert.deepEqual(
                { action, message, revision, user },
                { action: 'label', message: 'ECO 1182', revision: facts, user: 'alice' },
            );
        });
    });
}
