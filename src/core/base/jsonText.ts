/**
 * JSON as text. It keeps what `JSON.parse` forgets (the order of number-like keys, `1.0`, large integers, doubled keys),
 * because the locks file also belongs to programs that we do not know.
 */

/** One member of a JSON object: its key, and the text of its value. */
export interface JsonMember {
    readonly key: string;
    readonly source: string;
}

/** Larger texts are not lists of locks; parsing one could take gigabytes of memory. */
export const LARGEST_MEGABYTES = 32;
/** The same in bytes, and in characters, because what we write is ASCII. */
export const LARGEST_BYTES = LARGEST_MEGABYTES * 2 ** 20;

/** Thrown when a text would become larger than `LARGEST_BYTES`. Indentation can do that to a small one. */
export class OversizedText extends Error {}

const INDENT = '    ';
const BEFORE_KEY = `\n${INDENT}"`;
const AFTER_KEY = '": ';
const END_OF_VALUE = `\n${INDENT}}`;
/**
 * A locks file with values of 500 levels. Python's parser gives up at about a thousand; indentation grows with the square of
 * the depth.
 */
const MAX_DEPTH = 501;

/** Thrown for a text whose lists and objects lie in each other more deeply than any program writes them. */
export class DeepText extends Error {}

/**
 * `JSON.parse` for a text that anybody may have written. It refuses a deeply nested one before anything is built of it:
 * four megabytes of brackets would take a gigabyte of memory.
 * @throws DeepText; SyntaxError for what is not JSON
 */
export function parseJson(text: string): unknown {
    let depth = 0;
    for (let at = 0; at < text.length; at++) {
        const code = text.charCodeAt(at);
        if (code === 0x22) at = endOfString(text, at) - 1;
        else if (code === 0x7d || code === 0x5d) depth--;
        else if (code === 0x7b || code === 0x5b) {
            if (++depth > MAX_DEPTH) throw new DeepText('it is nested too deeply');
        }
    }
    return JSON.parse(text);
}

function isSpace(code: number): boolean {
    return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

/** The offset behind a string; that of the end of the text where the string does not end. */
function endOfString(text: string, start: number): number {
    for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
        let backslashes = 0;
        while (text.charCodeAt(end - 1 - backslashes) === 0x5c) backslashes++;
        if (backslashes % 2 === 0) return end + 1;
    }
    return text.length;
}

function endOfToken(text: string, start: number): number {
    const first = text.charCodeAt(start);
    if (first === 0x22) return endOfString(text, start);
    if (isPunctuation(first)) return start + 1;
    let end = start + 1;
    while (end < text.length && !isSpace(text.charCodeAt(end)) && !isPunctuation(text.charCodeAt(end))) end++;
    return end;
}

function isPunctuation(code: number): boolean {
    return code === 0x7b || code === 0x7d || code === 0x5b || code === 0x5d || code === 0x2c || code === 0x3a;
}

function skipSpace(text: string, start: number): number {
    let at = start;
    while (at < text.length && isSpace(text.charCodeAt(at))) at++;
    return at;
}

function endOfValue(text: string, start: number): number {
    let depth = 0;
    let at = start;
    for (;;) {
        const code = text.charCodeAt(at);
        at = endOfToken(text, at);
        if (code === 0x7b || code === 0x5b) depth++;
        else if (code === 0x7d || code === 0x5d) depth--;
        if (depth === 0) return at;
        at = skipSpace(text, at);
    }
}

/**
 * The members of a JSON object in the order of the text.
 * @param text a JSON object that `parseJson` accepts; anything else gives nonsense
 */
export function readMembers(text: string): JsonMember[] {
    const members: JsonMember[] = [];
    let at = skipSpace(text, skipSpace(text, 0) + 1);
    while (text.charCodeAt(at) !== 0x7d) {
        const keyEnd = endOfString(text, at);
        const quoted = text.slice(at, keyEnd);
        const key = quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);
        const valueStart = skipSpace(text, skipSpace(text, keyEnd) + 1);
        const valueEnd = endOfValue(text, valueStart);
        members.push({ key, source: text.slice(valueStart, valueEnd) });
        at = skipSpace(text, valueEnd);
        if (text.charCodeAt(at) === 0x2c) at = skipSpace(text, at + 1);
    }
    return members;
}

/** Text that needs no escapes. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** A JSON string as Python's `json.dump` writes it: everything outside printable ASCII as `\uXXXX`. */
export function quote(text: string): string {
    if (text.length <= SHORT_LENGTH && PLAIN.test(text)) return `"${text}"`;
    return escapeNonAscii(JSON.stringify(text));
}

/** The text of a JSON string. @param source what is between its quotes */
export function unquote(source: string): string {
    return source.includes('\\') ? (JSON.parse(`"${source}"`) as string) : source;
}

/** Writes each character outside ASCII as `\uXXXX`, so that JSON reads the same in every code page. */
export function escapeNonAscii(source: string): string {
    return source.replace(
        /[\u007f-\uffff]/g,
        (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
}

/**
 * Lays a JSON value out as Python's `json.dump(indent=4)` does. Tokens stay as they are, except that non-ASCII characters
 * become `\uXXXX`.
 * @param source valid JSON
 * @param depth its level of indentation
 * @param largest the most characters that the result may have
 * @throws OversizedText
 */
export function layOut(source: string, depth: number, largest = Infinity): string {
    let out = '';
    let level = depth;
    const newLine = (): string => `\n${INDENT.repeat(level)}`;
    for (let at = skipSpace(source, 0); at < source.length;) {
        const end = endOfToken(source, at);
        const token = source.slice(at, end);
        if (out.length + token.length > largest) throw new OversizedText();
        at = skipSpace(source, end);
        if (token === '{' || token === '[') {
            const closing = source.charAt(at);
            if (closing === '}' || closing === ']') {
                out += token + closing;
                at = skipSpace(source, at + 1);
            } else {
                level++;
                out += token + newLine();
            }
        } else if (token === '}' || token === ']') {
            level--;
            out += newLine() + token;
        } else if (token === ',') out += token + newLine();
        else if (token === ':') out += ': ';
        else out += escapeNonAscii(token);
    }
    return out;
}

/** The inside of a JSON string in ASCII, with its escapes. */
const TEXT = String.raw`[ !#-[\]-~]*(?:\\(?:["\\/bfnrt]|u[\da-fA-F]{4})[ !#-[\]-~]*)*`;
const FIELD = `\n {8}"${TEXT}": "${TEXT}"`;
/** A few short text fields that are laid out already: nearly every lock that was not just added. */
const LAID_OUT = new RegExp(`^\\{${FIELD}(?:,${FIELD})*\n {4}\\}$`);
/** On longer texts a regular expression may run out of stack. */
const SHORT_LENGTH = 4096;

function isLaidOut(source: string): boolean {
    return source.length <= SHORT_LENGTH && LAID_OUT.test(source);
}

/**
 * The members of a JSON object as `joinMembers` writes it, whose values are objects of a few short texts under plain keys: a
 * locks file that only we wrote. Twice as fast as `parseJson` and `readMembers`, since it builds no values.
 * @returns undefined for any other text; what it returns members of is JSON, and has no key twice
 */
export function readLaidOut(text: string): JsonMember[] | undefined {
    const members: JsonMember[] = [];
    const keys = new Set<string>();
    let at = 1;
    if (text.charCodeAt(0) !== 0x7b) return undefined;
    for (;;) {
        if (!text.startsWith(BEFORE_KEY, at)) return undefined;
        const keyStart = at + BEFORE_KEY.length;
        const keyEnd = text.indexOf('"', keyStart);
        const key = text.slice(keyStart, keyEnd);
        const start = keyEnd + AFTER_KEY.length;
        const end = text.indexOf(END_OF_VALUE, start) + END_OF_VALUE.length;
        const source = text.slice(start, end);
        if (key.length > SHORT_LENGTH || !PLAIN.test(key) || !text.startsWith(AFTER_KEY, keyEnd)) return undefined;
        if (!isLaidOut(source)) return undefined;
        if (keys.has(key)) return undefined;
        keys.add(key);
        members.push({ key, source });
        if (text.charCodeAt(end) !== 0x2c) return text.length === end + 2 && text.endsWith('\n}') ? members : undefined;
        at = end + 1;
    }
}

/**
 * Lays the value of a member of an object out as Python's `json.dump(indent=4)` does; see `layOut`.
 * @returns the same string when it is laid out already
 * @throws OversizedText
 */
export function layOutMember(source: string): string {
    return isLaidOut(source) ? source : layOut(source, 1, LARGEST_BYTES);
}

/**
 * Writes a JSON object as Python's `json.dump(indent=4)` does.
 * @param members with their values laid out by `layOutMember`
 * @throws OversizedText
 */
export function joinMembers(members: readonly JsonMember[]): string {
    if (members.length === 0) return '{}';
    let size = 2;
    const lines = members.map(({ key, source }) => {
        const line = `${INDENT}${quote(key)}: ${source}`;
        size += line.length + 2;
        if (size > LARGEST_BYTES) throw new OversizedText();
        return line;
    });
    return `{\n${lines.join(',\n')}\n}`;
}
