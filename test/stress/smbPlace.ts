import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CheckoutError, describeError } from '../../src/core/base/errors';
import { LocksFile } from '../../src/core/locks/locksFile';
import type { SmbServer } from '../smb/support/smbServer';
import { openSmbShare, type SmbShare } from '../smb/support/smbShare';
import { type Disturbance, repeat } from './disturbances';
import { untilHung } from './hanging';
import type { Place, Shop } from './shop';
import type { Tally } from './tally';
import { PATIENCE } from './window';

/** Milliseconds for which the server stays away at most, in half of the cases; in the other half it is back at once. */
const LONGEST_AWAY = 3000;
/** Milliseconds after which somebody mends a locks file that is missing; who was cut off may still do it before. */
const LONGEST_MISSING = 3000;

/** A share of a real SMB server, seen by two clients. @param isRestarted whether its server is killed again and again */
export async function openSmbPlace(isRestarted: boolean): Promise<Place> {
    const share = await openSmbShare();
    const folder = join(share.folder, 'shop');
    await mkdir(folder);
    const doors = share.mounts.map((mount) => join(mount, 'shop'));
    const isOver = new AbortController();
    return {
        folder,
        doors,
        hung: (tally) => (isRestarted ? mendHung(share, doors, isOver.signal, tally) : untilHung(doors, isOver.signal)),
        isReadByProduct: true,
        disturbances: isRestarted ? [restart(share.server), restoreMissing] : [],
        close: () => {
            isOver.abort();
            return share.close();
        },
    };
}

/**
 * Starts a client anew that does not answer any more, as `smbnetfs` does at times for good when its server goes away.
 * @returns settles, with a finished sentence, when that does not help
 */
async function mendHung(share: SmbShare, doors: readonly string[], isOver: AbortSignal, tally: Tally): Promise<string> {
    const mending = doors.map(async (door, client) => {
        for (;;) {
            const sentence = await untilHung([door], isOver);
            try {
                await share.remount(client === 0 ? 0 : 1);
            } catch (error) {
                return `${sentence} ${describeError(error)}`;
            }
            tally.add('clients started anew');
        }
    });
    return Promise.race(mending);
}

/** Kills the server, mostly while somebody is in the middle of a change, and starts it again. */
function restart(server: SmbServer): Disturbance {
    return (scene) =>
        repeat(scene, 1000, async ({ shop, random, tally }) => {
            if (random.fraction() < 0.8) {
                await untilChanging(shop);
                await delay(random.fraction() * 12);
            }
            await server.restart(random.fraction() < 0.5 ? 0 : random.below(LONGEST_AWAY));
            tally.add('kills of the server');
        });
}

/** Until somebody has prepared what is to take the place of the locks file, for a while at most. */
async function untilChanging({ locksFile }: Shop): Promise<void> {
    for (const started = performance.now(); performance.now() - started < 500;) {
        const inside = await readdir(`${locksFile}.lock`).catch(() => []);
        if (inside.length > 1) return;
    }
}

/** Whether the copy was put in force: not where who was cut off has put back the locks file at this very moment. */
async function restores(locksFile: LocksFile): Promise<boolean> {
    try {
        await locksFile.restoreBackup(new Date());
        return true;
    } catch (error) {
        if (!(error instanceof CheckoutError)) throw error;
        return false;
    }
}

/** What somebody does who is told that the locks file is missing: restores it from its copy. */
const restoreMissing: Disturbance = async ({ shop, tally, isOver }) => {
    const owner = { user: 'Somebody careful', host: 'PC' };
    const locksFile = new LocksFile(shop.locksFile, { owner, timeout: PATIENCE });
    let there = performance.now();
    while (!isOver()) {
        try {
            await locksFile.reader.read();
            there = performance.now();
        } catch (error) {
            if (!(error instanceof CheckoutError)) throw error;
            if (performance.now() - there > LONGEST_MISSING && (await restores(locksFile))) {
                tally.add('restored locks files');
            }
        }
        await delay(100);
    }
};
