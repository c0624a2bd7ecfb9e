/** A colleague's computer: does what each line asks for, in their account. */
import { createInterface } from 'node:readline';
import { MutexDirectory } from '../../../src/core/mutex/mutexDirectory';
import { runHere } from '../support/commandLine';

/** What a line asks for: to run the command line, to look at somebody's mutex, or to take one and keep it. */
export type Request =
    | { readonly folder: string; readonly umask: number; readonly args: readonly string[] }
    | { readonly look: string; readonly staleAfter: number }
    | { readonly hold: string; readonly umask: number };

/** What was seen of a mutex. */
export interface Look {
    readonly state: string;
    /** Milliseconds. */
    readonly unchangedFor: number;
    readonly isClosed: boolean;
}

const owner = { user: 'Colleague', host: 'PC' };
const watched = new Map<string, MutexDirectory>();

async function look(directory: string, staleAfter: number): Promise<Look> {
    const mutex = watched.get(directory) ?? new MutexDirectory(directory, owner, staleAfter);
    watched.set(directory, mutex);
    const state = await mutex.look();
    const { unchangedFor = 0, record } = mutex.observed ?? {};
    return { state, unchangedFor, isClosed: record?.isClosed === true };
}

async function answer(request: Request): Promise<unknown> {
    if ('look' in request) return look(request.look, request.staleAfter);
    process.umask(request.umask);
    if ('folder' in request) return runHere(request.folder, request.args);
    const lease = await new MutexDirectory(request.hold, owner, 60_000).take();
    return lease?.isOurs(); // The owner file is written by then.
}

async function work(uid: number, groups: readonly number[]): Promise<void> {
    process.setgroups?.([...groups]);
    process.setgid?.(uid); // A group of one's own, as Debian gives it.
    process.setuid?.(uid);
    for await (const line of createInterface({ input: process.stdin })) {
        console.log(JSON.stringify(await answer(JSON.parse(line) as Request)));
    }
}

const [uid, ...groups] = process.argv.slice(2).map(Number);
void work(uid!, groups);
