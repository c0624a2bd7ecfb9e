/** Waits for the mutex of `locks.json` in a folder, for so many milliseconds; says that it is in, or what it is told. */
import { join } from 'node:path';
import { describeError } from '../../../src/core/base/errors';
import { Mutex } from '../../../src/core/mutex/mutex';

const [folder = '', timeout = '60000'] = process.argv.slice(2);
const owner = { user: 'Bob', host: 'PC2' };
const mutex = new Mutex(join(folder, 'locks.json'), { owner, timeout: Number(timeout), staleAfter: 60_000 });
mutex
    .run(async () => 'in')
    .then(
        ({ result }) => console.log(result),
        (error: unknown) => console.log(describeError(error)),
    );
