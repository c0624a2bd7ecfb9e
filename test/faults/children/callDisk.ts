/** Reads `file`, copies it to `copy` or makes the folder `shop`, in a folder; says what came of it. */
import { join } from 'node:path';
import { systemCode } from '../../../src/core/base/errors';
import { copyDurably } from '../../../src/core/disk/durableCopy';
import { readText } from '../../../src/core/disk/readFile';
import { makeSharedFolder } from '../../../src/core/disk/sharedFolder';

const [folder = '', what] = process.argv.slice(2);

async function call(): Promise<string | undefined> {
    if (what === 'read') return (await readText(join(folder, 'file'), 1000))?.text;
    if (what === 'copy') await copyDurably(join(folder, 'file'), join(folder, 'copy'));
    else await makeSharedFolder(join(folder, 'shop'), folder);
    return 'made';
}

call().then(
    (told) => console.log(told),
    (error: unknown) => console.log(systemCode(error)),
);
