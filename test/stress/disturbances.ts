import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Failpoint } from '../../src/core/mutex/failpoints';
import { HOUR, setClock } from './clocks';
import type { Blow, Crew } from './crew';
import { now } from './history';
import type { Random } from './random';
import type { Shop } from './shop';
import type { Tally } from './tally';

/** What a disturbance may use. It goes on until it is over. */
export interface Scene {
    readonly shop: Shop;
    readonly crew: Crew;
    readonly random: Random;
    readonly tally: Tally;
    /** Milliseconds without a sign of life after which a mutex is taken over. */
    readonly staleAfter: number;
    readonly isOver: () => boolean;
    /** What has not been done twice yet. */
    readonly due: Set<unknown>;
}

/** Disturbs those who work. */
export type Disturbance = (scene: Scene) => Promise<void>;

const moments: readonly Failpoint[] = ['beforeRename', 'beforeFile', 'beforeRelease', 'movedAside'];

export const killAnybody: Disturbance = (scene) => repeat(scene, 300, ({ crew }) => crew.hit('SIGKILL'));

/** For longer than it takes to be taken over, sometimes a little less; also exactly between a last check and a rename. */
export const stopAnybody: Disturbance = (scene) => repeat(scene, 500, ({ crew }) => crew.hit('SIGSTOP'));

/** Has workers hit themselves at moments of a change that last microseconds. */
export const hitAtMoments = (blow: Blow): Disturbance =>
    function hit(scene) {
        return repeat(scene, 500, ({ crew, random }) => {
            // A mutex is moved aside only where somebody was hit before.
            crew.order({ moment: moments[Math.floor(random.fraction() ** 2 * moments.length)]!, blow });
        });
    };

export const jumpClocks: Disturbance = (scene) =>
    repeat(
        scene,
        10,
        ({ shop, random, tally }) => {
            setClock(shop.clockFile, random.pick([-HOUR, 0, HOUR]));
            tally.add('jumps of a clock');
        },
        0,
    );

/** Takes the mutex in the name of a program that is dead, so that all find it stale at the same moment. */
export const leaveMutex: Disturbance = (scene) =>
    repeat(scene, 300, async ({ shop, crew, tally, staleAfter, isOver }) => {
        const directory = `${shop.locksFile}.lock`;
        const ownerFile = join(directory, 'owner');
        const owner = JSON.stringify({ token: `left ${performance.now()}`, user: 'Zoe', host: 'PC', pid: 1 });
        while (!isOver()) {
            try {
                mkdirSync(directory);
                writeFileSync(ownerFile, owner, { flag: 'wx' });
                break;
            } catch (error) {
                const { code } = error as NodeJS.ErrnoException;
                if (code !== 'EEXIST' && code !== 'ENOENT') throw error;
            }
            await delay(0);
        }
        if (isOver()) return;
        const left = now();
        await delay(staleAfter * 0.8);
        // Before its time nobody can have taken it over, however busy this computer is.
        if (now() - left < staleAfter * 1e6) shop.beforeTakeOver.push(now());
        // They wake up, and find it stale, at the same moment.
        if (process.platform !== 'win32') await crew.freeze(staleAfter * 0.4);
        while (read(ownerFile) === owner) await delay(5);
        tally.add('mutexes left behind');
    });

/** Does it again and again, to people at work: after each time it waits until the locks file has changed so often. */
export async function repeat(
    scene: Scene,
    pause: number,
    action: (scene: Scene) => void | Promise<void>,
    changes = 5,
): Promise<void> {
    const { shop, random, isOver, due } = scene;
    due.add(action);
    for (let count = 1; ; count++) {
        await delay(random.fraction() * pause * 2);
        if (isOver()) return;
        await action(scene);
        if (count === 2) due.delete(action);
        let before = inodeOf(shop.locksFile);
        for (let seen = 0; seen < changes && !isOver();) {
            await delay(10);
            const after = inodeOf(shop.locksFile);
            if (after !== before) seen++;
            before = after;
        }
    }
}

function inodeOf(file: string): number | undefined {
    return statSync(file, { throwIfNoEntry: false })?.ino;
}

function read(file: string): string | undefined {
    try {
        return readFileSync(file, 'utf8');
    } catch {
        return undefined; // Taken over.
    }
}
