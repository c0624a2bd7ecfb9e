// Changes the product a little, again and again, and tells which changes no test notices: `npm run mutation -- ROOM[/FILE]…`
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
const stryker = join(here, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js');

/** The pure rules of locks; they use most of what is in base. */
const pure =
    'locks/rules locks/seenLocks locks/computerRule locks/renameRule locks/lockTable locks/spellings properties/rulesModel';
/** What a program asks of the store of the locks. */
const store = 'locks/fileLockStore locks/interruptedChange locks/lockStoreChanges history/historyFile cli/change';
/**
 * The tests that are to notice a change in a room or file; for a file that is not listed, those of its name. Those of higher
 * rooms would, too, and take hours.
 */
const testsOf = {
    base: `base/* ${pure}`,
    'base/repositoryPath': 'base/repositoryPath locks/spellings locks/rules',
    'disk/durableCopy': 'disk/copies disk/failingDisk disk/moves',
    'disk/moveFile': 'disk/moves disk/stagingFolder',
    'disk/moveToFreeName': 'disk/moves disk/failingDisk repository/renameWithLocks',
    'disk/readFile': 'disk/readFile disk/failingDisk',
    'disk/regularFile': 'disk/regularFile disk/binaryFile disk/readFile history/historyParts',
    'disk/replaceFile': 'disk/replaceFile disk/exclusiveCreate disk/stagedFile disk/failingDisk ../faults/lateRename',
    'disk/rights': 'disk/rights disk/copies history/historyLines',
    'disk/sharedFolder': 'disk/sharedFolder disk/failingDisk',
    'disk/stagedFile': 'disk/stagedFile disk/failingDisk locks/backupFile locks/locksFile',
    'disk/exclusiveCreate': 'disk/exclusiveCreate disk/failingDisk ../faults/firstFile',
    disk: 'disk/* locks/backupFile locks/locksFile locks/locksReader history/* cli/list',
    history: 'history/* cli/change',
    'history/historyFile': 'history/historyFile history/historyLines history/historyParts',
    'history/historyAccess': 'history/historyLines history/historyFile',
    'history/historyParts': 'history/historyParts history/historyLines history/historyFile',
    'history/renamedFile': 'history/historyEvent history/historyLines history/historyFile locks/renameRule',
    locks: 'locks/* cli/list cli/change',
    'locks/backupFile': 'locks/backupFile locks/locksFile locks/restoreLocksFile',
    'locks/computerRule': pure,
    'locks/fileLockStore': store,
    'locks/holder': `${pure} cli/change`,
    'locks/lockEntry': pure,
    'locks/lockTable': pure,
    'locks/locksErrors': 'locks/locksFile locks/locksReader locks/restoreLocksFile',
    'locks/locksFile': 'locks/locksFile locks/interruptedChange locks/lockStoreChanges history/historyFile',
    'locks/lockOperations': store,
    'locks/lockTransactions': store,
    'locks/locksReader': 'locks/locksReader locks/locksFile locks/restoreLocksFile mutex/inTheWay',
    'locks/locksRestore': 'locks/restoreLocksFile history/historyFile',
    'locks/locksWriter': 'locks/locksFile locks/interruptedChange locks/lockStoreChanges locks/fileLockStore',
    'locks/refusal': `${pure} cli/change`,
    'locks/renameRule': pure,
    'locks/rules': pure,
    mutex: 'mutex/* locks/locksFile',
    'mutex/heartbeat': 'mutex/heartbeat mutex/mutexDirectory mutex/givenBack',
    'mutex/lease': 'mutex/lease mutex/failingDisk mutex/mutexDirectory mutex/givenBack locks/locksFile',
    'mutex/mutexDirectory': 'mutex/mutexDirectory mutex/givenBack mutex/staleness',
    'mutex/mutex': 'mutex/mutex mutex/failingDisk mutex/lostMutex mutex/inTheWay',
    'mutex/orphans': 'mutex/inTheWay mutex/mutexDirectory mutex/givenBack mutex/staleness',
    'mutex/staleness': 'mutex/staleness mutex/mutexDirectory mutex/givenBack mutex/inTheWay',
};

/** What these keep once they have worked it out would hide a change that is tried later: each gets a process of its own. */
const keepResults = ['base/plainText'];

const wanted = process.argv.slice(2);
const rooms = Object.keys(testsOf).filter((name) => !name.includes('/'));
const sources = wanted.length > 0 ? wanted : rooms;
const known = sources.map((source) => {
    const hasOwn = existsSync(join(root, 'test', 'unit', `${source}.test.ts`));
    return testsOf[source] ?? (hasOwn ? source : testsOf[source.split('/')[0]]);
});
if (known.includes(undefined)) {
    console.error(`Name rooms (${rooms.join(', ')}) or files in them (locks/rules).`);
    process.exit(1);
}
if (!existsSync(stryker)) {
    console.log('Installing what package-lock.json lists in test/mutation.');
    run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--prefix', here]);
}
const tests = new Set(known.flatMap((names) => names.split(' ')));
run(process.execPath, [stryker, 'run', join(here, 'stryker.config.mjs')], {
    MUTATION_SOURCES: sources.map((source) => `src/core/${source}${source.includes('/') ? '' : '/*'}.ts`).join(' '),
    MUTATION_TESTS: [...tests].map((name) => `out/test/unit/${name}.test.js`).join(' '),
    MUTATION_REUSE: wanted.length > 0 && wanted.every((source) => keepResults.includes(source)) ? '1' : '0',
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
