import * as assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { moveFolders, privateFolder } from '../../../src/core/revisions/privateFolder';
import { temporaryFolder } from '../support/temporaryFolder';

describe('The folder of the private copies', () => {
    const roaming = 'C:\\Users\\Bob\\AppData\\Roaming';
    const environment = { APPDATA: roaming, LOCALAPPDATA: 'C:\\Users\\Bob\\AppData\\Local' };
    const storage = `${roaming}\\Code\\User\\globalStorage\\cnc-checkout.cnc-checkout`;
    const local = 'C:\\Users\\Bob\\AppData\\Local\\CNC Checkout\\versions';

    it('is one on Windows that no roaming profile carries', () => {
        assert.equal(privateFolder(storage, 'win32', environment), local);
        assert.equal(privateFolder(storage.toLowerCase(), 'win32', environment), local);
    });

    it('stays with a portable VS Code, on other systems, and where Windows names no other', () => {
        assert.equal(privateFolder('D:\\VSCode\\data', 'win32', environment), 'D:\\VSCode\\data\\versions');
        assert.equal(privateFolder(storage, 'win32', { APPDATA: roaming }), `${storage}\\versions`);
        assert.equal(privateFolder(storage, 'win32', { ...environment, LOCALAPPDATA: 'here' }), `${storage}\\versions`);
        assert.equal(privateFolder('/home/bob/x', 'linux', environment), '/home/bob/x/versions');
    });

    describe('that has moved', () => {
        const folder = temporaryFolder();
        const from = (...names: string[]): string => path.join(folder(), 'old', ...names);
        const to = (...names: string[]): string => path.join(folder(), 'new', 'deep', ...names);
        const NAMES = ['records', 'contents'];
        beforeEach(() => {
            for (const name of NAMES) {
                mkdirSync(from(name), { recursive: true });
                for (const file of ['a', 'b', 'c']) writeFileSync(from(name, file), `${name} ${file}`);
            }
        });
        const assertMoved = (): void => {
            for (const name of NAMES) {
                const texts = readdirSync(to(name)).map((file) => readFileSync(to(name, file), 'utf8'));
                assert.deepEqual(
                    texts,
                    ['a', 'b', 'c'].map((file) => `${name} ${file}`),
                );
            }
            assert.equal(existsSync(from()), false);
        };

        it('has all of it, also when two windows open at once or one was closed half way', async () => {
            mkdirSync(to('records'), { recursive: true });
            writeFileSync(to('records', 'a'), 'records a');
            await Promise.all([1, 2, 3].map(() => moveFolders(from(), to(), NAMES)));
            assertMoved();
            await moveFolders(from(), to(), NAMES);
            assertMoved();
        });

        it('leaves where it is what is not ours, and what is in place', async () => {
            writeFileSync(from('letter.txt'), 'Dear Bob');
            await moveFolders(from(), from(), NAMES);
            assert.equal(readdirSync(from('records')).length, 3);
            await moveFolders(from(), to(), NAMES);
            assert.deepEqual(readdirSync(from()), ['letter.txt']);
        });
    });
});
