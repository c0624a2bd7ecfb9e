import { readRegular } from './regularFile';

/** How much of a file is enough to tell text from binary; more than the leader of a tape. */
const SAMPLE_BYTES = 16 * 1024;
const LF = 0x0a;
const CR = 0x0d;

/**
 * Whether a file is binary: it has a NUL near its beginning, as for Git. But NC programs come from punched tapes and old
 * controls: a leader and a trailer of NULs, tape characters (DC1 to DC4, DEL), also with a parity bit, and UTF-16, with
 * its byte order mark or without, are text.
 * @throws the system error; NotReadable for anything else than a file
 */
export async function isBinaryFile(diskPath: string): Promise<boolean> {
    return isBinary(await readRegular(diskPath, Infinity, SAMPLE_BYTES));
}

/** The same of the beginning of a file. @param sample at least 16 KB of it, or all */
export function isBinary(sample: Buffer): boolean {
    if (!sample.includes(0) || isUtf16(sample)) return false;
    const tape = withoutLeader(sample);
    let printable = 0;
    let lines = 0;
    for (const byte of tape) {
        const character = byte & 0x7f; // Without the parity of a tape.
        if (character === LF || character === CR) lines++;
        if (isPrintable(character)) printable++;
        else if (!isTapeControl(character)) return true;
    }
    // Between NULs, a few letters are the header of some other format; a program has lines.
    return lines === 0 || 2 * printable < tape.length;
}

/** Whether a sample is UTF-16 of mostly Latin text: by its mark, or because every other byte is NUL and the rest is text. */
function isUtf16(sample: Buffer): boolean {
    const mark = sample.subarray(0, 2).toString('hex');
    if (mark === 'fffe' || mark === 'feff') return true;
    return [0, 1].some((first) => {
        const pairs = Math.floor(sample.length / 2);
        let latin = 0;
        for (let pair = 0; pair < pairs; pair++) {
            const [low, high] = [sample[2 * pair + first]!, sample[2 * pair + 1 - first]!];
            if (high !== 0) continue;
            if (!isPrintable(low) && !isTapeControl(low) && low < 0xa0) return false;
            if (low !== 0) latin++;
        }
        return 10 * latin > 9 * pairs; // A comment may have other letters.
    });
}

function withoutLeader(sample: Buffer): Buffer {
    const start = sample.findIndex((byte) => byte !== 0);
    const end = sample.findLastIndex((byte) => byte !== 0) + 1;
    return start < 0 ? sample.subarray(0, 0) : sample.subarray(start, end);
}

function isPrintable(character: number): boolean {
    return (character >= 0x20 && character < 0x7f) || character === LF || character === CR || character === 0x09;
}

/** NUL, BS, VT, FF, DC1 to DC4, SUB (the end of a DOS file), DEL; as numbers for each byte of a sample. */
const TAPE_CONTROLS: ReadonlySet<number> = new Set([0x00, 0x08, 0x0b, 0x0c, 0x11, 0x12, 0x13, 0x14, 0x1a, 0x7f]);

function isTapeControl(character: number): boolean {
    return TAPE_CONTROLS.has(character);
}
