/** Makes a mutex directory twice, in the account of somebody and with their umask, and says what rights they share each time. */
import { mkdirSync, rmdirSync } from 'node:fs';
import { SharedRights } from '../../../src/core/mutex/sharedRights';

const [uid, umask, directory = ''] = process.argv.slice(2);
process.setgroups?.([]);
process.setgid?.(Number(uid));
process.setuid?.(Number(uid));
process.umask(Number(umask));

async function share(): Promise<void> {
    const rights = new SharedRights(directory);
    for (let time = 1; time <= 2; time++) {
        mkdirSync(directory);
        console.log(JSON.stringify((await rights.give()) ?? null));
        rmdirSync(directory);
    }
}

void share();
