/** Takes the mutex of a locks file, says so, and holds it until it is told to go on. */
import { once } from 'node:events';
import { Mutex } from '../../../src/core/mutex/mutex';

const [file, user, staleAfter] = process.argv.slice(2) as [string, string, string];

async function hold(): Promise<void> {
    const mutex = new Mutex(file, {
        owner: { user, host: 'CAM-9' },
        timeout: 300_000,
        staleAfter: Number(staleAfter),
    });
    await mutex.run(async (lease) => {
        console.log('held');
        await once(process.stdin, 'data');
        console.log(await lease.isOurs());
    });
    console.log('released');
    process.stdin.destroy();
}

void hold();
