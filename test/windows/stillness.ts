import { readFileSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Looks in which a program did nothing at all after which it is taken for one that hangs. */
const LOOKS = 30;
const BETWEEN_LOOKS_MS = 2000;

/** Settles once a program has written nothing and used no processor time for many looks; never after the signal. */
export async function stillness(pid: number, output: string, isOver: AbortSignal): Promise<void> {
    let before = '';
    for (let still = 0; still < LOOKS; still++) {
        await delay(BETWEEN_LOOKS_MS, undefined, { ref: false });
        if (isOver.aborted) return new Promise<never>(() => undefined);
        const now = `${processorTimeOf(pid)} ${statSync(output, { throwIfNoEntry: false })?.size}`;
        if (now !== before) still = 0;
        before = now;
    }
}

/** Clock ticks of a process and of the children it waited for. */
function processorTimeOf(pid: number): string {
    try {
        // The name, in parentheses, may have spaces in it.
        return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ').slice(11, 15).join(' ');
    } catch {
        return 'gone';
    }
}
