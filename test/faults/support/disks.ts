import { spawnSync } from 'node:child_process';
import { basename, dirname, join } from 'node:path';
import { makeTemporaryFolder, removeFolder } from '../../support/temporaryWorkspace';
import { skipUnless } from '../../support/skips';

/** Disks that tests mount in a folder of theirs. */
export class Disks {
    private readonly mounted: string[] = [];

    /** A disk in memory. @param options as for `mount -o`, such as `size=64k` */
    mountMemory(folder: string, options: string): boolean {
        return this.mount(folder, ['-t', 'tmpfs', '-o', options, 'tmpfs']);
    }

    /** What is in another folder, as a share shows what a server has. */
    mountFolder(folder: string, shown: string): boolean {
        return this.mount(folder, ['--bind', shown]);
    }

    /** A disk whose modification times are whole seconds. */
    mountWholeSeconds(folder: string): boolean {
        const image = imageFor(folder);
        return (
            run('truncate', '-s', '4M', image) &&
            run('mkfs.ext2', '-q', '-F', '-I', '128', image) &&
            this.mount(folder, ['-o', 'loop', image])
        );
    }

    /** A FAT disk, whose modification times are even seconds. */
    mountFat(folder: string): boolean {
        const image = imageFor(folder);
        if (!run('mkfs.vfat', '-C', image, '4096') || !run('fusefat', '-o', 'rw+', image, folder)) return false;
        this.mounted.push(folder);
        return true;
    }

    /** Lets a disk be read only, or be written again; with `bind`, through this mount alone. */
    remount(folder: string, how: 'ro' | 'rw' | 'bind,ro' | 'bind,rw'): void {
        must('mount', '-o', `remount,${how}`, folder);
    }

    /** Takes a disk away under whoever uses it; the folder on which it was mounted stays, and is empty. */
    unmount(folder: string): void {
        must('umount', '--lazy', folder);
        this.mounted.splice(this.mounted.indexOf(folder), 1);
    }

    unmountAll(): void {
        for (const folder of this.mounted.toReversed()) this.unmount(folder);
    }

    private mount(folder: string, args: readonly string[]): boolean {
        if (!run('mount', ...args, folder)) return false;
        this.mounted.push(folder);
        return true;
    }
}

/**
 * A folder for each test of a suite, and disks to mount in it, which are taken away again. The suite is skipped, with a
 * sentence, where nothing can be mounted.
 */
export function temporaryDisks(): { readonly disks: Disks; readonly folder: () => string } {
    const disks = new Disks();
    let folder = '';
    before(function () {
        skipUnless(this, 'mounting');
    });
    beforeEach(async () => {
        folder = await makeTemporaryFolder();
    });
    afterEach(async () => {
        disks.unmountAll();
        await removeFolder(folder);
    });
    return { disks, folder: () => folder };
}

function imageFor(folder: string): string {
    return join(dirname(folder), `${basename(folder)}.image`);
}

function run(command: string, ...args: readonly string[]): boolean {
    return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

function must(command: string, ...args: readonly string[]): void {
    const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`\`${command} ${args.join(' ')}\` failed.\n${stderr}`);
}
