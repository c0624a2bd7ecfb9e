/** Adds one to a counter many times, each time under the mutex, and objects when somebody else is in as well. */
import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Mutex } from '../../../src/core/mutex/mutex';

const [file, times, staleAfter] = process.argv.slice(2) as [string, string, string];

async function count(): Promise<void> {
    const mutex = new Mutex(file, {
        owner: { user: 'counter', host: 'PC' },
        timeout: 300_000,
        staleAfter: Number(staleAfter),
    });
    for (let time = 0; time < Number(times); time++) {
        await mutex.run(async (lease) => {
            closeSync(openSync(`${file}.inside`, 'wx'));
            const before = Number(readFileSync(file, 'utf8'));
            if (!(await lease.isOurs())) throw new Error('The mutex was taken away.');
            writeFileSync(file, String(before + 1));
            rmSync(`${file}.inside`);
        });
    }
}

void count();
