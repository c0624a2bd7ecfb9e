import { spawnSync } from 'node:child_process';
import { readdirSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installDebianPackages, onPath } from '../support/installed';

/** How the clock of a computer goes. A jumping one shows what `setClock` said last. */
export type Clock = 'right' | 'anHourBehind' | 'anHourAhead' | 'twiceAsFast' | 'jumping';

export const HOUR = 3600;
const offsets = { anHourBehind: `-${HOUR}`, anHourAhead: `+${HOUR}`, twiceAsFast: '+0 x2' } as const;

/** Where faketime keeps what a program shares with its children, under the program's process number. */
const SHARED = '/dev/shm';
const sharedName = /^(?:sem\.)?faketime_(?:sem|shm)_(\d+)$/;

let library: string | undefined;

/** Why no clock can be set wrong here, in a sentence; undefined when it can. Installs faketime if need be. */
export function clockObstacle(): string | undefined {
    if (process.platform !== 'linux') return 'A wrong clock for one program alone needs faketime on Linux.';
    if (onPath('faketime').length === 0 && !installDebianPackages(['faketime'], 'to give programs a wrong clock')) {
        return 'A wrong clock needs faketime: install the package of that name.';
    }
    clearAwayDeadClocks();
    const { status, stdout, stderr } = spawnSync('faketime', ['-m', '-f', '+0', 'printenv', 'LD_PRELOAD'], {
        encoding: 'utf8',
    });
    if (status !== 0) return `faketime cannot be started: ${stderr.trim()}`;
    library = stdout.trim();
    return undefined;
}

/**
 * Clears away what faketime leaves of programs that are killed: it lets no other program of the same process number start,
 * and those are given out again after a while.
 */
export function clearAwayDeadClocks(): void {
    if (process.platform !== 'linux') return;
    for (const name of readdirSync(SHARED)) {
        const pid = sharedName.exec(name)?.[1];
        if (pid === undefined || isAlive(Number(pid))) continue;
        try {
            unlinkSync(join(SHARED, name));
        } catch {
            // Somebody else's, or cleared away by another run.
        }
    }
}

function isAlive(pid: number): boolean {
    try {
        return process.kill(pid, 0);
    } catch (error) {
        return (error as NodeJS.ErrnoException).code !== 'ESRCH';
    }
}

/**
 * The environment in which a program, to be started at once, has such a clock. Only its wall clock is wrong: the monotonic one and the times of files
 * on the server do not come from there.
 * @param file what `setClock` writes
 */
export function environmentOf(clock: Clock, file: string): NodeJS.ProcessEnv {
    if (clock === 'right') return process.env;
    if (library === undefined) throw new Error('faketime was not looked for.');
    clearAwayDeadClocks();
    return {
        ...process.env,
        LD_PRELOAD: library,
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
        NO_FAKE_STAT: '1',
        ...(clock === 'jumping'
            ? { FAKETIME_TIMESTAMP_FILE: file, FAKETIME_NO_CACHE: '1' }
            : { FAKETIME: offsets[clock] }),
    };
}

/** Lets all clocks jump that follow a file. @param offset seconds from the right time */
export function setClock(file: string, offset: number): void {
    writeFileSync(`${file}.new`, `${offset < 0 ? '' : '+'}${offset}`);
    renameSync(`${file}.new`, file);
}
