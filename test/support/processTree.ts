import { readdirSync, readFileSync } from 'node:fs';

/** A running program. */
interface RunningProgram {
    readonly pid: number;
    readonly parent: number;
    /** Milliseconds of processor time that it used, and its children that have ended. */
    readonly used: number;
}

/** Ticks of a second in which Linux counts processor time. */
const TICK_MS = 10;

/** A program and all that it started, itself first; empty where the system does not tell by files, as Linux does. */
export function processTree(root: number | undefined): RunningProgram[] {
    if (root === undefined || process.platform !== 'linux') return [];
    const all = readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name))
        .flatMap((name) => read(Number(name)) ?? []);
    const tree = all.filter(({ pid }) => pid === root);
    // It grows while it is walked, by the children of each that is in it.
    for (const { pid } of tree) tree.push(...all.filter(({ parent }) => parent === pid));
    return tree;
}

function read(pid: number): RunningProgram | undefined {
    try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
        // The name before may hold anything, also blanks and parentheses.
        const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        // Fields 14 to 17 of the manual page, counted from the third.
        const ticks = fields.slice(11, 15).reduce((sum, text) => sum + Number(text), 0);
        return { pid, parent: Number(fields[1]), used: ticks * TICK_MS };
    } catch (error) {
        // It has ended meanwhile.
        if ((error as NodeJS.ErrnoException).code === undefined) throw error;
        return undefined;
    }
}
