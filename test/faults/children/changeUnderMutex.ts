/** Takes the mutex of `locks.json` in a folder, replaces that and gives the mutex back; says what became of both. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MutexDirectory } from '../../../src/core/mutex/mutexDirectory';

const [folder = '', foreign] = process.argv.slice(2);
const file = join(folder, 'locks.json');

async function change(): Promise<string> {
    const directory = new MutexDirectory(`${file}.lock`, { user: 'Bob', host: 'PC' }, 60_000);
    const lease = await directory.take();
    if (lease === undefined) return 'not taken';
    if (foreign !== undefined) writeFileSync(join(`${file}.lock`, foreign), '');
    const became = await lease.replace(file, {});
    return `${became}, ${(await directory.giveBack(lease)) ? 'kept' : 'not kept'}`;
}

void change().then(console.log);
