import { layOut } from '../core/base/jsonText';

/** Where the answer goes, and what went wrong. */
export interface Streams {
    readonly stdout: NodeJS.WritableStream;
    readonly stderr: NodeJS.WritableStream;
}

/**
 * A text that may come from other people (a name, a message, a path) as one line that cannot command a terminal: line
 * breaks and tabs become a space, other control characters and those that turn the direction of writing become `\uXXXX`.
 */
export function plain(text: string): string {
    return text
        .replace(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, ' ')
        .replace(/[\p{Cc}\p{Bidi_Control}\p{Cs}\u200b\ufeff]/gu, (character) => {
            return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
        });
}

/** Writes a finished sentence, or a line of a table. */
export function writeLine(stream: NodeJS.WritableStream, text: string): void {
    stream.write(`${plain(text)}\n`);
}

/** Writes JSON as Python's `json.dump(indent=4)` does. ASCII only: what reads it may expect another code page. */
export function writeJson(stream: NodeJS.WritableStream, value: unknown): void {
    stream.write(`${layOut(JSON.stringify(value), 0)}\n`);
}

/** No column becomes wider for the sake of a few long cells, which then stand out. */
const WIDEST = 120;

/** Rows as aligned lines, two spaces between the columns. */
export function alignColumns(rows: readonly (readonly string[])[]): string[] {
    const cells = rows.map((row) => row.map(plain));
    const widths: number[] = [];
    for (const row of cells) {
        row.forEach(
            (cell, column) => (widths[column] = Math.min(WIDEST, Math.max(widths[column] ?? 0, widthOf(cell)))),
        );
    }
    return cells.map((row) =>
        row
            .map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - widthOf(cell))))
            .join('  ')
            .trimEnd(),
    );
}

/** The columns that a text takes in a terminal: none for a combining mark, two for an East Asian character or emoji. */
function widthOf(text: string): number {
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
