import { writeFileSync } from 'node:fs';

/** The environment variable that names the file for the figures. */
export const figuresVariable = 'CNC_CHECKOUT_BENCH_FIGURES';

/** What one run in a window measured, in milliseconds. */
export interface Figures {
    readonly activated?: number;
    /** How long after each change by a colleague the tree was told to draw it. */
    readonly changesShown?: readonly number[];
    /** From opening a repository to the first rows that VS Code can draw. */
    readonly firstRows?: readonly number[];
    /** From the command to the lock, with the message answered at once, for a file of 1 MB and one of 200 MB. */
    readonly checkedOut?: { readonly small: readonly number[]; readonly big: readonly number[] };
    /** Processor time of the extension host while thousands of files came into an open folder. */
    readonly processorTime?: number;
    /** From the wish to see a file to its editor. */
    readonly opened?: readonly number[];
    /** From the wish to see them to 1,000 revisions of a file, and to 50,000 events by day, that VS Code can draw. */
    readonly revisionRows?: readonly number[];
    readonly eventRows?: readonly number[];
}

/** Hands the figures to the benchmark, which judges them. */
export function tell(figures: Figures): void {
    const file = process.env[figuresVariable];
    if (file === undefined) console.log(figures);
    else writeFileSync(file, JSON.stringify(figures));
}
