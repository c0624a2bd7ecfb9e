import { writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { Member } from '../unit/support/member';
import { start, stop } from '../support/processes';
import { median } from './measure';
import { within, type Row } from './report';

const WRITERS = 8;
/** One writer and all of them in turn, so that a slow minute of the computer hits both. */
const TURNS = 5;
/** Milliseconds of a turn. */
const TIME = 2000;

/** One writer's changes, and those of eight who never stop, each a process of its own. */
export async function benchContention(folder: string): Promise<Row[]> {
    const [one, all] = [await startWriters(folder, 1), await startWriters(folder, WRITERS)];
    const [alone, waits]: [number[], number[]] = [[], []];
    for (let turn = 0; turn < TURNS; turn++) {
        alone.push(...(await writeTogether(one)));
        waits.push(...(await writeTogether(all)));
    }
    await Promise.all([...one, ...all].map(({ process: writer }) => stop(writer)));
    waits.sort((first, second) => first - second);
    const fair = WRITERS * median(alone);
    const last = waits[Math.floor(waits.length * 0.99)]!;
    const throughput = waits.length / alone.length;
    return [
        {
            what: `${WRITERS} writers at once / one writer, changes per second`,
            ours: rate(waits),
            reference: rate(alone),
            ratio: throughput,
            target: '>= 0.8x',
            met: throughput >= 0.8,
        },
        {
            what: `the slowest 1 % of their changes / a fair share (${WRITERS} x one writer's median)`,
            ours: `${last.toFixed(1)} ms`,
            reference: `${fair.toFixed(1)} ms`,
            ratio: last / fair,
            target: '<= 4x',
            met: last <= 4 * fair,
        },
        within('their longest wait', waits.at(-1)!),
    ];
}

async function startWriters(folder: string, count: number): Promise<Member<number>[]> {
    const locksFile = path.join(folder, `${count}.json`);
    await writeFile(locksFile, '{}');
    const writers = Array.from({ length: count }, (_, index) => {
        const args = [path.join(__dirname, 'contentionWorker.js'), locksFile, `W${index}`];
        return new Member<number>(start(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }));
    });
    await Promise.all(writers.map((writer) => writer.next()));
    return writers;
}

/** @returns how long each change took, in milliseconds */
async function writeTogether(writers: readonly Member<number>[]): Promise<number[]> {
    for (const writer of writers) writer.send(TIME);
    const waits = await Promise.all(writers.map((writer) => writer.next()));
    return waits.flatMap((each) => each as number[]);
}

function rate(waits: readonly number[]): string {
    return `${(waits.length / ((TURNS * TIME) / 1000)).toFixed(0)} /s`;
}
