import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { median } from './measure';
import { within, type Row } from './report';

const WRITERS = 8;
/** Milliseconds for which all of them work. */
const TIME = 10_000;

/** One writer's changes, and those of eight who never stop, each a process of its own. */
export async function benchContention(folder: string): Promise<Row[]> {
    const alone = await writeTogether(folder, 1);
    const waits = await writeTogether(folder, WRITERS);
    const fair = WRITERS * median(alone);
    const last = waits[Math.floor(waits.length * 0.99)]!;
    const throughput = waits.length / alone.length;
    return [
        {
            what: `${WRITERS} writers at once / one writer, changes a second`,
            ours: rate(waits),
            reference: rate(alone),
            ratio: throughput,
            target: '>= 0.7x',
            met: throughput >= 0.7,
        },
        {
            what: `the slowest 1 % of their changes / a fair share (${WRITERS} x one writer's median)`,
            ours: `${last.toFixed(1)} ms`,
            reference: `${fair.toFixed(1)} ms`,
            ratio: last / fair,
            target: '<= 6x',
            met: last <= 6 * fair,
        },
        within('their longest wait', waits.at(-1)!),
    ];
}

/** @returns how long each change took, in milliseconds, the shortest first */
async function writeTogether(folder: string, writers: number): Promise<number[]> {
    const locksFile = path.join(folder, `${writers}.json`);
    await writeFile(locksFile, '{}');
    const children = Array.from({ length: writers }, (_, index) =>
        fork(path.join(__dirname, 'contentionWorker.js'), [locksFile, `W${index}`]),
    );
    await Promise.all(children.map((child) => once(child, 'message')));
    const answers = children.map((child) => once(child, 'message'));
    for (const child of children) child.send(TIME);
    const waits = await Promise.all(answers);
    return waits.flatMap(([each]) => each as number[]).sort((one, other) => one - other);
}

function rate(waits: readonly number[]): string {
    return `${(waits.length / (TIME / 1000)).toFixed(0)} /s`;
}
