import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WorkerAnswer } from '../children/checkOutWorker';
import { locksOf } from '../../support/commandLine';
import { startIn } from '../support/commandLine';
import { Member } from '../support/member';
import { makeTemporaryFolder, removeFolder } from '../../support/temporaryWorkspace';

describe('Several processes on one locks file', () => {
    let folder: string;
    let workers: Member<string[]>[];
    const locks = (): Record<string, { user: string }> =>
        JSON.parse(locksOf(folder)) as Record<string, { user: string }>;

    const makeFiles = (names: readonly string[]): void => {
        for (const name of names) writeFileSync(join(folder, 'repo', name), '%\n');
    };

    /** Starts one process for each user and waits until all of them can begin at once. */
    const startWorkers = async (users: readonly string[]): Promise<void> => {
        const script = join(__dirname, '..', 'children', 'checkOutWorker.js');
        workers = users.map((user) => new Member(fork(script, [folder, user])));
        await Promise.all(workers.map((worker) => worker.next()));
    };

    const ask = async (worker: Member<string[]>, files: string[]): Promise<WorkerAnswer> => {
        worker.send(files);
        return (await worker.next()) as WorkerAnswer;
    };

    beforeEach(async () => {
        folder = await makeTemporaryFolder();
        workers = [];
        mkdirSync(join(folder, 'repo'));
    });

    afterEach(async () => {
        for (const worker of workers) worker.process.kill();
        await removeFolder(folder);
    });

    it('loses none of 160 check-outs by eight processes', async () => {
        const shares = Array.from({ length: 8 }, (_, worker) =>
            Array.from({ length: 20 }, (_each, file) => `${4_800_000 + worker * 100 + file}.vnc`),
        );
        makeFiles(shares.flat());
        await startWorkers(shares.map((_, worker) => `Programmer ${worker}`));
        const answers = await Promise.all(workers.map((worker, index) => ask(worker, shares[index] ?? [])));

        assert.deepEqual(
            answers,
            shares.map((checkedOut) => ({ checkedOut, refused: [], failed: [] })),
        );
        const saved = locks();
        assert.equal(Object.keys(saved).length, 160);
        shares.forEach((files, worker) => {
            for (const file of files) assert.equal(saved[file]?.user, `Programmer ${worker}`, file);
        });
        assert.deepEqual(readdirSync(folder).sort(), ['locks.history.jsonl', 'locks.json', 'locks.json.bak', 'repo']);
    });

    it('gives a file that two processes want at once to exactly one', async () => {
        const rounds = Array.from({ length: 20 }, (_, round) => `${4_900_000 + round}.vnc`);
        makeFiles(rounds);
        await startWorkers(['Alice', 'Bob']);
        for (const file of rounds) {
            const [alice, bob] = await Promise.all(workers.map((worker) => ask(worker, [file])));
            const won = alice?.checkedOut.length === 1 ? 'Alice' : 'Bob';
            const [winner, loser] = won === 'Alice' ? [alice, bob] : [bob, alice];
            assert.deepEqual(winner, { checkedOut: [file], refused: [], failed: [] });
            assert.deepEqual(loser, {
                checkedOut: [],
                refused: [{ path: file, code: 'heldByOther', holder: won }],
                failed: [],
            });
            assert.equal(locks()[file]?.user, won);
        }
    });

    it('gives a file that two command lines want at once to exactly one', async () => {
        makeFiles(['4801247.vnc']);
        const users = ['Alice', 'Bob'];
        const codes = await Promise.all(
            users.map(async (user) => {
                const child = startIn(folder, ['check-out', '4801247.vnc', '--user', user]);
                const [code] = (await once(child, 'exit')) as [number | null];
                return code;
            }),
        );
        assert.deepEqual(new Set(codes), new Set([0, 1]));
        assert.equal(locks()['4801247.vnc']?.user, users[codes.indexOf(0)]);
    });
});
