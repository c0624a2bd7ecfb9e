/** Does something with `file` in a folder, as its argument says, or makes the folder `shop`; says what came of it. */
import { join } from 'node:path';
import { systemCode } from '../../../src/core/base/errors';
import { copyDurably } from '../../../src/core/disk/durableCopy';
import { moveToFreeName } from '../../../src/core/disk/moveToFreeName';
import { readText } from '../../../src/core/disk/readFile';
import { replaceFile } from '../../../src/core/disk/replaceFile';
import { makeSharedFolder } from '../../../src/core/disk/sharedFolder';
import { StagedFile } from '../../../src/core/disk/stagedFile';

const [folder = '', what = ''] = process.argv.slice(2);
const [file, prepared] = [join(folder, 'file'), join(folder, 'prepared')];

async function write(durable: boolean): Promise<string> {
    const staged = await StagedFile.create(prepared);
    await staged.write(Buffer.from('M30'), { durable, rights: { mode: 0o600 } });
    return staged.replace(file);
}

const calls: Readonly<Record<string, () => Promise<string | undefined | void>>> = {
    read: async () => (await readText(file, 1000))?.text,
    copy: () => copyDurably(file, join(folder, 'copy')),
    move: () => moveToFreeName(file, join(folder, 'moved')),
    make: () => makeSharedFolder(join(folder, 'shop'), folder),
    write: () => write(false),
    writeDurably: () => write(true),
    replace: () => replaceFile(prepared, file),
    putFirst: () => replaceFile(prepared, file, { isNew: true }),
};

calls[what]!().then(
    (told) => console.log(told ?? 'made'),
    (error: unknown) => console.log(systemCode(error)),
);
