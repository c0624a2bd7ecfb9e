import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openSmbShare, whyNoSmbShare } from '../smb/support/smbShare';
import { benchListing } from './listings';
import type { Row } from './report';
import { makeFiles } from './shop';
import { benchOne } from './transactions';

/** One check-out and one listing on a share of a real SMB server, beside the bare calls on the same share. */
export async function benchSmb(): Promise<Row[]> {
    const obstacle = whyNoSmbShare();
    if (obstacle !== undefined) return [{ what: obstacle, ours: '', reference: '', target: '', met: undefined }];
    const share = await openSmbShare();
    try {
        // The client that remembers nothing: what is measured is how often the server is asked.
        const [mount] = share.mounts;
        const rows: Row[] = [];
        for (const existing of [0, 1000]) {
            const folder = join(mount, `check-out-${existing}`);
            await mkdir(folder);
            rows.push(...(await benchOne(folder, existing, 40, 1.35)));
        }
        await makeFiles(join(share.folder, 'listing', 'repo'), 10_000, 20);
        rows.push(...(await benchListing(join(mount, 'listing'), '10,000 files in 20 folders', 10_000, 7)));
        return rows;
    } finally {
        await share.close();
    }
}
