import * as assert from 'node:assert/strict';
import {
    mkdirSync,
    readdirSync,
    readFileSync,
    rmSync,
    statSync,
    symlinkSync,
    utimesSync,
    writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import * as path from 'node:path';
import type { CheckOutKey } from '../../../src/core/revisions/checkOutRecords';
import { describeLoss } from '../../../src/core/revisions/loss';
import { KEPT_FOR, VersionStore } from '../../../src/core/revisions/versionStore';
import { skipUnless } from '../../support/skips';
import { temporaryFolder } from '../support/temporaryFolder';

const DAY = 24 * 60 * 60_000;
const LARGEST = 10 * 2 ** 20;

describe('The version at check-out', () => {
    const folder = temporaryFolder();
    const root = (): string => path.join(folder(), 'repo');
    const file = (): string => path.join(root(), 'A.vnc');
    const storage = (...parts: string[]): string => path.join(folder(), 'storage', ...parts);
    let key: CheckOutKey;
    let kept: VersionStore;

    /** What a check-out does. */
    async function keep(of = key, largest = LARGEST, signal?: AbortSignal): Promise<void> {
        await kept.note(of, statSync(file()));
        await kept.keep(of, file(), largest, signal === undefined ? {} : { signal });
    }
    /** Writes at another time than before: two writes in one tick of the clock are none. */
    function write(text: string | Buffer, later = 5000): void {
        writeFileSync(file(), text);
        utimesSync(file(), new Date(), new Date(Date.now() + later));
    }
    const contents = (): string[] => readdirSync(storage('contents'));
    async function copyText(of = key): Promise<string | undefined> {
        const copy = (await kept.version(of))?.copy;
        return copy === undefined ? undefined : readFileSync(copy, 'utf8');
    }

    beforeEach(() => {
        mkdirSync(root());
        writeFileSync(file(), 'G1 X0\n');
        key = { root: root(), path: 'A.vnc', timestamp: '2026-11-23T10:00:00.000000+00:00' };
        kept = new VersionStore(storage());
    });

    it('is kept as it was, whatever becomes of the file, and known to another window', async () => {
        await keep();
        write('G1 X1\n');
        const elsewhere = new VersionStore(storage());
        assert.equal(readFileSync((await elsewhere.version({ ...key, path: 'a.VNC' }))!.copy!, 'utf8'), 'G1 X0\n');
        rmSync(file());
        assert.equal(await copyText(), 'G1 X0\n');
    });

    it('tells a file that was changed from one that was not or was only written again', async () => {
        await keep();
        assert.equal(await kept.compare(key, file()), 'unchanged');
        write('G1 X0\n');
        assert.equal(await kept.compare(key, file()), 'unchanged');
        write('G1 X1\n');
        assert.equal(await kept.compare(key, file()), 'modified');
        write('G1 X0 Y0\n');
        assert.equal(await kept.compare(key, file()), 'modified');
        assert.equal(await kept.compare({ ...key, timestamp: 'later' }, file()), 'unknown');
        rmSync(file());
        assert.equal(await kept.compare(key, file()), 'unknown');
    });

    it('is not taken from what was saved before it could be copied', async () => {
        await kept.note(key, statSync(file()));
        write('G1 X2\n');
        await kept.keep(key, file(), LARGEST);
        assert.equal(await copyText(), undefined);
        assert.deepEqual(contents(), []);
        assert.equal(await kept.compare(key, file()), 'modified');
    });

    it('is what was in memory at the check-out, also when the file was saved before it could be copied', async () => {
        const bytes = readFileSync(file());
        await kept.note(key, statSync(file()));
        write('G1 X2\n');
        assert.equal(await kept.keep(key, file(), LARGEST, { bytes }), undefined);
        assert.equal(await copyText(), 'G1 X0\n');
        assert.equal(await kept.compare(key, file()), 'modified');
    });

    it('is not taken from another content with the same size and time', async () => {
        const moment = new Date('2026-03-04T05:06:08Z');
        utimesSync(file(), moment, moment);
        const sha256 = createHash('sha256').update('G1 X0\n').digest('hex');
        await kept.note(key, { ...statSync(file()), sha256 });
        writeFileSync(file(), 'G1 X7\n');
        utimesSync(file(), moment, moment);
        assert.equal(await kept.keep(key, file(), LARGEST), 'changed');
        assert.deepEqual([await copyText(), (await kept.version(key))?.lost], [undefined, 'changed']);
    });

    it('says why there is no copy of it, to another window, too', async () => {
        const lost = async (): Promise<string | undefined> => (await new VersionStore(storage()).version(key))?.lost;
        await keep(key, 3);
        assert.equal(await lost(), 'tooLarge');
        await keep(key, LARGEST, AbortSignal.abort());
        assert.equal(await lost(), 'cancelled');
        await kept.note(key, statSync(file()));
        rmSync(file());
        await kept.keep(key, file(), LARGEST);
        assert.equal(await lost(), 'changed');
        writeFileSync(file(), 'G1 X0\n');
        await kept.note(key, statSync(file()));
        rmSync(storage('contents'), { recursive: true, force: true });
        writeFileSync(storage('contents'), 'no folder');
        await assert.rejects(kept.keep(key, file(), LARGEST));
        assert.equal(await lost(), 'failed');
        for (const loss of ['tooLarge', 'cancelled', 'changed', 'failed', 'removed', undefined] as const)
            assert.match(describeLoss('job12/A.vnc', loss), /^[^/]*\bA\.vnc .*\.$/);
    });

    it('is not copied when it is larger than the limit, when that is cancelled, or from behind a link', async function () {
        skipUnless(this, 'links');
        await keep(key, 3);
        assert.equal(await copyText(), undefined);
        write('G1 X1\n');
        assert.equal(await kept.compare(key, file()), 'modified');
        await keep(key, LARGEST, AbortSignal.abort());
        assert.equal(await copyText(), undefined);
        writeFileSync(path.join(folder(), 'elsewhere.vnc'), 'secret');
        rmSync(file());
        symlinkSync(path.join(folder(), 'elsewhere.vnc'), file());
        await keep();
        assert.equal(await copyText(), undefined);
        assert.deepEqual(contents(), []);
    });

    it('judges a large file by size and time, as reading it again takes too long', async () => {
        write(Buffer.alloc(9 * 2 ** 20), 0);
        await keep();
        assert.equal(await kept.compare(key, file()), 'unchanged');
        write(Buffer.alloc(9 * 2 ** 20));
        assert.equal(await kept.compare(key, file()), 'modified');
    });

    it('keeps the same content once', async () => {
        await keep();
        await keep({ ...key, timestamp: 'later' });
        assert.equal(contents().length, 1);
    });

    it('stays as long as the check-out lasts, and a week longer', async () => {
        await keep();
        const now = Date.now();
        await kept.tidy(() => false, now + 100 * DAY);
        assert.equal(await copyText(), 'G1 X0\n');
        await kept.end(key, now);
        await kept.tidy(() => false, now + KEPT_FOR - 1);
        assert.equal(await copyText(), 'G1 X0\n');
        await kept.tidy(() => false, now + KEPT_FOR);
        assert.equal(await copyText(), undefined);
        assert.deepEqual(contents(), []);
    });

    it('goes a week after somebody else ended the check-out, and takes no copy along that another check-out needs', async () => {
        await keep();
        const other = { ...key, timestamp: 'later' };
        await keep(other);
        const now = Date.now();
        await kept.tidy(({ timestamp }) => timestamp === key.timestamp, now);
        await kept.tidy(() => false, now + KEPT_FOR);
        assert.equal(await kept.version(key), undefined);
        assert.equal(await copyText(other), 'G1 X0\n');
    });

    it('does not clean up a copy whose record is still to be written', async () => {
        await keep();
        rmSync(storage('check-outs'), { recursive: true });
        await kept.tidy(() => true, Date.now());
        assert.equal(contents().length, 1);
    });

    it('of a file is not that of another one whose name differs only in how a letter is composed', async () => {
        const [composed, decomposed] = ['\u00e4.vnc', 'a\u0308.vnc'].map((name) => ({ ...key, path: name }));
        await keep(composed);
        assert.deepEqual([await copyText(composed), await copyText(decomposed)], ['G1 X0\n', undefined]);
        assert.equal(await copyText({ ...key, path: '\u00c4.VNC' }), 'G1 X0\n');
    });

    it('keeps what an undo discarded for 7 days', async () => {
        const now = Date.now();
        assert.ok(await kept.keepUndone(key, { diskPath: file(), was: statSync(file()) }, now - 1000));
        assert.ok(await kept.keepUndone(key, Buffer.from('unsaved'), now));
        const was = statSync(file());
        write('G1 X9\n');
        assert.equal(await kept.keepUndone(key, { diskPath: file(), was }, now), undefined);
        await kept.tidy(() => true, now + 2 * DAY);
        const texts = (await kept.undone(now + 2 * DAY)).map((undone) => readFileSync(kept.copyOf(undone), 'utf8'));
        assert.deepEqual(texts, ['unsaved', 'G1 X0\n']);
        await kept.tidy(() => true, now + KEPT_FOR);
        assert.deepEqual([await kept.undone(now), contents()], [[], []]);
    });

    describe('above the limit for all copies together', () => {
        const BYTES = 1000;
        const at = (minute: number): string => `2026-11-23T10:${String(minute).padStart(2, '0')}:00.000000+00:00`;
        /** A check-out with a content of its own, of a repository that may never be opened again. */
        async function checkOut(minute: number, text = String(minute)): Promise<CheckOutKey> {
            const of = { ...key, path: `${minute}.vnc`, timestamp: at(minute) };
            const disk = path.join(root(), of.path);
            writeFileSync(disk, text.padEnd(BYTES));
            await kept.note(of, statSync(disk));
            await kept.keep(of, disk, LARGEST);
            return of;
        }
        const lossOf = async (of: CheckOutKey): Promise<string | undefined> => {
            const version = await kept.version(of);
            return version?.copy === undefined ? (version?.lost ?? 'forgotten') : undefined;
        };

        it('loses what is needed least first, and tells which check-outs that last have none now', async () => {
            const now = Date.now();
            const [oldest, older, newest] = [await checkOut(1), await checkOut(2), await checkOut(3)];
            const ended = await checkOut(4);
            await kept.end(ended, now - 2000);
            await kept.keepUndone(key, Buffer.from('undone'.padEnd(BYTES)), now - 1000);
            const tidy = async (copies: number): Promise<string[]> =>
                (await kept.tidy(() => false, now, copies * BYTES)).map(({ path: one }) => one);
            assert.deepEqual([await tidy(5), contents().length], [[], 5]);
            assert.deepEqual([await tidy(4), contents().length], [[], 4]);
            assert.deepEqual([await lossOf(ended), (await kept.undone(now)).length], ['removed', 1]);
            assert.deepEqual([await tidy(3.5), (await kept.undone(now)).length], [[], 0]);
            assert.deepEqual(
                [await tidy(2), await lossOf(oldest), await lossOf(older)],
                [['1.vnc'], 'removed', undefined],
            );
            assert.deepEqual(
                [await tidy(1), await lossOf(older), await lossOf(newest)],
                [['2.vnc'], 'removed', undefined],
            );
            assert.deepEqual([await tidy(1), contents().length], [[], 1]);
        });

        it('keeps what an old check-out and a new one have in common as long as the new one needs it', async () => {
            const [first, second, third] = [await checkOut(1, 'same'), await checkOut(2), await checkOut(3, 'same')];
            await kept.tidy(() => false, Date.now(), BYTES);
            assert.deepEqual(
                [await lossOf(first), await lossOf(second), await lossOf(third)],
                [undefined, 'removed', undefined],
            );
        });
    });

    it('says nothing of a check-out whose record is torn', async () => {
        await keep();
        const [name] = readdirSync(storage('check-outs'));
        const whole = readFileSync(storage('check-outs', name!), 'utf8');
        writeFileSync(storage('check-outs', name!), whole.slice(0, 20));
        assert.equal(await kept.compare(key, file()), 'unknown');
        assert.equal(await kept.version(key), undefined);
    });
});
