import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../support/root';

export const vsixFile = join(root, 'cnc-checkout.vsix');

const largestSize = 400_000;

/** Packs the extension as its users get it; a warning of the packer or too large a file is a failure. */
export function packExtension(): void {
    const result = spawnSync('npm', ['run', '--silent', 'package'], {
        cwd: root,
        encoding: 'utf8',
        shell: process.platform === 'win32',
    });
    const output = `${result.stdout}${result.stderr}`;
    if (result.status !== 0) throw new Error(`The extension could not be packed.\n${output}`);
    if (/^\s*warning\b/im.test(output)) throw new Error(`Packing the extension gave a warning.\n${output}`);
    const { size } = statSync(vsixFile);
    if (size > largestSize) throw new Error(`The packed extension has ${size} bytes, and may have ${largestSize}.`);
    console.log(`cnc-checkout.vsix has ${Math.round(size / 1000)} kB.`);
}
