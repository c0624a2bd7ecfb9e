/** Programs that are renamed to and fro have two names, of which one is there at a time. */
const PAIRED = /^(turned\d+)-(left|right)\.mcam$/;

/** The two names of a program that is renamed. @param index which one */
export function namesOfPair(index: number): readonly [string, string] {
    return [`turned${index}-left.mcam`, `turned${index}-right.mcam`];
}

/** The other name of a program; undefined for one that keeps its name. */
export function otherNameOf(file: string): string | undefined {
    const [, stem, side] = PAIRED.exec(file) ?? [];
    return stem === undefined ? undefined : `${stem}-${side === 'left' ? 'right' : 'left'}.mcam`;
}

/** What names one program under both of its names. */
export function programOf(file: string): string {
    return PAIRED.exec(file)?.[1] ?? file;
}

/** What belongs to each program, under whichever name. */
export function byProgram<T extends { readonly file: string }>(all: readonly T[]): Map<string, T[]> {
    const programs = new Map<string, T[]>();
    for (const one of all) {
        const same = programs.get(programOf(one.file));
        if (same === undefined) programs.set(programOf(one.file), [one]);
        else same.push(one);
    }
    return programs;
}
