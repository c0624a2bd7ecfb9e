import { unquote } from '../base/jsonText';
import { formatEvent, isRevisionNumber, type HistoryEvent } from './historyEvent';

/** The texts and numbers in a line, by numbers: of a million lines each microsecond counts. */
export const TIME = 0;
export const FILE = 1;
export const USER = 2;
export const HOST = 3;
export const MESSAGE = 4;
export const CHECK_OUT_MESSAGE = 5;
export const SIZE = 6;
export const SHA256 = 7;
export const MODIFIED = 8;
export const RESTORED_FROM = 9;
export const AFTER_SIZE = 10;
const NUMBER = 11;
const OTHER = 12;
const FIELDS = 13;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const ZERO = 0x30;
const NINE = 0x39;
/** Bytes that stand for themselves in a text of JSON in ASCII. */
const STANDS_FOR_ITSELF = bytesThat(/[ !#-[\]-~]/);
const IS_HEX = bytesThat(/[\da-fA-F]/);
const IS_ESCAPED = bytesThat(/["\\/bfnrt]/);

const BEFORE_TIME = Buffer.from('{"time":"');
const BEFORE_ACTION = Buffer.from(',"action":"');
const ACTIONS = (['check-in', 'found', 'undo'] as const).map((name) => ({ name, source: Buffer.from(`${name}"`) }));
const BEFORE_FILE = Buffer.from(',"file":"');
const BEFORE_USER = Buffer.from(',"user":"');
const BEFORE_HOST = Buffer.from(',"host":"');
const BEFORE_MESSAGE = Buffer.from(',"message":"');
const BEFORE_CHECK_OUT = Buffer.from(',"checkedOut":{"time":"');
const KEPT = Buffer.from(',"kept":true');
const BEFORE_BEFORE = Buffer.from(',"before":{"size":');
const BEFORE_AFTER = Buffer.from(',"after":{"size":');
const BEFORE_REVISION = Buffer.from(',"revision":{"number":');
const BEFORE_SIZE = Buffer.from(',"size":');
const BEFORE_HASH = Buffer.from(',"sha256":"');
const BEFORE_MODIFIED = Buffer.from(',"modified":"');
const BEFORE_RESTORED_FROM = Buffer.from(',"restoredFrom":');
const CLOSE = Buffer.from('}');
const END = Buffer.from('}\n');

/**
 * A check-in, an undo, or something found: nearly all of what a long history tells of revisions. A line of it is recognised
 * only when all of it, byte for byte, is as `formatEvent` writes it. Then it is JSON that says this and nothing else, and
 * need not be parsed.
 */
export class RevisionLine {
    action: 'check-in' | 'found' | 'undo' = 'undo';
    /** The number of the revision that it names; 0 for none. */
    number = 0;
    bytes: Buffer = END;
    /** Where each field is in the bytes, as JSON has it without the quotes; from 0 to 0 when it is missing. */
    readonly starts = new Int32Array(FIELDS);
    readonly ends = new Int32Array(FIELDS);
    /** Behind what was read. */
    private at = 0;

    /**
     * Becomes a line. @param bytes with the line's end
     * @returns whether it is one of these
     */
    read(bytes: Buffer, start: number): boolean {
        this.bytes = bytes;
        this.at = start;
        this.number = 0;
        this.starts.fill(0);
        this.ends.fill(0);
        return (
            this.skip(BEFORE_TIME) &&
            this.text(TIME) &&
            this.skip(BEFORE_ACTION) &&
            this.readAction() &&
            this.skip(BEFORE_FILE) &&
            this.text(FILE) &&
            this.skip(BEFORE_USER) &&
            this.text(USER) &&
            (!this.skip(BEFORE_HOST) || this.text(HOST)) &&
            this.skip(BEFORE_MESSAGE) &&
            this.text(MESSAGE) &&
            (!this.skip(BEFORE_CHECK_OUT) || this.readCheckOut()) &&
            this.skipIfThere(KEPT) &&
            (!this.skip(BEFORE_BEFORE) || this.readContent(OTHER)) &&
            (!this.skip(BEFORE_AFTER) || this.readContent(AFTER_SIZE)) &&
            (!this.skip(BEFORE_REVISION) || this.readRevision()) &&
            (!this.skip(BEFORE_RESTORED_FROM) || isRevisionNumber(this.count(RESTORED_FROM))) &&
            this.skip(END)
        );
    }

    /** The line of an event that was written otherwise. @param event from `parseEvent`, which gives everything its order */
    static of(event: HistoryEvent): RevisionLine {
        const { size = -1 } = event.after ?? {};
        const after = Number.isSafeInteger(size) && size >= 0 ? { size } : undefined;
        const plain: object = {
            ...event,
            from: undefined,
            before: undefined,
            after,
            keptIn: undefined,
            removed: undefined,
        };
        const source = formatEvent(plain as HistoryEvent);
        const line = new RevisionLine();
        if (!line.read(Buffer.from(`${source}\n`), 0)) throw new Error(`This is no such line: ${source}`);
        return line;
    }

    /** Where the next line begins. */
    get end(): number {
        return this.at;
    }

    /** The file that it is about: its path inside the repository. */
    get file(): string {
        return this.fieldAt(FILE) ?? '';
    }

    /** A text or number of the line; undefined where it has none. */
    fieldAt(field: number): string | undefined {
        const [start, end] = [this.starts[field], this.ends[field]];
        return end === 0 ? undefined : unquote(this.bytes.toString('latin1', start, end));
    }

    private readAction(): boolean {
        for (const { name, source } of ACTIONS) {
            if (!this.skip(source)) continue;
            this.action = name;
            return true;
        }
        return false;
    }

    private readCheckOut(): boolean {
        return (
            this.text(OTHER) &&
            this.skip(BEFORE_MESSAGE) &&
            this.text(CHECK_OUT_MESSAGE) &&
            (!this.skip(BEFORE_USER) || this.text(OTHER)) &&
            (!this.skip(BEFORE_HOST) || this.text(OTHER)) &&
            this.skip(CLOSE)
        );
    }

    private readContent(size: number): boolean {
        return this.count(size) >= 0 && (!this.skip(BEFORE_HASH) || this.text(OTHER)) && this.skip(CLOSE);
    }

    private readRevision(): boolean {
        this.number = this.count(NUMBER);
        return (
            isRevisionNumber(this.number) &&
            this.skip(BEFORE_SIZE) &&
            this.count(SIZE) >= 0 &&
            this.skip(BEFORE_HASH) &&
            this.text(SHA256) &&
            this.skip(BEFORE_MODIFIED) &&
            this.text(MODIFIED) &&
            this.skip(CLOSE)
        );
    }

    /** Goes behind these bytes, if they come next. */
    private skip(wanted: Buffer): boolean {
        const { bytes, at } = this;
        for (let index = 0; index < wanted.length; index++) if (bytes[at + index] !== wanted[index]) return false;
        this.at = at + wanted.length;
        return true;
    }

    private skipIfThere(wanted: Buffer): true {
        this.skip(wanted);
        return true;
    }

    /** Goes behind the end of a text. */
    private text(field: number): boolean {
        const { bytes } = this;
        let { at } = this;
        this.starts[field] = at;
        // The line end stands for nothing: no text goes beyond it.
        for (;;) {
            const byte = bytes[at]!;
            if (STANDS_FOR_ITSELF[byte] === 1) at++;
            else if (byte === QUOTE) break;
            else if (byte !== BACKSLASH) return false;
            else if (IS_ESCAPED[bytes[at + 1]!] === 1) at += 2;
            else if (isCodeUnit(bytes, at + 1)) at += 6;
            else return false;
        }
        this.ends[field] = at;
        this.at = at + 1;
        return true;
    }

    /** Goes behind a number. @returns -1 for anything else than a whole one from 0 */
    private count(field: number): number {
        const { bytes } = this;
        let { at } = this;
        this.starts[field] = at;
        let value = 0;
        for (let byte = bytes[at]!; byte >= ZERO && byte <= NINE; byte = bytes[++at]!)
            value = 10 * value + (byte - ZERO);
        const start = this.starts[field];
        if (at === start || (at > start + 1 && bytes[start] === ZERO) || !Number.isSafeInteger(value)) return -1;
        this.ends[field] = at;
        this.at = at;
        return value;
    }
}

/** Whether four hexadecimal digits follow a `u`. */
function isCodeUnit(bytes: Buffer, at: number): boolean {
    if (bytes[at] !== 0x75) return false;
    for (let digit = at + 1; digit <= at + 4; digit++) if (IS_HEX[bytes[digit]!] !== 1) return false;
    return true;
}

function bytesThat(match: RegExp): Uint8Array {
    return Uint8Array.from({ length: 256 }, (_, byte) => (match.test(String.fromCharCode(byte)) ? 1 : 0));
}
