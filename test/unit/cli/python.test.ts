import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { locksOf } from '../../support/commandLine';
import { findPython } from '../../support/installed';
import { skipUnless } from '../../support/skips';
import { makeTemporaryWorkspace, type TemporaryWorkspace } from '../../support/temporaryWorkspace';
import { runHere, writeLocks } from '../support/commandLine';

/** As Python's `json.dump(indent=4)` writes it, with entries and fields that we do not know. */
const writtenByPython = String.raw`{
    "900": {
        "user": "Alice",
        "timestamp": "2026-11-23T08:15:30.123000+00:00",
        "message": "Ma\u00df pr\u00fcfen",
        "machine": {
            "name": "DMU 50",
            "axes": [
                "X",
                "Y",
                1.0,
                12345678901234567890
            ],
            "tools": [],
            "offsets": {}
        }
    },
    "12": null,
    "4801247.mcam": {
        "priority": 1e+22,
        "user": "J\u00f6rg",
        "timestamp": "2026-11-23T09:00:00+00:00",
        "message": "\ud83d\udd27 \u007f \"quoted\" \\ /"
    },
    "__proto__": {
        "user": "Eve",
        "timestamp": "",
        "message": ""
    },
    "version": 2
}`;

/** Loads, puts in one more lock as the seed does, saves; prints what it read. */
const program = `
import json, sys
from datetime import datetime
path, name = sys.argv[1:]
with open(path, 'r', encoding='ascii') as f:
    locks = json.load(f)
for lock in locks.values():
    if isinstance(lock, dict) and lock.get('timestamp'):
        assert datetime.fromisoformat(lock['timestamp']).utcoffset().total_seconds() == 0
print(json.dumps(list(locks.items())))
if name:
    locks[name] = {'user': 'Snake', 'timestamp': '2026-11-23T10:00:00.000001+00:00', 'message': 'Gewinde \\u00d8 8', 'shift': 2}
    with open(path, 'w') as f:
        json.dump(locks, f, indent=4)
`;

describe('Alongside a Python program', () => {
    let shop: TemporaryWorkspace;

    beforeEach(async () => (shop = await makeTemporaryWorkspace()));
    afterEach(() => shop.remove());

    const runPython = (add = ''): [string, Record<string, unknown>][] => {
        const args = ['-c', program, `${shop.folder}/locks.json`, add];
        const ran = spawnSync(findPython() ?? '', args, { encoding: 'utf8' });
        assert.equal(ran.status, 0, ran.stderr);
        return JSON.parse(ran.stdout) as [string, Record<string, unknown>][];
    };
    const change = async (...args: string[]): Promise<void> => assert.equal((await runHere(shop.folder, args)).code, 0);

    it('preserves every byte that Python wrote', async () => {
        writeLocks(shop.folder, writtenByPython);
        await change('check-out', 'job12/op1.vnc', '--user', 'Bob');
        const held = locksOf(shop.folder);
        await change('check-in', 'job12/op1.vnc', '--user', 'Bob');
        assert.equal(locksOf(shop.folder), writtenByPython);
        assert.ok(
            held.startsWith(`${writtenByPython.slice(0, -2)},\n    "job12/op1.vnc": {\n        "user": "Bob",\n`),
            held,
        );
    });

    it('removes only its own lines from a file that Python wrote', async () => {
        writeLocks(shop.folder, writtenByPython);
        await change('check-in', '4801247.mcam', '--user', 'jörg');
        const start = writtenByPython.indexOf('    "4801247.mcam"');
        const end = writtenByPython.indexOf('    "__proto__"');
        assert.equal(locksOf(shop.folder), writtenByPython.slice(0, start) + writtenByPython.slice(end));
    });

    it('is readable by Python, and preserves what Python writes between two changes', async function () {
        skipUnless(this, 'python');
        await change('check-out', 'job12/op1.vnc', '--user', 'Jörg', '--message', 'Maß 🔧\nprüfen');
        const ours = runPython('job12/op2.vnc');
        assert.deepEqual(
            ours.map(([key, { user, message }]) => [key, user, message]),
            [['job12/op1.vnc', 'Jörg', 'Maß 🔧\nprüfen']],
        );
        const byPython = locksOf(shop.folder);
        await change('check-out', '4801247.mcam', '4801247.vnc', '--user', 'Alice');
        const all = runPython();
        assert.deepEqual(
            all.map(([key, { user }]) => [key, user]),
            [
                ['job12/op1.vnc', 'Jörg'],
                ['job12/op2.vnc', 'Snake'],
                ['4801247.mcam', 'Alice'],
                ['4801247.vnc', 'Alice'],
            ],
        );
        assert.deepEqual(Object.keys(all[1]?.[1] ?? {}), ['user', 'timestamp', 'message', 'shift']);
        await change('check-in', '4801247.vnc', '4801247.mcam', '--user', 'Alice');
        assert.equal(locksOf(shop.folder), byPython);
    });

    it('finds what a Python script changed without a check-in, and keeps what was checked out by one', async function () {
        skipUnless(this, 'python');
        const [name, file] = ['job12/op1.vnc', join(shop.folder, 'repo', 'job12', 'op1.vnc')];
        const write = (text: string): void => {
            const script = 'import sys\nwith open(sys.argv[1], "w", newline="") as f: f.write(sys.argv[2])';
            const ran = spawnSync(findPython() ?? '', ['-c', script, file, text], { encoding: 'utf8' });
            assert.equal(ran.status, 0, ran.stderr);
        };
        const answer = async (...args: string[]): Promise<string> => (await runHere(shop.folder, args)).stdout;
        writeLocks(shop.folder, '{}');
        runPython(name);
        write('(SNAKE)\n');
        assert.equal(await answer('check-in', name, '--user', 'Snake'), `Checked in ${name} as revision 1.\n`);
        assert.equal(await answer('show', `${name}@1`), '(SNAKE)\n');
        write('(BITTEN)\n');
        const listed = JSON.parse(await answer('list', '--json')) as { name: string; changed_outside?: true }[];
        assert.deepEqual(
            listed.flatMap(({ name: one, changed_outside }) => (changed_outside ? [one] : [])),
            [name],
        );
        const { stderr } = await runHere(shop.folder, ['check-out', name, '--user', 'Eve']);
        assert.match(
            stderr,
            /was changed outside since revision 1 of Snake.*What is in it now was kept as revision 2\./,
        );
        write('(EVE)\n');
        await change('check-in', name, '--user', 'Eve');
        const contents = await Promise.all([1, 2, 3].map((number) => answer('show', `${name}@${number}`)));
        assert.deepEqual(contents, ['(SNAKE)\n', '(BITTEN)\n', '(EVE)\n']);
    });

    it('writes byte for byte what Python would write', async function () {
        skipUnless(this, 'python');
        writeLocks(shop.folder, writtenByPython);
        await change('check-out', 'job13/Größe 40/op1.VNC', '--user', 'Jörg', '--message', 'Ø 8 "H7" \\ 🔧\tTab');
        const before = locksOf(shop.folder);
        const rewrite = `import json, sys\nwith open(sys.argv[1]) as f: locks = json.load(f)\nwith open(sys.argv[1], 'w', newline='') as f: json.dump(locks, f, indent=4)`;
        const ran = spawnSync(findPython() ?? '', ['-c', rewrite, `${shop.folder}/locks.json`], { encoding: 'utf8' });
        assert.equal(ran.status, 0, ran.stderr);
        assert.equal(locksOf(shop.folder), before);
    });
});
