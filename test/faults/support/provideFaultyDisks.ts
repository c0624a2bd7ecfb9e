import { spawnSync } from 'node:child_process';
import { installDebianPackages, onPath } from '../../support/installed';

/** What the tests of faults use, and the Debian packages that have it. */
const programs: Readonly<Record<string, readonly string[]>> = {
    gcc: ['gcc', 'libc6-dev'],
    mount: ['mount'],
    'mkfs.ext2': ['e2fsprogs'],
    'mkfs.vfat': ['dosfstools'],
    fusefat: ['fusefat'],
};

/**
 * Installs what the tests of faults need, where that can be done; a test whose program is not there says so.
 * @returns what runs a script of these tests: Node, where possible in a world of its own for mounted disks, so that
 * none stays behind however they end
 */
export function provideFaultyDisks(): string[] {
    const missing = Object.keys(programs).filter((name) => onPath(name).length === 0);
    if (missing.length > 0) {
        installDebianPackages(
            missing.flatMap((name) => programs[name] ?? []),
            'for disks that fail',
        );
    }
    const unshare = ['unshare', '--mount', process.execPath];
    const { status } = spawnSync('unshare', ['--mount', 'true'], { stdio: 'ignore' });
    return status === 0 ? unshare : [process.execPath];
}
