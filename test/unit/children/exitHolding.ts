/** Takes the mutex of a locks file, says so, and ends in the middle of the change when it is told to go on. */
import { once } from 'node:events';
import { Mutex } from '../../../src/core/mutex/mutex';

const [file, user] = process.argv.slice(2) as [string, string];

void new Mutex(file, { owner: { user, host: 'CAM-9' }, timeout: 300_000 }).run(async (held) => {
    console.log(await held.isOurs());
    await once(process.stdin, 'data');
    process.exit();
});
