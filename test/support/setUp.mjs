// Plain JavaScript without dependencies: on a fresh clone this runs before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const main = join(root, 'out', 'test', 'support', 'main.js');
const command = process.argv[2] ?? '';

try {
    if (!installedAsLocked()) {
        timed('Installing what package-lock.json lists', () =>
            npm(
                ['ci', '--no-audit', '--no-fund', '--loglevel=error'],
                'The packages that package-lock.json lists could not be installed: the npm registry failed, as npm says above.',
            ),
        );
    }
    timed('Building the extension', () => npm(['run', '--silent', 'build'], 'The extension could not be built.'));
    timed('Compiling the tests', compileTests);
    if (command !== '') {
        runCommand([main, ...process.argv.slice(2)]);
    }
} catch (error) {
    console.error(error instanceof Error ? error.message : error);
    // The line by which CI counts comes last, whatever happens.
    if (command === 'test') console.log('\n0 passed, 1 failed');
    process.exitCode = 1;
}

function installedAsLocked() {
    try {
        const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
        const present = JSON.parse(readFileSync(join(root, 'node_modules', '.package-lock.json'), 'utf8')).packages;
        // Optional packages are those of other platforms: absent here, and rightly so.
        return Object.entries(wanted).every(
            ([path, entry]) => path === '' || entry.optional || present[path]?.version === entry.version,
        );
    } catch {
        return false;
    }
}

function compileTests() {
    // The compiled test of a deleted source would go on running.
    rmSync(join(root, 'out'), { recursive: true, force: true });
    try {
        npm(['run', '--silent', 'compile'], 'The tests do not compile.');
    } catch (error) {
        // `npm test` goes on, to show everything: its type check counts this failure.
        if (command !== 'test' || !existsSync(main)) throw error;
    }
}

/** Says what is done, and then how long it took. */
function timed(what, work) {
    console.log(`${what} …`);
    const began = performance.now();
    work();
    console.log(`  ${((performance.now() - began) / 1000).toFixed(1)} s`);
}

function npm(args, failure) {
    const { status } = spawnSync('npm', args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
    if (status !== 0) throw new Error(failure);
}

/** Waits without blocking, so that the signal which ends this process reaches the command, which tidies up. */
function runCommand(args) {
    const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => child.kill(name));
    child.on('exit', (code) => (process.exitCode = code ?? 1));
}
