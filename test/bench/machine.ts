import { statfs } from 'node:fs/promises';
import { cpus } from 'node:os';

/** The numbers by which Linux calls its file systems. */
const fileSystems: Readonly<Record<number, string>> = {
    0xef53: 'ext4',
    0x01021994: 'tmpfs',
    0x9123683e: 'btrfs',
    0x58465342: 'xfs',
    0x794c7630: 'overlayfs',
    0x2fc12fc1: 'zfs',
    0x6969: 'NFS',
    0x65735546: 'FUSE',
    0xff534d42: 'SMB',
};

/** On what the figures were measured, in one line, without anything that names the computer. */
export async function describeMachine(folder: string, now: Date): Promise<string> {
    const parts = [
        now.toISOString().slice(0, 10),
        `${cpus().length} cores`,
        `Node.js ${process.versions.node}`,
        `${process.platform} ${process.arch}`,
    ];
    if (process.platform === 'linux') {
        const { type } = await statfs(folder);
        parts.push(`files on ${fileSystems[type] ?? `a file system of type 0x${type.toString(16)}`}`);
    }
    return parts.join(', ');
}
