import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installDebianPackages, onPath } from './installed';
import { findPython } from './installed';
import { hasPostgresPackage } from './postgres/postgresPrograms';

/** What a test may need that not every computer has. */
interface Need {
    /** Why a test is skipped without it: a finished sentence. */
    readonly reason: string;
    readonly isMet: () => boolean;
    /** The Debian packages that bring it; where these can be installed, a test without it fails. */
    readonly packages?: readonly string[];
}

const isWindows = process.platform === 'win32';
const isLinux = process.platform === 'linux';
const isWine = isWindows && process.env['WINEPREFIX'] !== undefined;
const isRoot = process.getuid?.() === 0;
const runs = (...[command, ...args]: readonly [string, ...string[]]): boolean => spawnSync(command, args).status === 0;

const notIf = (isSo: boolean, reason: string): Need => ({ reason, isMet: () => !isSo });

/** The only reasons for which a test may be skipped. A skip that is not for one of them is a failure. */
const needs = {
    openFilesReplaced: notIf(isWindows, 'Windows lets nobody rename a file over one that is being read.'),
    links: notIf(isWindows, 'On Windows only an administrator can make a link to a file.'),
    anyNames: notIf(isWindows, 'Windows has no file with such a name.'),
    junctions: notIf(isWine, 'Wine makes no links to folders.'),
    filesOnTheWay: notIf(isWindows, 'Windows says of a path through a file only that nothing is there.'),
    pipes: notIf(isWindows, 'On Windows there are no pipes in folders.'),
    socketFiles: notIf(isWindows, 'On Windows sockets are no files.'),
    modes: notIf(isWindows, 'Windows keeps access lists instead of modes.'),
    stoppedPrograms: notIf(isWindows, 'On Windows nothing stops a program for a while.'),
    removedWorkingFolder: notIf(isWindows, 'Windows lets nobody remove the folder of a running program.'),
    removedOpenFiles: notIf(isWindows, 'Windows keeps a folder while a file in it is open.'),
    atomicAppends: notIf(isWine, 'Under Wine two appends at the same time can be one.'),
    caseRenames: notIf(isWine, 'Wine renames nothing where only the case of letters changes.'),
    unicodeForms: notIf(process.platform === 'darwin', 'macOS takes both forms of a letter for one name.'),
    caseMatters: notIf(!isLinux, 'Windows and macOS have one file for a name in any case.'),
    endedFamilies: notIf(isWine, 'Wine ends no program together with those that it started.'),
    unnamedErrors: notIf(isWindows, 'Node has a name for each error of Windows.'),
    ownPackages: notIf(isWine, 'Under Wine the packages are those of Linux.'),
    longPaths: notIf(!isLinux, 'Only on Linux does a path end at 4095 bytes.'),
    systemInFiles: notIf(!isLinux, 'Only Linux shows its kernel and its programs as files.'),
    fullDevice: notIf(!isLinux, 'Only Linux has a device that is always full.'),
    xdgOpen: notIf(!isLinux, 'Only Linux opens a file with xdg-open.'),
    oneEventForAChange: notIf(!isLinux, 'Other systems than Linux tell of one change in several events.'),
    anotherDisk: {
        reason: 'There is no other disk that anybody may write to.',
        isMet: () => isLinux && existsSync('/dev/shm') && statSync('/dev/shm').dev !== statSync(tmpdir()).dev,
    },
    root: notIf(!isRoot, 'Only root can make the files of two people.'),
    accounts: {
        reason: 'Only root of a Linux system can work in the accounts of others, without a password.',
        isMet: () => isLinux && isRoot,
    },
    accessLists: {
        reason: 'Access lists are given with setfacl, on Linux.',
        isMet: () => isLinux && onPath('setfacl').length > 0,
        packages: ['acl'],
    },
    accessListsOnDisk: {
        reason: 'The disk with the temporary files has no access lists.',
        isMet: () => {
            const folder = mkdtempSync(join(tmpdir(), 'cnc-access-'));
            try {
                return runs('setfacl', '-m', 'u:1:r', folder);
            } finally {
                rmSync(folder, { recursive: true });
            }
        },
    },
    mounting: {
        reason: 'Only root of a Linux system, with the right to mount, can mount a disk.',
        isMet: () => isLinux && runs('unshare', '--mount', 'mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', '/tmp'),
    },
    compiler: {
        reason: 'A disk that fails needs Linux and gcc.',
        isMet: () => isLinux && onPath('gcc').length > 0,
        packages: ['gcc', 'libc6-dev'],
    },
    systemCalls: {
        reason: 'System calls can be seen only on Linux with strace, by who may watch a program.',
        isMet: () => isLinux && runs('strace', '-o', '/dev/null', 'true'),
        packages: ['strace'],
    },
    bash: { reason: 'There is no bash.', isMet: () => onPath('bash').length > 0 },
    terminal: {
        reason: 'A terminal for a program comes from script, on Linux.',
        isMet: () => isLinux && runs('script', '--version'),
    },
    python: {
        reason: 'There is no Python 3.',
        isMet: () => findPython() !== undefined,
        packages: ['python3'],
    },
    wrongClock: {
        reason: 'A wrong clock for one program alone needs faketime, on Linux.',
        isMet: () => isLinux && runs('faketime', '-m', '-f', '+0', 'true'),
        packages: ['faketime'],
    },
    postgres: {
        reason: 'There is no PostgreSQL in npm for this system.',
        isMet: hasPostgresPackage,
    },
    openssl: {
        reason: 'There is no openssl to make certificates with.',
        isMet: () => onPath('openssl').length > 0,
        packages: ['openssl'],
    },
} satisfies Readonly<Record<string, Need>>;

const reasons = new WeakMap<object, string>();

/**
 * Whether this computer has what a test needs; where that can be done, it is installed.
 * @throws where it should have been there after its installation
 */
export function has(name: keyof typeof needs): boolean {
    const { reason, isMet, packages }: Need = needs[name];
    if (isMet()) return true;
    if (packages === undefined || !installDebianPackages(packages, 'for the tests')) return false;
    if (isMet()) return true;
    throw new Error(`${packages.join(', ')} is installed, and still: ${reason}`);
}

/** Skips a test, or in a hook the suite that it is for, where this computer lacks what it needs. */
export function skipUnless(context: Mocha.Context, name: keyof typeof needs): void {
    if (has(name)) return;
    const { test } = context;
    if (test === undefined) throw new Error('Outside of a test nothing can be skipped.');
    // What a hook needs, all tests of its suite need.
    reasons.set('type' in test && test.type === 'hook' ? test.parent! : test, needs[name].reason);
    context.skip();
}

/** Why a test was skipped; undefined where nothing declares that. */
export function reasonOfSkip(test: Mocha.Test): string | undefined {
    let reason = reasons.get(test);
    for (let suite = test.parent; suite !== undefined && reason === undefined; suite = suite.parent) {
        reason = reasons.get(suite);
    }
    return reason;
}
