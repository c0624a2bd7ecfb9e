/** Puts `prepared` in the place of `file`, in a folder, and is late as soon as it has asked for that; says what became of it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../../../src/core/base/errors';
import { replaceFile } from '../../../src/core/disk/replaceFile';

const [folder = ''] = process.argv.slice(2);
const file = join(folder, 'file');
let hasAsked = false;
const isLate = (): boolean => {
    const isSecond = hasAsked;
    hasAsked = true;
    return isSecond;
};
const isOurs = async (): Promise<boolean> => true;
const isUntouched = async (): Promise<boolean> => readFileSync(file, 'utf8') === 'old';
replaceFile(join(folder, 'prepared'), file, { isLate, isOurs, isUntouched }).then(
    (became) => console.log(became),
    (error: unknown) => console.log(systemCode(error)),
);
