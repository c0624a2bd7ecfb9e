import * as assert from 'node:assert/strict';
import { Backoff, Fairness } from '../../../src/core/mutex/backoff';
import type { ObservedMutex } from '../../../src/core/mutex/staleness';

describe('Backoff', () => {
    let now = 0;
    beforeEach(() => (now = 1_000_000));
    const clock = (): number => now;
    const wait = (typicalWait = 0, timeoutMs = 10_000): Backoff => new Backoff(0, timeoutMs, typicalWait, clock);
    const holder = (waited: number, unchangedFor = 0): ObservedMutex => ({
        record: { token: 'x', owner: undefined, waited },
        unchangedFor,
    });

    it('tries again at once as long as nobody is known to wait', () => {
        assert.equal(wait().pause(0.5), 1);
    });

    it('sleeps for most of the time that others wait, and tries more often once that is over', () => {
        const late = wait(400);
        assert.equal(late.pause(0.5), 340);
        now += 340;
        assert.ok(late.pause(0.5) < 40);
        const before = late.pause(0.5);
        now += 400;
        assert.ok(late.pause(0.5) < before / 4);
    });

    it('pauses for random times around the same mean, so that two waiters fall out of step', () => {
        assert.deepEqual([wait(400).pause(0), wait(400).pause(1)], [170, 510]);
    });

    it('learns from what each owner file claims, but believes no nonsense', () => {
        const learning = wait();
        learning.saw(holder(100));
        assert.equal(learning.pause(0.5), 85);
        const fooled = wait();
        fooled.saw(holder(Number.MAX_SAFE_INTEGER));
        assert.ok(fooled.pause(1) <= 750);
        now += 60_000 * 0.85;
        assert.ok(fooled.typicalWaitNow <= 60_000);
    });

    it('tries less often the longer a holder shows no sign of life, but at least twice a second', () => {
        const waiting = wait();
        waiting.saw(holder(0, 400));
        assert.equal(waiting.pause(0.5), 100);
        waiting.saw(holder(0, 60_000));
        assert.equal(waiting.pause(0.5), 500);
    });

    it('looks who has it at once, again after a while, and when time is over', () => {
        const waiting = wait();
        assert.ok(waiting.wantsLook);
        waiting.saw(holder(0));
        assert.equal(waiting.wantsLook, false);
        now += 25;
        assert.ok(waiting.wantsLook);
        const busy = wait(5000, 3000);
        now += 2999;
        assert.equal(busy.wantsLook, false);
        now += 1;
        assert.deepEqual([busy.wantsLook, busy.remaining], [true, 0]);
    });

    it('never sleeps beyond the time at which it gives up', () => {
        assert.equal(wait(5000, 30).pause(0.5), 30);
    });

    describe('of one process', () => {
        it('yields to others after it had to wait, for half of a typical wait and 100 ms at most', () => {
            for (const [waited, yieldMs] of [
                [60, 30],
                [5000, 100],
            ] as const) {
                const fairness = new Fairness(clock);
                const first = fairness.begin(10_000);
                assert.ok(first.yieldMs <= 0);
                now += waited;
                fairness.enter(first, true);
                fairness.leave();
                assert.equal(fairness.begin(10_000).yieldMs, yieldMs);
            }
        });

        it('does not yield when nobody else is there, and forgets others after a second', () => {
            const fairness = new Fairness(clock);
            fairness.enter(fairness.begin(10_000), false);
            fairness.leave();
            assert.ok(fairness.begin(10_000).yieldMs <= 0);
            const second = fairness.begin(10_000);
            now += 60;
            fairness.enter(second, true);
            now += 1001;
            fairness.leave();
            const third = fairness.begin(10_000);
            assert.deepEqual([third.yieldMs <= 0, third.pause(0.5)], [true, 1]);
        });
    });
});
