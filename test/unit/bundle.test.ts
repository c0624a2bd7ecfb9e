import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { root } from '../support/root';

describe('What is shipped', () => {
    for (const name of ['extension.js', 'cli.js']) {
        it(`${name} starts no program, opens no connection and runs no text, its libraries included`, () => {
            const file = join(root, 'dist', name);
            assert.ok(existsSync(file), `${file} is not there; run \`npm run build\` before these tests.`);
            const text = readFileSync(file, 'utf8');
            const required = new Set([...text.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, module]) => module!));
            const wanted =
                'assert buffer constants crypto events fs fs/promises os path stream timers/promises util vscode'.split(
                    ' ',
                );
            // One pattern that a shop writes itself, which must be stopped when it takes for ever.
            const runsPattern = name === 'extension.js' && text.match(/\bScript\(/g)?.length === 1;
            if (runsPattern) wanted.push('vm');
            for (const module of required) assert.ok(wanted.includes(module.replace(/^node:/, '')), module);
            const others = builtinModules.filter((module) =>
                /child_process|cluster|worker|^vm$|^net$|http|dgram|tls/.test(module),
            );
            for (const module of others.filter((one) => !wanted.includes(one)))
                assert.ok(!new RegExp(`["'](node:)?${module}["']`).test(text), module);
            assert.doesNotMatch(text, /\beval\(|\bnew Function\(|\bcreateTerminal\b|\bShellExecution\b/);
        });
    }

    it('hands a file to another program in one place only', () => {
        const text = readFileSync(join(root, 'dist', 'extension.js'), 'utf8');
        assert.equal(text.match(/\.openExternal\(/g)?.length, 1);
    });
});
