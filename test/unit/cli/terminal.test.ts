import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtCommandLine } from '../../support/commandLine';
import { skipUnless } from '../../support/skips';
import { makeTemporaryWorkspace, type TemporaryWorkspace } from '../../support/temporaryWorkspace';
import { runHere, writeLocks } from '../support/commandLine';

describe('On a terminal, cnc-checkout', () => {
    let shop: TemporaryWorkspace;
    before(function () {
        skipUnless(this, 'terminal');
    });
    beforeEach(async () => {
        shop = await makeTemporaryWorkspace();
        writeLocks(
            shop.folder,
            '{"4801247.vnc": {"user": "Bob"}, "4801247.mcam": {"user": "Alice"}, "gone.vnc": {"user": "Bob"}}',
        );
    });
    afterEach(() => shop.remove());

    /** What a program writes to a terminal, with `\n` at the ends of lines. */
    function onTerminal(args: readonly string[], environment: NodeJS.ProcessEnv = {}): string {
        const words = [process.execPath, builtCommandLine(), ...args].map((word) => `'${word}'`);
        // Of the environment of the tests, nothing that says anything of colours (`CI` is taken for no terminal).
        const env = { PATH: process.env['PATH'], HOME: shop.folder, TERM: 'xterm-256color' };
        const { stdout } = spawnSync('script', ['-qec', words.join(' '), '/dev/null'], {
            cwd: shop.folder,
            encoding: 'utf8',
            stdio: ['ignore', 'pipe', 'inherit'],
            env: { ...env, ...environment },
        });
        return stdout.replaceAll('\r\n', '\n');
    }

    it('lists what I have in another colour than what others have, and what is missing', () => {
        const text = onTerminal(['list', '--user', 'alice']);
        assert.match(text, /^\u001b\[1mNAME\u001b\[22m/);
        assert.match(text, /^4801247\.mcam +\u001b\[32mchecked out\u001b\[39m +Alice$/m);
        assert.match(text, /^4801247\.vnc +\u001b\[33mchecked out\u001b\[39m +Bob$/m);
        assert.match(text, /^gone\.vnc +\u001b\[31mmissing\u001b\[39m +Bob$/m);
    });

    it('uses no colours where NO_COLOR says so, and lists the same as into a file', async () => {
        const text = onTerminal(['list'], { NO_COLOR: '1' });
        assert.equal(text, (await runHere(shop.folder, ['list'])).stdout);
    });

    it('shows what differs in colours, and lets nothing in a program do anything to the terminal', async () => {
        writeFileSync(join(shop.folder, 'repo', 'a.vnc'), 'G0 X0\n(\u001b]0;owned\u0007)\n');
        writeFileSync(join(shop.folder, 'repo', 'b.vnc'), 'G0 X1\n(\u001b]0;owned\u0007)\n');
        const args = ['compare', 'a.vnc', 'b.vnc'];
        const text = onTerminal(args);
        assert.match(text, /^\u001b\[31m-G0 X0\u001b\[39m$/m);
        assert.match(text, /^\u001b\[32m\+G0 X1\u001b\[39m$/m);
        assert.match(text, /^ \(‹U\+001B›\]0;owned‹U\+0007›\)$/m);
        // For a program that reads it, the lines are those of the files.
        assert.match((await runHere(shop.folder, args)).stdout, /^ \(\u001b\]0;owned\u0007\)$/m);
    });
});
