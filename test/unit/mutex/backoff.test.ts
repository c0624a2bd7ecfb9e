import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { Backoff, Turns } from '../../../src/core/mutex/backoff';
import type { ObservedMutex } from '../../../src/core/mutex/staleness';
import { shareMutex, type Costs } from '../support/simulatedWriters';

describe('Backoff', () => {
    let now = 0;
    beforeEach(() => (now = 1_000_000));
    const clock = (): number => now;
    const begin = (wait = 0, change = 10, timeoutMs = 10_000): Backoff =>
        new Backoff({ change, wait }, timeoutMs, clock);
    const holder = (unchangedFor: number): ObservedMutex => ({
        record: { token: 'x', owner: undefined },
        unchangedFor,
    });

    it('begins at once, and tries again after half a change, as long as nobody else is known to wait', () => {
        assert.equal(begin().firstPause(1), 0);
        assert.equal(begin().pause(0.5), 5);
    });

    it('lets those go first who have waited for longer: the longer the wait, the shorter the pauses', () => {
        const late = begin(400);
        assert.equal(late.firstPause(0.5), 20);
        const pauses = [0, 20, 40, 80, 400].map((waited) => {
            now = 1_000_000 + waited;
            return late.pause(0.5);
        });
        assert.deepEqual(pauses, [40, 32, 20, 8, 5]);
    });

    it('pauses in proportion to how long a change takes there: a millisecond or a second', () => {
        const pauses = [1, 1000].map((change) => begin(change * 100, change, 100_000).firstPause(0.5));
        assert.deepEqual(pauses, [2, 2000]);
    });

    it('never pauses for longer than others let it wait', () => {
        assert.equal(begin(12).firstPause(0.5), 6);
        assert.equal(begin(12).pause(0.5), 12);
    });

    it('tries less often the longer a holder shows no sign of life, but at least twice a second', () => {
        const waiting = begin();
        waiting.saw(holder(400));
        assert.equal(waiting.pause(0.5), 100);
        waiting.saw(holder(60_000));
        assert.equal(waiting.pause(0.5), 500);
    });

    it('looks who has it at once, again four times a second, and when time is over', () => {
        const waiting = begin(0, 10, 300);
        assert.ok(waiting.wantsLook);
        waiting.saw(holder(0));
        assert.equal(waiting.wantsLook, false);
        now += 250;
        assert.ok(waiting.wantsLook);
        waiting.saw(holder(0));
        now += 49;
        assert.equal(waiting.wantsLook, false);
        now += 1;
        assert.deepEqual([waiting.wantsLook, waiting.remaining], [true, 0]);
    });

    it('pauses for some random time around the same mean, of a millisecond at least, and ends in time', () => {
        const times = fc.double({ min: 0, max: 1e6, noNaN: true });
        fc.assert(
            fc.property(times, times, times, times, (wait, change, waited, unchangedFor) => {
                now = 1_000_000;
                const waiting = begin(wait, change, 1000);
                waiting.saw(holder(unchangedFor));
                now += waited;
                const [shortest, mean, longest] = [0, 0.5, 1].map((random) => waiting.pause(random));
                assert.deepEqual([shortest, longest], [mean! * 0.5, mean! * 1.5]);
                assert.ok(mean! >= 1 && mean! <= Math.max(500, 1));
                assert.ok(mean! <= Math.max(waiting.remaining, 1));
            }),
        );
    });

    describe('of one process', () => {
        /** A change that took so many milliseconds, after a wait. */
        const change = (turns: Turns, waitMs: number, changeMs: number): void => {
            const waiting = turns.begin(10_000);
            now += waitMs;
            turns.enter(waiting, waitMs > 0);
            now += changeMs;
            turns.leave();
        };

        it('yields to others after it had to wait, longer where changes take longer', () => {
            const pauses = [4, 40].map((changeMs) => {
                const turns = new Turns(clock);
                for (let times = 0; times < 20; times++) change(turns, 10 * changeMs, changeMs);
                return Math.round(turns.begin(10_000).firstPause(0.5));
            });
            assert.deepEqual(pauses, [8, 80]);
        });

        it('does not yield when nobody else is there, and forgets others after a second', () => {
            const turns = new Turns(clock);
            change(turns, 0, 4);
            assert.equal(turns.begin(10_000).firstPause(0.5), 0);
            change(turns, 60, 4);
            assert.ok(turns.begin(10_000).firstPause(0.5) > 0);
            now += 1001;
            assert.equal(turns.begin(10_000).firstPause(0.5), 0);
        });
    });

    const onShare: Costs = { change: 50, between: 2, otherTry: 0.3, late: 1 };
    for (const [where, writers, costs, throughput, slowest] of [
        ['eight on a local disk', 8, undefined, 0.8, 4],
        ['eight on a network share', 8, onShare, 0.8, 4],
        ['two on a local disk', 2, undefined, 0.6, 6],
        ['twenty on a local disk', 20, undefined, 0.6, 6],
    ] as const) {
        it(`lets writers that never stop make nearly as many changes as one alone, each in its turn: ${where}`, () => {
            const sharing = shareMutex(writers, 3000, costs);
            assert.ok(sharing.throughput >= throughput, `${sharing.throughput} of one writer's changes`);
            assert.ok(sharing.slowest <= slowest, `the slowest take ${sharing.slowest} fair shares`);
            assert.ok(sharing.tries <= writers * 1.5, `${sharing.tries} tries for a change`);
        });
    }
});
