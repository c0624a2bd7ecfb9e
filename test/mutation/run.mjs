// Changes the product a little, again and again, and tells which changes no test notices: `npm run mutation -- ROOM[/FILE]…`
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
const stryker = join(here, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js');

/** Those of whole rooms would notice a change in a lower one, too, and take hours. */
const quick = ['base/*', 'locks/{rules,lockTable,spellings}', 'properties/rulesModel'];
const testsOf = {
    base: quick,
    'locks/lockTable': quick,
    'locks/rules': quick,
    'locks/refusal': quick,
    locks: ['locks/*', 'cli/{list,change,usage}', 'history/*', 'mutex/{inTheWay,lostMutex}', 'repository/repository'],
    disk: [
        'disk/*',
        'history/*',
        'locks/{locksFile,restoreLocksFile}',
        'mutex/inTheWay',
        'cli/{list,change,usage,hostile}',
    ],
    history: ['history/*', 'cli/change'],
    mutex: ['mutex/*', 'locks/{locksFile,restoreLocksFile}'],
};

const wanted = process.argv.slice(2);
const rooms = Object.keys(testsOf).filter((name) => !name.includes('/'));
const sources = wanted.length > 0 ? wanted : rooms;
const known = sources.map((source) => testsOf[source] ?? testsOf[source.split('/')[0]]);
if (known.includes(undefined)) {
    console.error(`Name rooms (${rooms.join(', ')}) or files in them (locks/rules).`);
    process.exit(1);
}
if (!existsSync(stryker)) {
    console.log('Installing what package-lock.json lists in test/mutation.');
    run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--prefix', here]);
}
const tests = new Set(known.flat());
run(process.execPath, [stryker, 'run', join(here, 'stryker.config.mjs')], {
    MUTATION_SOURCES: sources.map((source) => `src/core/${source}${source.includes('/') ? '' : '/*'}.ts`).join(' '),
    MUTATION_TESTS: [...tests].map((name) => `out/test/unit/${name}.test.js`).join(' '),
});

function run(command, args, environment = {}) {
    const { status, error } = spawnSync(command, args, {
        cwd: root,
        stdio: 'inherit',
        env: { ...process.env, ...environment },
        shell: command === 'npm' && process.platform === 'win32',
    });
    if (error !== undefined) console.error(error.message);
    if (status !== 0) process.exit(status ?? 1);
}
