/** Puts `prepared` at the name `file`, which nobody may have yet, in a folder; says what became of it. */
import { join } from 'node:path';
import { systemCode } from '../../../src/core/base/errors';
import { replaceFile } from '../../../src/core/disk/replaceFile';

const [folder = ''] = process.argv.slice(2);
replaceFile(join(folder, 'prepared'), join(folder, 'file'), { isNew: true }).then(
    (became) => console.log(became),
    (error: unknown) => console.log(systemCode(error)),
);
