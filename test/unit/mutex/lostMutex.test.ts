import * as assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { type Change, LocksFile } from '../../../src/core/locks/locksFile';
import { newLock } from '../../../src/core/locks/holder';
import type { LockTable } from '../../../src/core/locks/lockTable';
import type { Failpoint } from '../../../src/core/mutex/failpoints';
import { Child } from '../support/child';
import { temporaryLocksFile } from '../support/temporaryLocksFile';

const stillness = new Int32Array(new SharedArrayBuffer(4));

/** What becomes of a change when its process stopped for so long that its mutex was taken over. */
describe('A lost mutex', function () {
    const { folder, file, content } = temporaryLocksFile();
    const openImpatiently = (): LocksFile =>
        new LocksFile(file(), { owner: { user: 'Bob', host: 'PC' }, timeout: 60_000, staleAfter: 2000 });
    const removing =
        (name: string): Change<void> =>
        (table) => ({ table: table.without([`${name}.vnc`], name), result: undefined });
    const adding =
        (name: string): Change<void> =>
        (table) => ({
            table: table.with([{ path: `${name}.vnc`, lock: newLock(name, 'PC', '', new Date(0)) }]),
            result: undefined,
        });
    const stopAlice = async (failpoint: string): Promise<Child> => {
        writeFileSync(file(), '{}');
        const alice = Child.start('stopAtFailpoint', file(), 'Alice', '2000', failpoint);
        assert.equal(await alice.line(), failpoint);
        return alice;
    };

    it('leaves nothing to rename: the change is made again, on top of what others did', async () => {
        const alice = await stopAlice('beforeRename');
        await openImpatiently().update(adding('Bob'), () => assert.fail('Bob never lost it'));
        assert.deepEqual(content(), ['Bob.vnc']);
        alice.proceed();
        assert.deepEqual(await alice.end(), ['done at try 2']);
        assert.deepEqual(content(), ['Bob.vnc', 'Alice.vnc']);
        assert.deepEqual(readdirSync(folder()), ['locks.json', 'locks.json.bak']);
    });

    /** Bob makes a change, and something happens at a moment of his first try. @returns how often he tried */
    async function interrupted(at: Failpoint, happens: () => void, isFirst = false): Promise<number> {
        if (!isFirst) writeFileSync(file(), '{}');
        let tries = 0;
        const bob = new LocksFile(file(), {
            owner: { user: 'Bob', host: 'PC' },
            timeout: 60_000,
            staleAfter: 2000,
            atFailpoint: (failpoint) => {
                if (failpoint === at && tries++ === 0) happens();
            },
        });
        await bob.update(adding('Bob'), () => assert.fail('Nobody interfered with what he wrote.'));
        assert.deepEqual(content(), ['Bob.vnc']);
        assert.deepEqual(readdirSync(folder()), ['locks.json', 'locks.json.bak']);
        return tries;
    }

    it('is taken again when the draft and the owner file are in different directories', async () => {
        const tries = await interrupted('drafted', () => {
            // Somebody who found an older one stale moved this one aside, and somebody else begins to take it.
            renameSync(`${file()}.lock`, `${file()}.lock.${randomUUID()}`);
            mkdirSync(`${file()}.lock`);
        });
        assert.equal(tries, 2);
    });

    it('is taken again after a pause so long that others may be taking it over', async () => {
        // Nothing of this process goes on, no timer either.
        const tries = await interrupted('beforeRename', () => Atomics.wait(stillness, 0, 0, 1600));
        assert.equal(tries, 2);
    });

    it('does not make them wait for the first locks file of somebody else when there is none', async () => {
        const started = performance.now();
        const tries = await interrupted('beforeRename', () => Atomics.wait(stillness, 0, 0, 1600), true);
        assert.equal(tries, 2);
        // That wait is longer than this, on any computer, and the rest takes milliseconds.
        assert.ok(performance.now() - started < 12_000);
    });

    it('reports no success when the draft was lost', async () => {
        writeFileSync(file(), '{}');
        const losing: Change<void> = (table) => {
            for (const name of readdirSync(`${file()}.lock`)) {
                if (name.startsWith('new.')) rmSync(path.join(`${file()}.lock`, name));
            }
            return adding('Bob')(table);
        };
        const stands = (table: LockTable): boolean => table.find('Bob.vnc') !== undefined;
        await assert.rejects(openImpatiently().update(losing, stands), { code: 'changeUnconfirmed' });
        assert.equal(readFileSync(file(), 'utf8'), '{}');
        assert.deepEqual(readdirSync(folder()), ['locks.json', 'locks.json.bak']);
    });

    it('does not harm a change that was made in time', async () => {
        const alice = await stopAlice('beforeRelease');
        await openImpatiently().update(adding('Bob'), () => assert.fail('Bob never lost it'));
        alice.proceed();
        assert.deepEqual(await alice.end(), ['done at try 1']);
        assert.deepEqual(content(), ['Alice.vnc', 'Bob.vnc']);
        assert.deepEqual(readdirSync(folder()), ['locks.json', 'locks.json.bak']);
    });

    it('leaves a change unconfirmed when others undid it meanwhile, and does not make it again', async () => {
        const alice = await stopAlice('beforeRelease');
        await openImpatiently().update(removing('Alice'), () => assert.fail('Bob never lost it'));
        alice.proceed();
        assert.deepEqual(await alice.end(), ['changeUnconfirmed']);
        assert.deepEqual(content(), []);
        assert.deepEqual(readdirSync(folder()), ['locks.json', 'locks.json.bak']);
    });
});
