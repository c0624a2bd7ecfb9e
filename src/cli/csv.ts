import { stringify } from 'csv-stringify/sync';
import { spreadsheetCell } from '../core/base/escape';

/** What may stand between two cells: a spreadsheet expects a `;` where the comma is the decimal sign. */
export type Separator = ',' | ';' | '\t';

/**
 * A table as Excel reads it (RFC 4180): with a byte order mark, without which Excel takes UTF-8 for another encoding, and
 * with CR LF. Cells with any of the separators are quoted.
 */
export function csvOf(rows: readonly (readonly string[])[], separator: Separator): string {
    return stringify(
        rows.map((row) => row.map(spreadsheetCell)),
        { bom: true, delimiter: separator, record_delimiter: '\r\n', quoted_match: /[,;\t]/ },
    );
}
