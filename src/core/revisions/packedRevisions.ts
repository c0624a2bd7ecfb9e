import { unquote } from '../base/jsonText';
import {
    CHECK_OUT_MESSAGE,
    HOST,
    MESSAGE,
    MODIFIED,
    RESTORED_FROM,
    SHA256,
    SIZE,
    TIME,
    USER,
    type RevisionLine,
} from '../history/revisionLine';
import type { RevisionRecord } from './revisionRecord';

/** Where a revision is. */
export type Position = number;

/** No position. */
export const NOWHERE: Position = 0;

const BLOCK_BYTES = 2 ** 18;
// What each revision begins with after its number. Its texts follow, as JSON has them.
const PREVIOUS_AT = 8;
const KEPT_AS_AT = 14;
const LENGTH_AT = 18;
const FLAGS_AT = 22;
const HASH_AT = 23;
const TEXTS_AT = 55;
const POSITION_BYTES = 6;
const HASH_BYTES = TEXTS_AT - HASH_AT;
const IS_FOUND = 1;
const HAS_HOST = 2;
const HAS_HASH = 4;
/** What is kept as text, in this order. */
const TEXTS = [TIME, USER, HOST, MESSAGE, SIZE, SHA256, MODIFIED, RESTORED_FROM] as const;
const WITH_OTHER_MESSAGE = TEXTS.map((field) => (field === MESSAGE ? CHECK_OUT_MESSAGE : field));
type Texts = readonly [string, string, string, string, string, string, string, string];
/** After each text: no line has it in one. */
const SEPARATOR = '\n';
const SEPARATOR_BYTE = 0x0a;
const NO_DIGIT = 255;
/** The digits of a hash by their bytes. */
const DIGITS = Uint8Array.from({ length: 256 }, (_, byte) => {
    const digit = '0123456789abcdef'.indexOf(String.fromCharCode(byte));
    return digit < 0 ? NO_DIGIT : digit;
});

/**
 * The revisions of all files, packed: a history of years has a million, which as objects would take half a gigabyte, and time
 * whenever memory is tidied up. Each knows the one before it of its file.
 */
export class PackedRevisions {
    private readonly blocks: Buffer[] = [];
    private readonly hash = new Uint8Array(HASH_BYTES);
    /** How much of the last block is taken. */
    private used = BLOCK_BYTES;

    /**
     * Keeps the revision that a line names.
     * @param keptAs which of the names of its file it was kept under
     * @param previous the one before it
     */
    add(line: RevisionLine, keptAs: number, previous: Position): Position {
        const { bytes, starts, ends } = line;
        // Most say at the check-out what they are going to do, and nothing at the check-in.
        const fields = ends[MESSAGE] === starts[MESSAGE] && ends[CHECK_OUT_MESSAGE] !== 0 ? WITH_OTHER_MESSAGE : TEXTS;
        const hasHash = this.packHash(bytes, starts[SHA256]!, ends[SHA256]!);
        let length = TEXTS.length;
        for (const field of fields) if (field !== SHA256 || !hasHash) length += ends[field]! - starts[field]!;
        const position = this.allocate(TEXTS_AT + length);
        const block = this.blockOf(position);
        const at = position % BLOCK_BYTES;
        block.writeDoubleLE(line.number, at);
        block.writeUIntLE(previous, at + PREVIOUS_AT, POSITION_BYTES);
        block.writeUInt32LE(keptAs, at + KEPT_AS_AT);
        block.writeUInt32LE(length, at + LENGTH_AT);
        block[at + FLAGS_AT] =
            (line.action === 'found' ? IS_FOUND : 0) | (ends[HOST] === 0 ? 0 : HAS_HOST) | (hasHash ? HAS_HASH : 0);
        if (hasHash) block.set(this.hash, at + HASH_AT);
        let to = at + TEXTS_AT;
        for (const field of fields) {
            // For a few bytes, a call that copies them takes longer.
            const end = field === SHA256 && hasHash ? 0 : ends[field]!;
            for (let from = starts[field]!; from < end; from++) block[to++] = bytes[from]!;
            block[to++] = SEPARATOR_BYTE;
        }
        return position;
    }

    numberAt(position: Position): number {
        return this.blockOf(position).readDoubleLE(position % BLOCK_BYTES);
    }

    /** The revision before one; `NOWHERE` before the first. */
    previousOf(position: Position): Position {
        return this.blockOf(position).readUIntLE((position % BLOCK_BYTES) + PREVIOUS_AT, POSITION_BYTES);
    }

    /** Says which revision comes before one. */
    putBefore(position: Position, previous: Position): void {
        this.blockOf(position).writeUIntLE(previous, (position % BLOCK_BYTES) + PREVIOUS_AT, POSITION_BYTES);
    }

    /** A revision as it was kept. @param names those of its file */
    recordAt(position: Position, names: readonly string[]): RevisionRecord {
        const block = this.blockOf(position);
        const at = position % BLOCK_BYTES;
        const flags = block[at + FLAGS_AT]!;
        const textsAt = at + TEXTS_AT;
        const texts = block.toString('latin1', textsAt, textsAt + block.readUInt32LE(at + LENGTH_AT)).split(SEPARATOR);
        const [time, user, host, message, size, sha256, modified, restoredFrom] = texts as unknown as Texts;
        return {
            number: this.numberAt(position),
            size: Number(size),
            sha256: (flags & HAS_HASH) === 0 ? unquote(sha256) : block.toString('hex', at + HASH_AT, textsAt),
            modified: unquote(modified),
            keptAs: names[block.readUInt32LE(at + KEPT_AS_AT)]!,
            action: (flags & IS_FOUND) === 0 ? 'check-in' : 'found',
            time: unquote(time),
            user: unquote(user),
            ...((flags & HAS_HOST) === 0 ? {} : { host: unquote(host) }),
            message: unquote(message),
            ...(restoredFrom === '' ? {} : { restoredFrom: Number(restoredFrom) }),
            label: '',
            isRemoved: false,
        };
    }

    private allocate(bytes: number): Position {
        if (this.used + bytes > BLOCK_BYTES) {
            // A longer one gets a block of its own.
            this.blocks.push(Buffer.allocUnsafeSlow(Math.max(BLOCK_BYTES, bytes)));
            this.used = 0;
        }
        // From the length of a block on, so that nothing is nowhere.
        const position = this.blocks.length * BLOCK_BYTES + this.used;
        this.used += bytes;
        return position;
    }

    private blockOf(position: Position): Buffer {
        return this.blocks[Math.floor(position / BLOCK_BYTES) - 1]!;
    }

    /** @returns false when it is none */
    private packHash(bytes: Buffer, start: number, end: number): boolean {
        if (end - start !== 2 * HASH_BYTES) return false;
        let all = 0;
        for (let at = start, to = 0; at < end; at += 2, to++) {
            const high = DIGITS[bytes[at]!]!;
            const low = DIGITS[bytes[at + 1]!]!;
            this.hash[to] = (high << 4) | low;
            all |= high | low;
        }
        return all < NO_DIGIT;
    }
}
