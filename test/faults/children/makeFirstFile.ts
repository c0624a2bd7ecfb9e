/** Puts `prepared` at the name `file`, which nobody may have yet, in a folder; says what became of it. */
import { join } from 'node:path';
import { systemCode } from '../../../src/core/errors';
import { moveInPlace } from '../../../src/core/moving';

const [folder = ''] = process.argv.slice(2);
moveInPlace(join(folder, 'prepared'), join(folder, 'file'), { isNew: true }).then(
    (became) => console.log(became),
    (error: unknown) => console.log(systemCode(error)),
);
