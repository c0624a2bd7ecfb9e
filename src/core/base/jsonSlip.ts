import { plainLine } from './plainText';
import { truncate } from './truncate';

const EXCERPT_LENGTH = 20;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** Some characters of a string, or an escape; a longer piece might take more stack than a regular expression has. */
const STRING_PIECE = /[^"\\\u0000-\u001f]{1,4096}|\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;
const WORD = /true|false|null/y;
const SPACE = /[ \t\r\n]*/y;

/**
 * Where and how a text is not JSON, to be put behind "it is not valid JSON": " (line 3, column 15: “NaN”)". Reads as far as
 * that, without recursion.
 * @param text one that `JSON.parse` refuses, without a byte order mark
 */
export function describeSlip(text: string): string {
    const at = stopIn(text);
    const lines = text.slice(0, at).split(/\r\n|\r|\n/);
    const where = `line ${lines.length}, column ${lines.at(-1)!.length + 1}`;
    if (at >= text.length) return ` (${where}: the end is missing)`;
    const excerpt = plainLine(truncate(pieceAt(text, at), EXCERPT_LENGTH));
    return excerpt === '' ? ` (${where})` : ` (${where}: “${excerpt}”)`;
}

/** What stands at a slip: a word or number as a whole, else one character. */
function pieceAt(text: string, at: number): string {
    const piece = /[\p{L}\p{N}_$.+-]+|./suy;
    piece.lastIndex = at;
    return piece.exec(text)?.[0] ?? '';
}

/** The offset of the first character that JSON does not allow; the length of the text when it only ends too early. */
function stopIn(text: string): number {
    const reader = new Reader(text);
    /** The brackets that are open. */
    const open: ('{' | '[')[] = [];
    for (;;) {
        // A value begins here.
        const first = reader.next();
        if (first === '{' || first === '[') {
            reader.at++;
            if (reader.next() !== (first === '{' ? '}' : ']')) {
                open.push(first);
                if (first === '{' && !reader.takeKey()) return reader.at;
                continue;
            }
            reader.at++;
        } else if (!reader.takeScalar()) return reader.at;
        // A value ended here.
        for (;;) {
            const inside = open.at(-1);
            const next = reader.next();
            if (inside === undefined) return reader.at;
            if (next === ',') break;
            if (next !== (inside === '{' ? '}' : ']')) return reader.at;
            open.pop();
            reader.at++;
        }
        reader.at++;
        if (open.at(-1) === '{' && !reader.takeKey()) return reader.at;
    }
}

/** A text and how far it was read. What cannot be taken leaves it at the character in the way. */
class Reader {
    at = 0;

    constructor(private readonly text: string) {}

    /** The next character that is no space, `''` at the end. */
    next(): string {
        this.take(SPACE);
        return this.text.charAt(this.at);
    }

    takeScalar(): boolean {
        return this.next() === '"' ? this.takeString() : this.take(WORD) || this.take(NUMBER);
    }

    takeKey(): boolean {
        if (this.next() !== '"' || !this.takeString() || this.next() !== ':') return false;
        this.at++;
        return true;
    }

    private takeString(): boolean {
        this.at++;
        while (this.take(STRING_PIECE)) continue;
        if (this.text.charAt(this.at) !== '"') return false;
        this.at++;
        return true;
    }

    private take(pattern: RegExp): boolean {
        pattern.lastIndex = this.at;
        const length = pattern.exec(this.text)?.[0].length ?? 0;
        this.at += length;
        return length > 0;
    }
}
