import { mkdir, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import type { Repository } from '../../src/core/repository/repository';
import { Crowd, type CrowdOptions } from '../unit/support/crowd';
import { has } from '../support/skips';
import { skipped, within, type Row } from './report';
import { openShop } from './shop';

const PROCESSES = 4;
const CLIENTS = 200;
/** The default of the setting, in milliseconds. */
const POLL_INTERVAL = 2000;
const CHANGES = 10;

const files = ['a.vnc', 'b.vnc'] as const;

/** What 200 clients cost a share while nothing happens, and how soon a change reaches the last of them. */
export async function benchCrowd(folder: string): Promise<Row[]> {
    const shop = await makeShop(folder);
    return [
        ...(await countCalls(folder)),
        ...(await spread(folder, shop, 'by the poll alone, as over a network', false)),
        ...(await spread(folder, shop, 'with file events', true)),
    ];
}

async function makeShop(folder: string): Promise<Repository> {
    const root = path.join(folder, 'repo');
    await mkdir(root);
    for (const name of files) await writeFile(path.join(root, name), '');
    const shop = openShop(folder, 'Alice');
    await shop.refresh();
    // With no locks file at all a poll has to tell whether the share is there, which is one call more.
    await shop.checkOut([files[1]], '');
    return shop;
}

/** With faster polls than in life, so that it does not take minutes. */
async function countCalls(folder: string): Promise<Row[]> {
    const unseen = 'system calls on the share per poll, for a window that nobody looks at';
    if (!has('systemCalls')) return [skipped(unseen, 'that takes Linux and strace')];
    return [
        countRow(unseen, await callsInPoll(folder, false), 1),
        countRow(
            'system calls on the share per poll, with the rows of one folder in view',
            await callsInPoll(folder, true),
        ),
    ];
}

async function callsInPoll(folder: string, inView: boolean): Promise<number> {
    const crowd = await Crowd.start(PROCESSES, options(folder, { pollInterval: 500, byEvents: true, inView }), folder);
    // What came into view just now is read twice before its time is believed.
    if (inView) await crowd.poll(21);
    const polls = await crowd.poll(10);
    const calls = await crowd.end();
    return calls.length / polls;
}

async function spread(folder: string, shop: Repository, how: string, byEvents: boolean): Promise<Row[]> {
    const crowd = await Crowd.start(
        PROCESSES,
        options(folder, { pollInterval: POLL_INTERVAL, byEvents, inView: false }),
    );
    const seen: { readonly slowest: number; readonly reads: number }[] = [];
    for (let change = 0; change < CHANGES; change++) {
        seen.push(
            await (change % 2 === 0
                ? crowd.see(files[0], 'Alice', () => shop.checkOut([files[0]], ''))
                : crowd.see(files[0], undefined, () => shop.checkIn([files[0]]))),
        );
    }
    await crowd.end();
    const slowest = Math.max(...seen.map((one) => one.slowest));
    const reads = seen.reduce((sum, one) => sum + one.reads, 0) / CLIENTS / CHANGES;
    return [
        within(`a change is known to all ${CLIENTS} ${how}: the slowest of ${CHANGES} changes`, slowest, POLL_INTERVAL),
        countRow(`   reads of the locks file for it, per client`, reads),
    ];
}

function options(folder: string, others: Pick<CrowdOptions, 'pollInterval' | 'byEvents' | 'inView'>): CrowdOptions {
    return { folder, clients: CLIENTS / PROCESSES, ...others };
}

function countRow(what: string, count: number, atMost?: number): Row {
    return {
        what,
        ours: count.toFixed(2),
        reference: '',
        target: atMost === undefined ? '' : `<= ${atMost}`,
        met: atMost === undefined ? undefined : count <= atMost,
    };
}
