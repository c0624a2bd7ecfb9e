import * as assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ListedFile, runIn } from '../../support/commandLine';
import { runHere } from '../support/commandLine';
import { temporaryFolder } from '../support/temporaryFolder';

const onWindows = process.platform === 'win32';
const names = [
    'Job 12 (rev C), final',
    "O'Brien & Söhne #4 100% [old]",
    '$(touch x) `touch x` %TEMP% ${x}',
    '-rf',
    '日本語 🔧',
    ...(onWindows ? [] : ['trailing dots...', ' spaces ', 'quote " and \\ backslash', 'line\nbreak', '*?<>|:']),
];

describe('A shop in a folder with an odd name', () => {
    const folder = temporaryFolder();

    function openShop(...parts: readonly string[]): string {
        const shop = join(folder(), ...parts);
        mkdirSync(join(shop, 'repo'), { recursive: true });
        writeFileSync(join(shop, 'repo', 'x.vnc'), '');
        return shop;
    }

    const holder = async (shop: string, ...args: readonly string[]): Promise<string | null | undefined> => {
        const { code, stdout, stderr } = await runHere(folder(), ['list', '--json', '--root', shop, ...args]);
        assert.equal(code, 0, stderr);
        return (JSON.parse(stdout) as ListedFile[]).find(({ name }) => name === 'x.vnc')?.locked_by;
    };

    for (const name of names) {
        it(`works, named ${JSON.stringify(name)}`, async () => {
            const shop = openShop(name);
            const { code, stderr } = await runHere(folder(), ['check-out', 'x.vnc', `--root=${shop}`, '--user', 'Bob']);
            assert.equal(code, 0, stderr);
            assert.equal(await holder(shop), 'Bob');
            // As somebody does who is in that folder, and names the file by its whole path.
            const there = await runHere(shop, ['check-in', join(shop, 'repo', 'x.vnc'), '--user', 'Bob']);
            assert.equal(there.code, 0, there.stderr);
            assert.equal(readFileSync(join(shop, 'locks.json'), 'utf8'), '{}');
            assert.deepEqual(readdirSync(shop).sort(), [
                'locks.history.jsonl',
                'locks.json',
                'locks.json.bak',
                'locks.revisions',
                'repo',
            ]);
            assert.deepEqual(readdirSync(folder()), [name]);
        });
    }

    it('works as deep as folders go', async () => {
        const shop = openShop(...Array.from({ length: onWindows ? 4 : 15 }, () => 'deep '.repeat(40).trim()));
        // A process of its own, which has the deep folder as its current one where the system allows that.
        const [current, ...root] = onWindows ? [folder(), '--root', shop] : [shop];
        assert.equal(runIn(current, ['check-out', 'x.vnc', '--user', 'Bob', ...root]).code, 0);
        assert.equal(await holder(shop), 'Bob');
        const kept = ['locks.history.jsonl', 'locks.json', 'locks.json.bak', 'locks.revisions', 'repo'];
        assert.deepEqual(readdirSync(shop).sort(), kept);
    });

    it('says so when the name of the locks file leaves no room for that of its mutex, and leaves nothing', async () => {
        for (const length of [200, 220, 250, 255]) {
            const shop = openShop(`shop${length}`);
            const locks = 'l'.repeat(length);
            writeFileSync(join(shop, locks), '{}');
            const { code, stderr } = await runHere(folder(), [
                'check-out',
                'x.vnc',
                '--root',
                shop,
                '--locks',
                locks,
                '--user',
                'Bob',
            ]);
            const what = `${length}: ${stderr}`;
            if (code === 0) assert.equal(await holder(shop, '--locks', locks), 'Bob', what);
            else {
                assert.equal(code, 2, what);
                assert.match(stderr, /was not changed, because its path is longer than that disk allows\. Move it/);
                assert.equal(readFileSync(join(shop, locks), 'utf8'), '{}');
            }
            const left = readdirSync(shop).filter(
                (name) => !/^repo$|^l+(\.bak|\.history\.jsonl|\.revisions)?$/.test(name),
            );
            assert.deepEqual(left, [], what);
        }
    });
});
