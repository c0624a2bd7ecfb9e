import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { root } from '../support/root';
import { skipUnless } from '../support/skips';

describe('What is shipped', () => {
    for (const name of ['extension.js', 'cli.js']) {
        it(`${name} starts no program, opens no connection and runs no text, its libraries included`, () => {
            const file = join(root, 'dist', name);
            assert.ok(existsSync(file), `${file} is not there; run \`npm run build\` before these tests.`);
            const text = readFileSync(file, 'utf8');
            const required = new Set([...text.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, module]) => module!));
            const wanted =
                'assert buffer constants crypto events fs fs/promises os path stream stream/promises timers/promises util vscode zlib'.split(
                    ' ',
                );
            // A window runs one pattern that a shop writes itself, which must be stopped when it takes for ever, and the command
            // line, as it is packed, its own text.
            const runsOne = text.match(/\bScript\(/g)?.length === 1;
            if (runsOne && (name === 'extension.js' || /\bScript\(["'`]\(function/.test(text))) wanted.push('vm');
            wanted.push(...(name === 'extension.js' ? ['./opener.js', './serverAccess.js'] : ['./postgres.js']));
            for (const module of required) assert.ok(wanted.includes(module.replace(/^node:/, '')), module);
            const others = builtinModules.filter((module) =>
                /child_process|cluster|worker|^vm$|^net$|http|dgram|tls/.test(module),
            );
            for (const module of others.filter((one) => !wanted.includes(one)))
                assert.ok(!new RegExp(`["'](node:)?${module}["']`).test(text), module);
            assert.doesNotMatch(text, /\beval\(|\bnew Function\(|\bcreateTerminal\b|\bShellExecution\b/);
        });
    }

    it('hands a file to another program in one place only, by a bundle that nothing else needs', () => {
        const [extension, opener, commandLine] = ['extension.js', 'opener.js', 'cli.js'].map((name) =>
            readFileSync(join(root, 'dist', name), 'utf8'),
        );
        assert.equal(extension!.match(/require\("\.\/opener\.js"\)/g)?.length, 1);
        assert.equal(extension!.match(/openWithSystemProgram\(/g)?.length, 1);
        assert.doesNotMatch(extension!, /openExternal/);
        assert.doesNotMatch(commandLine!, /opener/);
        assert.match(opener!, /child_process/);
        assert.doesNotMatch(opener!, /shell: true|["'](node:)?(net|http|https|tls|worker_threads|vm)["']|\beval\(/);
    });

    it('opens connections in one place only, by a small bundle that those who have no lock server never load', () => {
        const [extension, access, commandLine, postgres] = [
            'extension.js',
            'serverAccess.js',
            'cli.js',
            'postgres.js',
        ].map((name) => readFileSync(join(root, 'dist', name), 'utf8'));
        for (const text of [commandLine!, access!]) {
            assert.equal(text.match(/require\("\.\/postgres\.js"\)/g)?.length, 1);
        }
        // Whoever has a locks file loads neither, and nothing of what they need.
        assert.doesNotMatch(extension!, /postgres\.js|cnc\.change\(/);
        assert.match(access!, /cnc\.change\(/);
        assert.doesNotMatch(access!, /["'](?:node:)?(?:net|tls|child_process|worker_threads)["']|\beval\(/);
        assert.match(postgres!, /require\("net"\)/);
        assert.doesNotMatch(postgres!, /child_process|worker_threads|\beval\(/);
    });

    it('keeps no folder open by watching it: on Windows none above it could be renamed', () => {
        const text = readFileSync(join(root, 'dist', 'extension.js'), 'utf8');
        assert.doesNotMatch(text, /\b\w*fs\w*\.watch(?:File)?\(/);
    });

    it('patches no part of Node.js for the other extensions of a window', () => {
        assert.ok(!packagesIn('extension').some((folder) => folder.endsWith('/graceful-fs')));
    });

    it('hands on the licence of every package that is in it, also with cli.js alone', function () {
        skipUnless(this, 'ownPackages');
        const notices = readFileSync(join(root, 'dist', 'ThirdPartyNotices.txt'), 'utf8');
        const commandLine = readFileSync(join(root, 'dist', 'cli.js'), 'utf8');
        const inCommandLine = packagesIn('cli');
        const all = [...new Set([...inCommandLine, ...packagesIn('extension'), ...packagesIn('postgres')])];
        assert.ok(all.some((folder) => folder.endsWith('/proper-lockfile')));
        for (const folder of all) {
            const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Package;
            const title = `${manifest.name} ${manifest.version} (${manifest.license})`;
            const licence = readdirSync(join(root, folder)).find((name) => /^licen[cs]e/i.test(name));
            const text = readFileSync(join(root, folder, licence ?? 'README.md'), 'utf8')
                .split(/^## license\n/m)
                .at(-1)!
                .trim();
            for (const place of inCommandLine.includes(folder) ? [notices, commandLine] : [notices]) {
                assert.ok(place.includes(title), `${title} is not named.`);
                assert.ok(place.includes(text), `The licence of ${title} is missing.`);
            }
        }
    });
});

interface Package {
    readonly name: string;
    readonly version: string;
    readonly license: string;
}

/** The folders of the npm packages that went into a bundle, as the build tells. */
function packagesIn(bundle: 'extension' | 'cli' | 'postgres'): string[] {
    const packages = JSON.parse(readFileSync(join(root, 'dist', 'packages.json'), 'utf8')) as Record<string, string[]>;
    return packages[bundle]!;
}
