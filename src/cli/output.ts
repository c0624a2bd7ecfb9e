import { styleText } from 'node:util';
import { terminalLine } from '../core/base/escape';
import { escapeNonAscii } from '../core/base/jsonText';
import { truncate } from '../core/base/truncate';

/** Where the answer goes, and what went wrong. */
export interface Streams {
    readonly stdout: NodeJS.WritableStream;
    readonly stderr: NodeJS.WritableStream;
}

/** The answer cannot be written to the file that was named. The message is a complete sentence. */
export class OutputFailure extends Error {}

/** Writes a sentence or a line of a table. */
export function writeLine(stream: NodeJS.WritableStream, text: string): void {
    stream.write(`${terminalLine(text)}\n`);
}

/** Writes many lines at once, each of which is safe for a terminal already: one call for each takes longer than the rest. */
export function writeLines(stream: NodeJS.WritableStream, lines: readonly string[]): void {
    stream.write(`${lines.join('\n')}\n`);
}

/** Gives a text a colour, where it is read on a terminal that has colours. */
export type Paint = (style: 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan', text: string) => string;

/** What a stream can show: nothing but text in a file or a pipe, or where NO_COLOR asks for that. */
export function painterOf(stream: NodeJS.WritableStream): Paint {
    const terminal = stream as Partial<NodeJS.WriteStream>;
    const isColoured = terminal.isTTY === true && terminal.hasColors?.() === true;
    return (style, text) => (isColoured && text !== '' ? styleText(style, text) : text);
}

/** Writes JSON as Python's `json.dump(indent=4)` does. ASCII only: the reader may expect another code page. */
export function writeJson(stream: NodeJS.WritableStream, value: unknown): void {
    stream.write(`${escapeNonAscii(JSON.stringify(value, undefined, 4))}\n`);
}

/** A long JSON list, made of pieces, which reads as `writeJson` writes it. */
export class JsonRows {
    private readonly pieces: string[] = [];

    add(values: readonly unknown[]): void {
        // Without the brackets and the line breaks inside them.
        if (values.length > 0) this.pieces.push(escapeNonAscii(JSON.stringify(values, undefined, 4).slice(2, -2)));
    }

    write(stream: NodeJS.WritableStream): void {
        stream.write(this.pieces.length === 0 ? '[]\n' : `[\n${this.pieces.join(',\n')}\n]\n`);
    }
}

const NAME_LENGTH = 60;

/** "Dave on CAM-07": who did something, for a column or a sentence. */
export function whoOf(user: string, host: string | undefined): string {
    const [name, computer] = [user, host ?? ''].map((text) => truncate(text.trim(), NAME_LENGTH));
    return computer === '' ? name! : `${name} on ${computer}`;
}

/** Longer cells stick out instead of widening their column. */
const MAX_COLUMN_WIDTH = 120;

/**
 * Rows as aligned lines, two spaces between the columns.
 * @param paint gives a cell a colour
 */
export function alignColumns(
    rows: readonly (readonly string[])[],
    paint: (cell: string, column: number, row: number) => string = (cell) => cell,
): string[] {
    const cells = rows.map((row) => row.map(terminalLine));
    const widths: number[] = [];
    for (const row of cells) {
        row.forEach(
            (cell, column) =>
                (widths[column] = Math.min(MAX_COLUMN_WIDTH, Math.max(widths[column] ?? 0, widthOf(cell)))),
        );
    }
    return cells.map((row, index) => {
        const last = row.findLastIndex((cell) => cell !== '');
        return row
            .slice(0, last + 1)
            .map((cell, column) => {
                const missing = column === last ? 0 : Math.max(0, (widths[column] ?? 0) - widthOf(cell));
                return paint(cell, column, index) + ' '.repeat(missing);
            })
            .join('  ');
    });
}

/** The width of a text in a terminal: 0 for a combining mark, 2 for an East Asian character or an emoji. */
function widthOf(text: string): number {
    if (isPrintableAscii(text)) return text.length;
    let width = 0;
    for (const character of text) {
        if (/[\p{Mn}\p{Me}\p{Cf}]/u.test(character)) continue;
        width +=
            /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\p{Emoji_Presentation}]/u.test(
                character,
            )
                ? 2
                : 1;
    }
    return width;
}

/** Whether a text holds nothing that needs a closer look, as nearly all names do. */
function isPrintableAscii(text: string): boolean {
    return /^[ -~]*$/.test(text);
}
