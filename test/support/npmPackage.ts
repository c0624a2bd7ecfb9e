import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { npm } from './processes';

/** A package that is no entry of package.json, because it can be installed on some systems only. */
export interface PinnedPackage {
    readonly name: string;
    readonly version: string;
    /** As `npm view NAME@VERSION dist.integrity` tells it. */
    readonly integrity: string;
}

/** Fetches a package and unpacks it, into `package` in a folder. @throws where it is not the one that is meant */
export async function fetchPackage({ name, version, integrity }: PinnedPackage, folder: string): Promise<void> {
    npm(['pack', `${name}@${version}`, '--loglevel=error'], folder);
    const archive = join(
        folder,
        readdirSync(folder).find((file) => file.endsWith('.tgz'))!,
    );
    const [algorithm, wanted] = integrity.split(/-(.*)/, 2) as [string, string];
    const found = createHash(algorithm).update(readFileSync(archive)).digest('base64');
    if (found !== wanted) {
        throw new Error(`The package ${name} ${version} is not the one that is meant: its hash is ${found}.`);
    }
    const { status, stderr } = spawnSync('tar', ['-xzf', archive, '-C', folder], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${archive} could not be unpacked.\n${stderr}`);
    await rm(archive);
}
