/** Gives a new file the rights of the one that it is to replace, in the account of somebody; says what became of it. */
import { statSync } from 'node:fs';
import { DiskFault } from '../../../src/core/disk/diskFault';
import { hasRights, keepRights, rightsOf } from '../../../src/core/disk/rights';

async function keep(of: string, file: string): Promise<string> {
    try {
        await keepRights(of, file);
        return 'kept';
    } catch (error) {
        if (!(error instanceof DiskFault)) throw error;
        return `${error.code}: ${error.message}. ${error.advice}`;
    }
}

const [uid, of = '', file = ''] = process.argv.slice(2);
process.setgroups?.([]);
process.setgid?.(Number(uid));
process.setuid?.(Number(uid));
void keep(of, file).then((told) => {
    console.log(told);
    // Only root can give a file to somebody else.
    const { mode, gid } = rightsOf(statSync(file));
    console.log(hasRights(statSync(file), { mode, gid, uid: rightsOf(statSync(of)).uid }));
});
