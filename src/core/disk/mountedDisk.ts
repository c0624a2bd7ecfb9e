import { open } from 'node:fs/promises';
import * as path from 'node:path';
import { rethrowUnlessSystemError } from '../base/errors';
import { resolveLinks } from './realPath';

/** What a folder lies on. */
export interface MountedDisk {
    /** Such as `ext4` or `cifs`. */
    readonly type: string;
    /** Such as `//server/cam`. */
    readonly source: string;
    readonly isNetwork: boolean;
}

const NETWORK =
    /^(?:cifs|smb\d?|smbfs|nfs\d?|ncpfs|9p|afs|ceph|glusterfs|davfs|webdav|fuse\.(?:sshfs|smbnetfs|gvfsd-fuse|davfs.*|rclone))$/;

/**
 * What a folder lies on, where the system tells.
 * @param folder absolute path
 */
export async function mountedDisk(folder: string): Promise<MountedDisk | undefined> {
    if (process.platform === 'win32') {
        const [, share] = /^(\\\\[^\\]+\\[^\\]+)/.exec(path.resolve(folder)) ?? [];
        return share === undefined ? undefined : { type: 'network share', source: share, isNetwork: true };
    }
    if (process.platform !== 'linux') return undefined;
    try {
        const real = await resolveLinks(folder);
        const handle = await open('/proc/self/mountinfo', 'r');
        try {
            return mountOf(real, await handle.readFile('utf8'));
        } finally {
            await handle.close();
        }
    } catch (error) {
        rethrowUnlessSystemError(error);
        return undefined;
    }
}

/** The mount that a path lies on: of those above it the longest, and of equal ones the last. See proc_pid_mountinfo(5). */
function mountOf(file: string, table: string): MountedDisk | undefined {
    let found: { readonly point: string; readonly disk: MountedDisk } | undefined;
    for (const line of table.split('\n')) {
        const [before = '', after = ''] = line.split(' - ');
        const point = before.split(' ')[4];
        const [type, source = ''] = after.split(' ').map(unescaped);
        if (point === undefined || type === undefined || !isAbove(unescaped(point), file)) continue;
        if (found !== undefined && found.point.length > point.length) continue;
        found = { point, disk: { type, source, isNetwork: NETWORK.test(type) } };
    }
    return found?.disk;
}

function isAbove(point: string, file: string): boolean {
    return point === '/' || file === point || file.startsWith(`${point}/`);
}

/** A space is `\040` there. */
function unescaped(text: string): string {
    return text.replaceAll(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));
}
