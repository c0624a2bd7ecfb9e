import * as assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { skipUnless } from '../../support/skips';
import { Child } from '../support/child';
import { Programmer } from '../support/programmer';
import { temporaryFolder } from '../support/temporaryFolder';

const OLD = 'G1 X0\n';
const MINE = 'G1 X1 (MINE)\n';
/** The shortest time after which a mutex is taken over. */
const STALE_AFTER_MS = 2000;

describe('An undo whose process is killed', () => {
    const folder = temporaryFolder();
    const name = 'A.vnc';

    async function shopIn(place: string): Promise<Programmer> {
        mkdirSync(place);
        const alice = new Programmer(place, 'Alice', { staleAfter: STALE_AFTER_MS });
        alice.make(name, OLD);
        await alice.repository.refresh();
        await alice.checkOut(name);
        writeFileSync(alice.diskPath(name), MINE);
        return alice;
    }

    async function killAt(moment: string): Promise<Programmer> {
        const alice = await shopIn(path.join(folder(), moment));
        const child = Child.start('stopInUndo', alice.folder, name, moment);
        assert.equal(await child.line(), moment);
        await child.kill();
        return alice;
    }

    const moments = {
        prepared: { content: MINE, holder: 'Alice' },
        drafted: { content: MINE, holder: 'Alice' },
        beforeLook: { content: MINE, holder: 'Alice' },
        beforeFile: { content: MINE, holder: 'Alice' },
        beforeRename: { content: OLD, holder: 'Alice' },
        beforeRelease: { content: OLD, holder: undefined },
    } as const;

    it('loses nothing, whenever that was, and leaves nothing after the next undo', async () => {
        const killed = await Promise.all(Object.keys(moments).map(killAt));
        for (const [index, [moment, { content, holder }]] of Object.entries(moments).entries()) {
            const alice = killed[index]!;
            assert.deepEqual([alice.read(name), alice.holder(name)], [content, holder], moment);
            assert.deepEqual(readdirSync(path.join(alice.folder, 'repo')), [name], `among the programs at ${moment}`);
            assert.ok(alice.read(name) === MINE || (await alice.discarded()).includes(MINE), moment);
            const undone = (await alice.repository.history()).events.filter(({ action }) => action === 'undo');
            // The line follows the change; killed right after that, it may be missing.
            assert.ok(undone.length <= (holder === undefined ? 1 : 0), `the history after ${moment}`);
        }
        await Promise.all(
            killed.map(async (alice) => {
                if (alice.holder(name) === undefined) {
                    await alice.checkOut(name);
                    return alice.repository.removeLeftovers(); // As a window does when it opens.
                }
                const { refusal } = await alice.repository.undo(await alice.look(name), alice.versions);
                assert.equal(refusal, undefined);
            }),
        );
        for (const alice of killed) {
            assert.equal(alice.read(name), OLD);
            assert.ok((await alice.discarded()).includes(MINE));
            assert.deepEqual(alice.leftovers(), [], alice.folder);
        }
    });

    it('has a copy beside the program removed by an undo of another file, once nobody has its own checked out', async () => {
        const alice = await shopIn(path.join(folder(), 'beside'));
        // Where the locks are on another disk than the programs, a copy can only be staged beside its program.
        writeFileSync(`${alice.diskPath(name)}.12345678-1234-4234-8234-123456789abc.tmp`, OLD);
        const staged = (): string[] => alice.leftovers().filter((left) => left.startsWith('A.vnc.'));
        const undoAnother = async (): Promise<void> => {
            alice.make('B.vnc', OLD);
            await alice.repository.refresh();
            await alice.checkOut('B.vnc');
            writeFileSync(alice.diskPath('B.vnc'), MINE);
            await alice.repository.undo(await alice.look('B.vnc'), alice.versions);
        };
        await undoAnother();
        assert.equal(staged().length, 1, 'its holder may still be copying it');
        const names = [`notes.${'0'.repeat(8)}-0000-0000-0000-${'0'.repeat(12)}.tmp`, 'A.vnc.tmp'];
        for (const other of names) writeFileSync(path.join(alice.folder, 'repo', other), 'of another program');
        await alice.repository.checkIn([name]);
        await undoAnother();
        assert.deepEqual(readdirSync(path.join(alice.folder, 'repo')).sort(), [
            'A.vnc',
            'A.vnc.tmp',
            'B.vnc',
            names[0],
        ]);
    });
});

describe('The rights of a file that an undo puts back', function () {
    const folder = temporaryFolder();
    const name = 'A.vnc';
    const [ALICE, BOB, CAM_GROUP] = [65_501, 65_502, 65_510];

    before(function () {
        skipUnless(this, 'root');
    });

    it('keep its owner where the system allows that, and its group and mode for a colleague, too', async () => {
        chmodSync(folder(), 0o755);
        const alice = new Programmer(folder(), 'Alice');
        alice.make(name, OLD);
        await alice.repository.refresh();
        await alice.checkOut(name);
        writeFileSync(alice.diskPath(name), MINE);
        chownSync(alice.diskPath(name), BOB, CAM_GROUP);
        chmodSync(alice.diskPath(name), 0o664);
        await alice.repository.undo(await alice.look(name), alice.versions);
        const asRoot = statSync(alice.diskPath(name));
        assert.deepEqual([asRoot.uid, asRoot.gid, asRoot.mode & 0o777], [BOB, CAM_GROUP, 0o664]);

        await alice.checkOut(name);
        writeFileSync(alice.diskPath(name), MINE);
        for (const place of walk(folder())) chownSync(place, place.endsWith(name) ? BOB : ALICE, CAM_GROUP);
        for (const shared of [folder(), path.join(folder(), 'repo')]) chmodSync(shared, 0o775);
        const script = path.join(__dirname, '..', 'children', 'stopInUndo.js');
        const person = ['--reuid', `${ALICE}`, '--regid', '65500', '--groups', `${CAM_GROUP}`];
        const run = spawnSync('setpriv', [...person, process.execPath, script, folder(), name, 'never'], {
            encoding: 'utf8',
        });
        assert.equal(run.status, 0, run.stderr);
        const after = statSync(alice.diskPath(name));
        assert.equal(alice.read(name), OLD);
        assert.deepEqual([after.uid, after.gid, after.mode & 0o777], [ALICE, CAM_GROUP, 0o664]);
        assert.equal(alice.holder(name), undefined);
    });
});

function walk(folder: string): string[] {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
        .map((entry) => path.join(entry.parentPath, entry.name))
        .concat(folder);
}
