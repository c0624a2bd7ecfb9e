import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { spreadsheetCell, terminalLine } from '../../../src/core/base/escape';
import { csvOf, type Separator } from '../../../src/cli/csv';

const SEPARATORS: readonly Separator[] = [',', ';', '\t'];
/** What people type, and what an attacker would. */
const text = fc
    .array(fc.constantFrom(...'=+-@＝＋－＠,;"\'\t\r\n ab1é\u202e\ufeff'), { maxLength: 12 })
    .map((all) => all.join(''));

/** The cells of a row as a spreadsheet reads them. */
function read(csv: string, separator: Separator): string[][] {
    const rows: string[][] = [['']];
    let quoted = false;
    const source = csv.replace(/^\ufeff/, '');
    for (let at = 0; at < source.length; at++) {
        const row = rows.at(-1)!;
        const sign = source[at]!;
        const cell = row.at(-1)!;
        if (quoted && sign === '"' && source[at + 1] === '"') {
            row[row.length - 1] = cell + source[at++]!;
        } else if (sign === '"' && (quoted || cell === '')) quoted = !quoted;
        else if (quoted) row[row.length - 1] = cell + sign;
        else if (sign === separator) row.push('');
        else if (sign === '\n') rows.push(['']);
        else if (sign !== '\r') row[row.length - 1] = cell + sign;
    }
    return rows.slice(0, -1);
}

describe('A table for a spreadsheet', () => {
    it('has no formula, whatever was typed and whichever separator the spreadsheet takes', () => {
        fc.assert(
            fc.property(
                fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 4 }),
                fc.constantFrom(...SEPARATORS),
                fc.constantFrom(...SEPARATORS),
                (rows, written, taken) => {
                    const cells = read(csvOf(rows, written), taken).flat();
                    assert.deepEqual(
                        cells.filter((cell) => /^["\s]*[=@＝＠]|^"*[+\-＋－]/.test(cell)),
                        [],
                    );
                },
            ),
            { numRuns: 2000 },
        );
    });

    it('has each text as one cell of one line, which reads as the terminal shows it but for the mark', () => {
        fc.assert(
            fc.property(fc.tuple(text, text), fc.constantFrom(...SEPARATORS), (row, separator) => {
                const [cells] = read(csvOf([row], separator), separator);
                assert.deepEqual(
                    cells!.map((cell) => cell.replaceAll("'", '')),
                    row.map((cell) => terminalLine(cell).replaceAll("'", '')),
                );
            }),
        );
    });

    it('begins with the mark by which Excel knows UTF-8, and ends its lines as Excel does', () => {
        assert.equal(
            csvOf(
                [
                    ['user', 'message'],
                    ['Jürgen', 'a;b'],
                ],
                ',',
            ),
            '\ufeffuser,message\r\nJürgen,"a;b"\r\n',
        );
        assert.equal(csvOf([['user', 'a,b']], ';'), '\ufeffuser;"a,b"\r\n');
    });

    for (const [typed, cell] of [
        ['=1+1', "'=1+1"],
        ['  -1', "'  -1"],
        ['＝1+1', "'＝1+1"],
        ['"=1+1"', '\'"=1+1"'],
        ['Rev C;=1+1', "Rev C;'=1+1"],
        ['Rev C, =1+1', "Rev C,' =1+1"],
        ['Rev C, -0.2 mm', 'Rev C, -0.2 mm'],
        ['4801247-op2', '4801247-op2'],
        ['a\t=1', 'a =1'],
    ] as const) {
        it(`shows ${JSON.stringify(typed)} as ${cell}`, () => assert.equal(spreadsheetCell(typed), cell));
    }
});
