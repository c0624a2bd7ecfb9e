/** Puts `prepared` in the place of `file`, in a folder, and is late as soon as it has asked for that; says what became of it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../../../src/core/base/errors';
import { replaceFile, type LeasedFolder } from '../../../src/core/disk/replaceFile';

const [folder = ''] = process.argv.slice(2);
const file = join(folder, 'file');
let hasAsked = false;
const lease: LeasedFolder = {
    get isLate() {
        const isSecond = hasAsked;
        hasAsked = true;
        return isSecond;
    },
    isOurs: async () => true,
};
const isUntouched = async (): Promise<boolean> => readFileSync(file, 'utf8') === 'old';
replaceFile(join(folder, 'prepared'), file, { folder: lease, isUntouched }).then(
    (became) => console.log(became),
    (error: unknown) => console.log(systemCode(error)),
);
