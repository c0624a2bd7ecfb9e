import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { installDebianPackages, onPath } from '../../support/installed';
import { makeTemporaryFolder, removeFolder } from '../../support/temporaryWorkspace';
import { SmbMount } from './smbMount';
import { SmbServer } from './smbServer';
import { Wire } from './wire';

/** A share of a real SMB server on this computer, mounted twice, as if by two computers. */
export interface SmbShare {
    /** The share seen by a client that asks each time, and by one that remembers for a second; see `SmbClient`. */
    readonly mounts: readonly [exact: string, remembering: string];
    /** The same files on the server's own disk: what is really there. */
    readonly folder: string;
    readonly server: SmbServer;
    /** The network of each client, where that was asked for. What uses those mounts must not block this process. */
    readonly wires: readonly Wire[];
    /** Starts one of the two clients anew, see `SmbMount.restart`. */
    remount(client: 0 | 1): Promise<void>;
    /** Unmounts, ends the server and removes everything. */
    close(): Promise<void>;
}

const programs = ['smbd', 'smbnetfs', 'fusermount', 'setpriv'];
const MAY_MOUNT = 1n << 21n; // CAP_SYS_ADMIN

/**
 * Why there can be no SMB share on this computer, as a finished sentence; undefined where there can. Where this can be
 * done without asking anybody, what is missing is installed.
 * @throws when it should have been possible to install it
 */
export function whyNoSmbShare(): string | undefined {
    if (process.platform !== 'linux') return 'There is no SMB share, because that needs smbd and smbnetfs on Linux.';
    if (process.getuid?.() !== 0 || !mayMount()) {
        return 'There is no SMB share, because only root with the right to mount can make one here.';
    }
    if (!isUsable('/dev/fuse')) return 'There is no SMB share, because /dev/fuse cannot be used here.';
    if (missingPrograms().length === 0) return undefined;
    if (onPath('apt-get').length === 0) {
        return `There is no SMB share, because ${missingPrograms().join(', ')} is missing. Install Samba, smbnetfs, FUSE 2 and util-linux.`;
    }
    installDebianPackages(['samba', 'smbnetfs', 'fuse', 'util-linux'], 'for a real SMB share');
    const missing = missingPrograms();
    if (missing.length > 0)
        throw new Error(`Samba or smbnetfs could not be installed: ${missing.join(', ')} is missing.`);
    return undefined;
}

/**
 * Starts a server and mounts its share twice. Only where `whyNoSmbShare` has nothing to say.
 * @param wired whether each client gets a network that can be broken, through this process
 */
export async function openSmbShare(wired = false): Promise<SmbShare> {
    const scratch = await makeTemporaryFolder();
    const mounts: SmbMount[] = [];
    const wires: Wire[] = [];
    let server: SmbServer | undefined;
    const unmountAtExit = (): void => mounts.forEach((mount) => mount.closeNow());
    process.once('exit', unmountAtExit);
    const close = async (): Promise<void> => {
        for (const mount of mounts) await mount.close();
        for (const wire of wires) await wire.close();
        await server?.kill();
        process.off('exit', unmountAtExit);
        await removeFolder(scratch);
    };
    try {
        server = await SmbServer.start(scratch);
        for (const client of ['exact', 'remembering'] as const) {
            const own = join(scratch, client);
            await mkdir(own);
            const wire = wired ? await Wire.open(server.port) : undefined;
            if (wire !== undefined) wires.push(wire);
            mounts.push(await SmbMount.open(own, wire?.port ?? server.port, client));
        }
        const [exact, remembering] = mounts.map(({ folder }) => folder) as [string, string];
        const remount = (client: 0 | 1): Promise<void> => mounts[client]!.restart();
        return { mounts: [exact, remembering], folder: server.folder, server, wires, remount, close };
    } catch (error) {
        await close();
        throw error;
    }
}

function missingPrograms(): string[] {
    return programs.filter((name) => onPath(name).length === 0);
}

function mayMount(): boolean {
    const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    return effective !== undefined && (BigInt(`0x${effective}`) & MAY_MOUNT) !== 0n;
}

function isUsable(device: string): boolean {
    try {
        closeSync(openSync(device, 'r+'));
        return true;
    } catch {
        return false;
    }
}
