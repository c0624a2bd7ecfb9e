import * as assert from 'node:assert/strict';
import { readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import * as fc from 'fast-check';
import { OutsideChanges, type LookLimits } from '../../../src/core/repository/outsideChanges';
import { Programmer } from '../support/programmer';
import { temporaryFolder } from '../support/temporaryFolder';

const HOUR_S = 3600;

describe('A change outside', () => {
    const folder = temporaryFolder();
    let bob: Programmer;
    beforeEach(async () => {
        bob = new Programmer(folder(), 'Bob');
        bob.make('a.vnc', 'G0\n');
        await work('G1 X1\n');
        await work('G1 X2\n');
    });
    async function work(text: string, by = bob): Promise<void> {
        await by.checkOut('a.vnc');
        writeFileSync(by.diskPath('a.vnc'), text);
        const { versions } = by;
        const [outcome] = await by.repository.checkIn(['a.vnc'], { versions });
        assert.equal(outcome?.refusal, undefined);
    }
    /** Another window, which has seen nothing yet. */
    function window(limits: Partial<LookLimits> = {}): { looks: OutsideChanges; look: () => Promise<string> } {
        const alice = new Programmer(folder(), 'Alice');
        const looks = new OutsideChanges(alice.repository.revisions, limits);
        const file = { path: 'a.vnc', diskPath: bob.diskPath('a.vnc') };
        const look = async (): Promise<string> => {
            const changes = await looks.look([file]);
            if (!changes.has('a.vnc')) return 'none';
            const change = changes.get('a.vnc');
            if (change === undefined) return 'unreachable';
            const { latest, older } = change;
            return older === undefined ? `since ${latest.number} of ${latest.user}` : `is ${older.number} again`;
        };
        return { looks, look };
    }
    const write = (text: string | Buffer): void => writeFileSync(bob.diskPath('a.vnc'), text);
    const setTime = (seconds: number): void => utimesSync(bob.diskPath('a.vnc'), seconds, seconds);

    it('is said of what another program wrote, and no longer once that is kept or put right', async () => {
        const { look, looks } = window();
        assert.equal(await look(), 'none');
        write('G1 X2 F80\n');
        assert.equal(await look(), 'since 3 of Bob');
        assert.equal(await look(), 'since 3 of Bob');
        await bob.repository.keepFound([{ path: 'a.vnc' }]);
        assert.equal(await look(), 'none');
        write('G9 X2 F80\n');
        assert.equal(await look(), 'since 4 of Bob');
        await work('G1 X5\n');
        looks.forget(['A.vnc']);
        assert.equal(await look(), 'none');
    });

    it('is never said because of another time, and always of another content', async () => {
        await fc.assert(
            fc.asyncProperty(
                fc.uint8Array({ minLength: 1, maxLength: 9 }).map((bytes) => Buffer.from(bytes)),
                fc.integer({ min: 1, max: 2 ** 31 }),
                fc.boolean(),
                async (content, seconds, looksBefore) => {
                    const latest = Buffer.from('G1 X2\n');
                    const { look } = window();
                    if (looksBefore) assert.equal(await look(), 'none');
                    write(content);
                    setTime(seconds);
                    assert.equal((await look()) === 'none', content.equals(latest));
                    write(latest);
                    setTime(seconds);
                    assert.equal(await look(), 'none');
                },
            ),
            { numRuns: 20 },
        );
    });

    it('is none where a disk moves all times by an hour, or a copy keeps only seconds', async () => {
        const { mtimeMs } = statSync(bob.diskPath('a.vnc'));
        const { look } = window();
        for (const seconds of [mtimeMs / 1000 + HOUR_S, mtimeMs / 1000 - HOUR_S, Math.floor(mtimeMs / 1000)]) {
            setTime(seconds);
            assert.equal(await look(), 'none');
        }
    });

    it('is called by the revision that a backup put back', async () => {
        write('G1 X1\n');
        assert.equal(await window().look(), 'is 2 again');
        write('G0\n');
        assert.equal(await window().look(), 'is 1 again');
    });

    it('is not known after a check-in that kept nothing, nor of a large file with the same size', async () => {
        write('G9 X2\n');
        assert.equal(await window({ readsUpTo: 3 }).look(), 'none');
        assert.equal(await window({ readsInAll: 3 }).look(), 'none');
        assert.equal(await window({ historyUpTo: 3 }).look(), 'none');
        assert.equal(await window().look(), 'since 3 of Bob');
        await bob.checkOut('a.vnc');
        write('G5\n');
        await bob.repository.checkIn(['a.vnc'], { withoutRevision: true });
        assert.equal(await window().look(), 'none');
    });

    it('is not looked for in the history while every file looks like its revision', async () => {
        bob.make('b.vnc', 'M30\n');
        const history = path.join(folder(), 'locks.history.jsonl');
        const text = readFileSync(history);
        rmSync(history);
        const alice = new Programmer(folder(), 'Alice');
        const looks = new OutsideChanges(alice.repository.revisions);
        const files = ['a.vnc', 'b.vnc', 'gone.vnc'].map((name) => ({ path: name, diskPath: bob.diskPath(name) }));
        assert.equal((await looks.look(files)).size, 0);
        assert.equal(alice.repository.revisions.index.isRead, false);
        writeFileSync(history, text);
    });

    it('is seen of a file that got its first revision after the history was read', async () => {
        const { look, looks } = window();
        write('G5\n');
        assert.equal(await look(), 'since 3 of Bob');
        const file = { path: 'b.vnc', diskPath: bob.diskPath('b.vnc') };
        bob.make('b.vnc', 'M30\n');
        assert.equal((await looks.look([file])).size, 0);
        await bob.checkOut('b.vnc');
        await bob.repository.checkIn(['b.vnc']);
        writeFileSync(file.diskPath, 'M99 (NEW)\n');
        assert.equal((await looks.look([file])).get('b.vnc')?.latest.number, 1);
    });

    it('is seen of a file that got its first revision while nobody had read the history', async () => {
        const file = { path: 'b.vnc', diskPath: bob.diskPath('b.vnc') };
        bob.make('b.vnc', 'M30\n');
        const { looks } = window();
        assert.equal((await looks.look([file])).size, 0);
        await bob.checkOut('b.vnc');
        await bob.repository.checkIn(['b.vnc']);
        assert.equal((await looks.look([file])).size, 0);
        writeFileSync(file.diskPath, 'M99 (NEW)\n');
        assert.equal((await looks.look([file])).get('b.vnc')?.latest.number, 1);
    });

    it('is told of a renamed file by its own revisions', async () => {
        await bob.repository.rename('a.vnc', 'c.vnc');
        write('M30\n');
        assert.equal(await window().look(), 'none');
    });
});
