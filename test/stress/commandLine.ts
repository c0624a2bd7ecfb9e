import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { root } from '../support/root';
import { type Clock, environmentOf } from './clocks';
import type { Crew } from './crew';
import { type Answer, type Holder, Recorder } from './history';
import { type Launch, launchHere } from './launch';
import type { Random } from './random';
import { saysUnrecorded } from './recorded';
import type { Shop } from './shop';
import type { WorkerPlan } from './worker';

interface Reply {
    readonly ok: boolean;
    readonly revision?: number;
    readonly error?: { readonly code: string; readonly holder?: Holder };
}

/** Somebody who uses the command line again and again, each time a new process that may be hit like any other. */
export async function useCommandLine(
    user: string,
    clock: Clock,
    folder: string,
    scene: {
        readonly shop: Shop;
        readonly crew: Crew;
        readonly random: Random;
        readonly isOver: () => boolean;
        readonly lockServer?: WorkerPlan['lockServer'];
    },
    launch: Launch = launchHere,
): Promise<void> {
    const { shop, crew, random, isOver, lockServer } = scene;
    const recorder = new Recorder(shop.history().file);
    for (let turn = 0; !isOver(); turn++) {
        const operation = random.fraction() < 0.5 ? 'checkOut' : 'checkIn';
        const files = [
            ...new Set(Array.from({ length: random.fraction() < 0.8 ? 1 : 3 }, () => random.pick(shop.files))),
        ];
        const message = operation === 'checkOut' ? `${user}.${turn}` : '';
        const ended = files.map((file) =>
            recorder.begin({ who: `command line of ${user}`, user, operation, file, message, turn }),
        );
        const who =
            lockServer === undefined ? ['--user', user] : ['--lock-server', lockServer.address, '--no-revision'];
        const options = ['--root', folder, ...who, '--timeout', '60', '--json'];
        const command =
            operation === 'checkOut' ? ['check-out', ...files, '--message', message] : ['check-in', ...files];
        const env = {
            ...environmentOf(clock, shop.clockFile),
            ...(lockServer && { PGUSER: user, PGPASSWORD: lockServer.password }),
        };
        const { child } = launch(folder, join(root, 'dist', 'cli.js'), [...command, ...options], env, 'output');
        crew.enlist(child);
        const { answers, isUnrecorded } = await outcomeOf(child, files.length);
        ended.forEach((end, index) => end(answers[index]!, undefined, isUnrecorded));
    }
    recorder.close();
}

async function outcomeOf(
    child: ChildProcess,
    count: number,
): Promise<{ readonly answers: readonly Answer[]; readonly isUnrecorded: boolean }> {
    const [output, errors, [code]] = await Promise.all([
        text(child.stdout!),
        text(child.stderr!),
        once(child, 'close') as Promise<[number | null]>,
    ]);
    const isUnrecorded = saysUnrecorded(errors);
    if (code === 0 || code === 1) return { answers: (JSON.parse(output) as Reply[]).map(answerOf), isUnrecorded };
    const all = (answer: Answer): Answer[] => Array.from({ length: count }, () => answer);
    // Killed: what it had said by then may be only a part.
    if (code === null) return { answers: all({ kind: 'none' }), isUnrecorded };
    // The command line tells people, not programs, why a call could not be carried out.
    const failure = failureIn(errors);
    return { answers: all({ kind: 'failed', code: failure, message: errors.trim() }), isUnrecorded };
}

function answerOf({ error, revision }: Reply): Answer {
    if (error === undefined) return { kind: 'done', ...(revision === undefined ? {} : { revision }) };
    const { code, holder } = error;
    return { kind: 'refused', code, holder: holder && { user: holder.user, message: holder.message } };
}

/** The code of an error of which only the sentence is told. */
function failureIn(errors: string): string {
    // Of several files, only some may be: the sentence names the first.
    if (/could not be confirmed|did not confirm the change|checked out by you now, but/.test(errors)) {
        return 'changeUnconfirmed';
    }
    if (/cannot be reached|takes no changes now/.test(errors)) return 'serverUnreachable';
    if (errors.includes('nothing was checked in')) return 'revisionNotKept';
    return errors.includes('another program keeps it open') ? 'locksFileNotWritable' : 'couldNotRun';
}
