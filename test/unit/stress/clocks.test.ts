import * as assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Mutex } from '../../../src/core/mutex/mutex';
import { clearAwayDeadClocks, type Clock, clockObstacle, environmentOf, HOUR, setClock } from '../../stress/clocks';
import { now } from '../../stress/history';
import { skipUnless } from '../../support/skips';
import { Child } from '../support/child';
import { temporaryFolder } from '../support/temporaryFolder';

/** Milliseconds by which one wall clock may be told later than another. */
const SLACK = 600_000;

describe('A wrong clock', function () {
    const folder = temporaryFolder();

    before(function () {
        skipUnless(this, 'wrongClock');
        assert.equal(clockObstacle(), undefined);
    });

    after(clearAwayDeadClocks);

    const offsets: readonly (readonly [Clock, number])[] = [
        ['right', 0],
        ['anHourBehind', -HOUR],
        ['anHourAhead', HOUR],
        ['jumping', 2 * HOUR],
    ];
    for (const [clock, offset] of offsets) {
        it(`is off by ${offset / HOUR} hours when it is ${clock}, and only the wall clock is`, () => {
            const file = join(folder(), 'clock');
            setClock(file, 2 * HOUR);
            const [from, right] = [now(), Date.now()];
            const script = 'console.log(`${Date.now()} ${process.hrtime.bigint()}`)';
            const output = execFileSync(process.execPath, ['-e', script], { env: environmentOf(clock, file) });
            const [wall, monotonic] = output.toString().split(' ').map(Number) as [number, number];
            assert.ok(Math.abs(wall - right - offset * 1000) < SLACK, `${wall - right} ms`);
            assert.ok(monotonic >= from && monotonic <= now());
        });
    }

    /** Whose mutex has shown a sign of life, with the time of its own clock. */
    const hold = async (name: string, clock: Clock, offset: number): Promise<Child> => {
        mkdirSync(join(folder(), name));
        const file = fileOf(name);
        const holder = Child.startIn(environmentOf(clock, ''), 'holdMutex', file, 'Alice', '2000');
        assert.equal(await holder.line(), 'held');
        const owner = (): Stats => statSync(join(`${file}.lock`, 'owner'));
        const sign = (): number => owner().mtimeMs;
        // That it is written at all is no sign of life yet, and has the time of the server.
        while (owner().size === 0) await delay(20);
        for (const before = sign(); sign() === before;) await delay(20);
        assert.ok(Math.abs(sign() - Date.now() - offset * 1000) < SLACK);
        return holder;
    };
    const fileOf = (name: string): string => join(folder(), name, 'locks.json');

    it('leaves nothing of a killed program that would block a new one with its process number', async () => {
        const killed = await hold('killed', 'anHourAhead', HOUR);
        await killed.kill();
        const left = (): string[] => readdirSync('/dev/shm').filter((name) => name.endsWith(`_${killed.process.pid}`));
        assert.notDeepEqual(left(), [], 'faketime leaves nothing behind any more: nothing needs to be cleared away');
        environmentOf('anHourAhead', '');
        assert.deepEqual(left(), []);
    });

    it('of a dead program delays nobody, and of a live one costs it nothing', async () => {
        const [ahead, behind, alive, yardstick] = await Promise.all([
            hold('ahead', 'anHourAhead', HOUR),
            hold('behind', 'anHourBehind', -HOUR),
            hold('alive', 'anHourBehind', -HOUR),
            hold('yardstick', 'right', 0),
        ]);
        await Promise.all([ahead, behind, yardstick].map((holder) => holder.kill()));
        const order: string[] = [];
        const enter = async (name: string, staleAfter: number): Promise<void> => {
            const options = { owner: { user: 'Bob', host: 'PC2' }, timeout: 300_000, staleAfter };
            await new Mutex(fileOf(name), options).run(async () => order.push(name));
        };
        const patient = enter('alive', 2000);
        // Who waits for twice as long before taking over a dead one comes last.
        await Promise.all([enter('ahead', 2000), enter('behind', 2000), enter('yardstick', 4000)]);
        assert.deepEqual(order.slice(0, 2).toSorted(), ['ahead', 'behind']);
        assert.deepEqual(order.slice(2), ['yardstick']);
        alive.proceed();
        assert.deepEqual(await alive.end(), ['true', 'released']);
        await patient;
        assert.equal(order.at(-1), 'alive');
    });
});
