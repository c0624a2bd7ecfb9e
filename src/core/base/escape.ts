/**
 * Text that other people may have typed (a name, a message, a path), made safe to show or to print: one function for each
 * place. JSON's is `escapeNonAscii`; what VS Code draws besides is in `ui/textSafety`.
 */

import { plainLine, untrimmedLine } from './plainText';

/** One line for a terminal, in which nothing is hidden and nothing commands it. */
export function terminalLine(text: string): string {
    return untrimmedLine(text);
}

/** A line of a log. */
export function logLine(text: string): string {
    return plainLine(text);
}

/**
 * Where a spreadsheet may see the beginning of a formula: at the beginning of a cell, and after anything that separates
 * cells, because many read a `;` or a tab as the end of a cell although the file was written with another separator. Inside
 * a text, a sign after a blank is no formula: "Rev C, -0.2 mm" stays as it is.
 */
const FORMULA = /^(?=[\s"]*[=+\-@\uff1d\uff0b\uff0d\uff20])|(?<=[,;\t])(?=[\s"]*[=@\uff1d\uff20]|"*[+\-\uff0b\uff0d])/g;

/** A cell of a table that a spreadsheet reads: one line, in which a `'` stands before whatever looks like a formula. */
export function spreadsheetCell(text: string): string {
    return terminalLine(text).replace(FORMULA, "'");
}
