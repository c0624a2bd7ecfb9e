import { type ChildProcess, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { start, stop } from '../../support/processes';
import { shareName } from './smbServer';
import { PacedWatch } from '../../support/pace';

/** Of a quiet machine. */
const LONGEST_START_MS = 30_000;
const BETWEEN_LOOKS = 20;

/**
 * How a client behaves. `exact` asks the server each time, and says at once when it is gone. `remembering` is more like a
 * Windows computer, which may answer from what it was told up to 10 s ago (its `DirectoryCacheLifetime`,
 * `FileInfoCacheLifetime`, and 5 s for a missing file): here names, missing names and attributes are remembered for 1 s.
 * It also sends a request again, as NFS clients do, when the connection broke before the answer: what was done already
 * then seems to be refused.
 */
export type SmbClient = 'exact' | 'remembering';

const settings: Readonly<Record<SmbClient, { readonly mount: string; readonly retries: number }>> = {
    exact: { mount: 'entry_timeout=0,negative_timeout=0,attr_timeout=0', retries: 0 },
    // What is read comes from the server once a file is open, as on Windows.
    remembering: { mount: 'entry_timeout=1,negative_timeout=1,attr_timeout=1,direct_io', retries: 2 },
};

/** One client's view of a share: `smbnetfs`, a process of its own with a connection of its own. */
export class SmbMount {
    private child: ChildProcess | undefined;

    private constructor(
        private readonly scratch: string,
        private readonly mountPoint: string,
        private readonly options: string,
        /** The share, seen through this mount. */
        readonly folder: string,
    ) {}

    /** @param scratch an empty folder */
    static async open(scratch: string, port: number, client: SmbClient): Promise<SmbMount> {
        const mountPoint = join(scratch, 'mount');
        const config = join(scratch, 'smbnetfs.conf');
        await mkdir(mountPoint, { recursive: true });
        await mkdir(join(scratch, '.smb'));
        await writeFile(join(scratch, '.smb', 'smb.conf'), '[global]\n    client min protocol = SMB2\n');
        await writeFile(config, smbnetfsConf(settings[client].retries), { mode: 0o600 });
        // An open file that is removed or replaced is not to be hidden under another name: let the server say what it will.
        const options = `config=${config},hard_remove,${settings[client].mount}`;
        const folder = join(mountPoint, `127.0.0.1:${port}`, shareName);
        const mount = new SmbMount(scratch, mountPoint, options, folder);
        await mount.start();
        return mount;
    }

    /** Ends the client, whatever it is doing, and starts it anew: whoever waited for it is told that it is gone. */
    async restart(): Promise<void> {
        await this.close();
        await this.start();
    }

    private async start(): Promise<void> {
        // Whatever ends this process ends the mount, too.
        const args = ['--pdeathsig', 'TERM', 'smbnetfs', this.mountPoint, '-f', '-o', this.options];
        this.child = start('setpriv', args, { stdio: 'ignore', env: { ...process.env, HOME: this.scratch } });
        try {
            await this.untilReady(this.child);
        } catch (error) {
            await this.close();
            throw error;
        }
    }

    private async untilReady(child: ChildProcess): Promise<void> {
        const watch = new PacedWatch();
        for (;;) {
            if (isMounted(this.mountPoint) && (await isThere(this.folder))) return;
            const ended = child.pid === undefined || child.exitCode !== null;
            if (ended || watch.read() > LONGEST_START_MS) throw new Error('smbnetfs did not mount the share.');
            await delay(BETWEEN_LOOKS);
        }
    }

    /** Takes it away even while somebody uses it; what they still do in it fails. */
    closeNow(): void {
        if (isMounted(this.mountPoint)) spawnSync('fusermount', ['-u', '-z', this.mountPoint], { stdio: 'ignore' });
    }

    async close(): Promise<void> {
        this.closeNow();
        if (this.child?.pid !== undefined) await stop(this.child);
        if (isMounted(this.mountPoint)) throw new Error(`${this.mountPoint} could not be unmounted.`);
    }
}

function smbnetfsConf(retries: number): string {
    // Its own cache of hosts that do not answer (neg_cache) cannot be turned off: that blocks its start for ever.
    return `use_libsecret "false"
smb_query_browsers "false"
neg_cache_timeout 1
stat_workaround_depth 0
max_retry_count ${retries}
auth "guest" ""
`;
}

function isMounted(mountPoint: string): boolean {
    return readFileSync('/proc/self/mounts', 'utf8').includes(` ${mountPoint} `);
}

async function isThere(folder: string): Promise<boolean> {
    return stat(folder).then(
        (stats) => stats.isDirectory(),
        () => false,
    );
}
