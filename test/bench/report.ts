/** One line of the table: ours beside what it is compared with, and whether the target is met. */
export interface Row {
    readonly what: string;
    readonly ours: string;
    readonly reference: string;
    readonly ratio?: number;
    readonly target: string;
    /** Undefined for a line that is there for comparison only, or could not be measured. */
    readonly met: boolean | undefined;
}

/** Some rows under one heading. */
export interface Section {
    readonly title: string;
    /** What was done on each side, and what that includes: Markdown. */
    readonly about: string;
    readonly rows: readonly Row[];
}

/** A row that compares two times, in milliseconds. */
export function compare(what: string, ours: number, reference: number, atMost?: number): Row {
    const ratio = ours / reference;
    return {
        what,
        ours: milliseconds(ours),
        reference: milliseconds(reference),
        ratio,
        target: atMost === undefined ? '' : `<= ${atMost}x`,
        met: atMost === undefined ? undefined : ratio <= atMost,
    };
}

/** A row for a time that has a limit of its own, in milliseconds, or none. */
export function within(what: string, ours: number, atMost?: number): Row {
    return {
        what,
        ours: milliseconds(ours),
        reference: '',
        target: atMost === undefined ? '' : `<= ${milliseconds(atMost)}`,
        met: atMost === undefined ? undefined : ours <= atMost,
    };
}

/** A row for what cannot be measured here. */
export function skipped(what: string, reason: string): Row {
    return { what: `${what}: not measured, because ${reason}`, ours: '', reference: '', target: '', met: undefined };
}

/** The rows as a table for a terminal. */
export function asText(rows: readonly Row[]): string {
    const table = [headings, ...rows.map(cellsOf)];
    const widths = headings.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
    return table
        .map((row) =>
            row
                .map((cell, column) => pad(cell, widths[column]!, column))
                .join('  ')
                .trimEnd(),
        )
        .join('\n');
}

/** The rows as a table of a Markdown page. */
export function asMarkdown(rows: readonly Row[]): string {
    const line = (cells: readonly string[]): string =>
        `| ${cells.map((cell) => cell.trim().replaceAll('|', String.raw`\|`)).join(' | ')} |`;
    return [line(headings), '| --- | ---: | ---: | ---: | --- | --- |', ...rows.map((row) => line(cellsOf(row)))].join(
        '\n',
    );
}

const headings = ['', 'ours', 'reference', 'ratio', 'target', ''];

function cellsOf({ what, ours, reference, ratio, target, met }: Row): string[] {
    const verdict = met === undefined ? '' : met ? 'met' : 'MISSED';
    return [what, ours, reference, ratio === undefined ? '' : `${ratio.toFixed(2)}x`, target, verdict];
}

function pad(cell: string, width: number, column: number): string {
    return column === 0 || column > 3 ? cell.padEnd(width) : cell.padStart(width);
}

function milliseconds(time: number): string {
    if (time >= 1000) return `${(time / 1000).toFixed(2)} s`;
    return `${time.toFixed(time < 10 ? 2 : time < 100 ? 1 : 0)} ms`;
}
