import * as assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isBinaryFile } from '../../../src/core/disk/binaryFile';
import { temporaryFolder } from '../support/temporaryFolder';

const PROGRAM = '%\r\nO1234 (KÜHLPLATTE 4801247)\r\nG54 G90\r\nT1 M6\r\nG0 X10.5 Y-3. S4500 M3\r\nM30\r\n%\r\n';
const latin = Buffer.from(PROGRAM, 'latin1');
const bigEndian = Buffer.from(PROGRAM, 'utf16le').swap16();
const nul = (length: number): Buffer => Buffer.alloc(length);
/** Even parity in the highest bit, as ISO tapes have it. */
const punched = Buffer.from(
    Buffer.from(PROGRAM.replace('Ü', 'UE'), 'ascii').map((byte) => {
        return [...byte.toString(2)].filter((bit) => bit === '1').length % 2 === 0 ? byte : byte | 0x80;
    }),
);

describe('A file', () => {
    const folder = temporaryFolder();
    const isBinary = (content: Buffer): Promise<boolean> => {
        writeFileSync(join(folder(), 'a.vnc'), content);
        return isBinaryFile(join(folder(), 'a.vnc'));
    };

    for (const [what, content] of [
        ['in ASCII or Latin-1', latin],
        ['in UTF-8', Buffer.from(PROGRAM, 'utf8')],
        ['that is empty', nul(0)],
        ['behind a leader of NULs', Buffer.concat([nul(3000), latin])],
        ['between a leader and a trailer of NULs', Buffer.concat([nul(300), latin, nul(300)])],
        ['behind a leader, with lines that end as on Unix', Buffer.concat([nul(30), Buffer.from('G0 X1\nM30\n')])],
        [
            'behind a leader, with lines that end as on old controls',
            Buffer.concat([nul(30), Buffer.from('G0 X1\rM30\r')]),
        ],
        ['behind a leader, with tabs between its words', Buffer.concat([nul(30), Buffer.from('\tG0\tX1\t\tY1\t\r\n')])],
        ['with NULs between its blocks', Buffer.from(PROGRAM.replaceAll('\n', '\n\0\0'), 'latin1')],
        [
            'with the characters of a tape',
            Buffer.concat([nul(10), Buffer.from(`\x12\x7f\x7f${PROGRAM}\x14\x13`, 'latin1')]),
        ],
        ['with the parity of a tape', Buffer.concat([nul(100), punched])],
        ['in UTF-16 with its mark', Buffer.from(`\ufeff${PROGRAM}`, 'utf16le')],
        ['in UTF-16, big-endian, with its mark', Buffer.concat([Buffer.from([0xfe, 0xff]), bigEndian])],
        ['in UTF-16 with its mark, in Russian', Buffer.from('\ufeff(ПЛИТА ОХЛАЖДЕНИЯ)\r\nM30\r\n', 'utf16le')],
        [
            'in UTF-16, big-endian, with its mark, in Russian',
            Buffer.from('\ufeff(ПЛИТА ОХЛАЖДЕНИЯ)\r\nM30\r\n', 'utf16le').swap16(),
        ],
        ['in UTF-16 without a mark, with a word in Chinese', Buffer.from(`${PROGRAM}(冷却\u4e01)\r\n`, 'utf16le')],
        ['in UTF-16 without a mark', Buffer.from(PROGRAM, 'utf16le')],
        ['in UTF-16, big-endian, without a mark', bigEndian],
    ] as const) {
        it(`${what} is text`, async () => assert.equal(await isBinary(content), false));
    }

    for (const [what, content] of [
        ['with a header, lengths and NULs', Buffer.from('MCAM\x01\x00\x00\x00\x10\x00\x00\x00plate', 'latin1')],
        ['with two letters and a NUL', Buffer.from('MZ\0')],
        ['of NULs alone', nul(500)],
        ['with a few letters between NULs', Buffer.concat([Buffer.from('Mastercam'), nul(500), Buffer.from('X9')])],
        ['with 16-bit numbers', Buffer.from(Uint16Array.from({ length: 500 }, (_, index) => index).buffer)],
        [
            'with small 16-bit numbers',
            Buffer.from(Uint16Array.from({ length: 300 }, (_, index) => (index % 7) + 1).buffer),
        ],
        ['with lines, and with characters that no tape has', Buffer.from('G0 X1\r\n\0\x01\x02M30\r\n', 'latin1')],
        [
            'with a few lines between NULs',
            Buffer.concat([Buffer.from('Mastercam\r\n'), nul(500), Buffer.from('X9\r\n')]),
        ],
        ['that is a picture', Buffer.from('89504e470d0a1a0a0000000d49484452000000100000001008060000001ff3ff61', 'hex')],
    ] as const) {
        it(`${what} is binary`, async () => assert.equal(await isBinary(content), true));
    }

    it('that is gone is neither', async () => {
        await assert.rejects(isBinaryFile(join(folder(), 'gone')), { code: 'ENOENT' });
    });
});
