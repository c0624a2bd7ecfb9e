import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import * as path from 'node:path';
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
    for (const writer of [...one, ...all]) writer.disconnect();
    waits.sort((first, second) => first - second);
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

async function startWriters(folder: string, count: number): Promise<ChildProcess[]> {
    const locksFile = path.join(folder, `${count}.json`);
    await writeFile(locksFile, '{}');
    const writers = Array.from({ length: count }, (_, index) =>
        fork(path.join(__dirname, 'contentionWorker.js'), [locksFile, `W${index}`]),
    );
    await Promise.all(writers.map(answerOf));
    return writers;
}

/** @returns how long each change took, in milliseconds */
async function writeTogether(writers: readonly ChildProcess[]): Promise<number[]> {
    const answers = writers.map(answerOf);
    for (const writer of writers) writer.send(TIME);
    return (await Promise.all(answers)).flatMap((waits) => waits as number[]);
}

/** What a writer says next. One that fails prints why, and would be waited for for ever. */
async function answerOf(writer: ChildProcess): Promise<unknown> {
    const ended = once(writer, 'exit').then(([code]) => {
        throw new Error(`A writer ended with exit code ${code}.`);
    });
    const [answer] = (await Promise.race([once(writer, 'message'), ended])) as [unknown];
    return answer;
}

function rate(waits: readonly number[]): string {
    return `${(waits.length / ((TURNS * TIME) / 1000)).toFixed(0)} /s`;
}
