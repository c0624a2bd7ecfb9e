import { cp, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { extname, join } from 'node:path';
import { root } from '../support/root';

/** The moment at which the sample's locks file was written, so that "14 min ago" can be kept true. */
const WRITTEN_AT_MS = Date.parse('2026-11-30T12:00:00Z');
const DAY_MS = 86_400_000;
/** The computer at which the sample is opened: what was checked out there is one's own. */
const OWN_COMPUTER = '"CAM-PC-03"';

/** Copies the sample shop into `folder`: `repo/` and a `locks.json` whose check-outs are as old as ever. */
export async function copySampleShop(folder: string): Promise<void> {
    await cp(join(root, 'test', 'fixtures', 'sampleShop'), folder, { recursive: true });
    await setTimes(join(folder, 'repo'));
    const locks = join(folder, 'locks.json');
    const text = (await readFile(locks, 'utf8')).replaceAll(OWN_COMPUTER, JSON.stringify(hostname()));
    await writeFile(locks, withAgesKept(text));
}

/** Git keeps no modification times: every program is a day newer than its part, as if posted from it. */
async function setTimes(repository: string): Promise<void> {
    const entries = await readdir(repository, { recursive: true, withFileTypes: true });
    for (const entry of entries.filter((each) => each.isFile())) {
        const daysOld = extname(entry.name).toLowerCase() === '.mcam' ? 41 : 40;
        const time = new Date(Date.now() - daysOld * DAY_MS);
        await utimes(join(entry.parentPath, entry.name), time, time);
    }
}

function withAgesKept(locks: string): string {
    const passed = Date.now() - WRITTEN_AT_MS;
    return locks.replaceAll(/(?<="timestamp": ")[^"]+/g, (written) =>
        new Date(Date.parse(written) + passed).toISOString().replace('Z', '000+00:00'),
    );
}
