import { join } from 'node:path';
import { describeError } from '../../../src/core/base/errors';
import { defaultExtensions } from '../../../src/core/repository/locateRepository';
import { LocksFile } from '../../../src/core/locks/locksFile';
import { FileLockStore } from '../../../src/core/locks/fileLockStore';
import { Repository } from '../../../src/core/repository/repository';

/** What a worker answers to a list of files: what it was told came of each. */
export interface WorkerAnswer {
    readonly checkedOut: readonly string[];
    readonly refused: readonly { readonly path: string; readonly code: string; readonly holder: string | undefined }[];
    readonly failed: readonly string[];
}

/** One programmer at one computer: checks out the files it is sent, one transaction each. */
const [folder = '', user = ''] = process.argv.slice(2);
const owner = { user, host: `PC-${process.pid}` };
const locksFile = new LocksFile(join(folder, 'locks.json'), { owner, timeout: 60_000 });
const options = { root: join(folder, 'repo'), extensions: defaultExtensions, ...owner };
const repository = new Repository(options, new FileLockStore(locksFile));

async function checkOutEach(files: readonly string[]): Promise<WorkerAnswer> {
    const checkedOut: string[] = [];
    const refused: { path: string; code: string; holder: string | undefined }[] = [];
    const failed: string[] = [];
    for (const file of files) {
        try {
            for (const { path, refusal } of await repository.checkOut([file], `By ${user}`)) {
                if (refusal === undefined) checkedOut.push(path);
                else refused.push({ path, code: refusal.code, holder: refusal.holder?.user });
            }
        } catch (error) {
            failed.push(describeError(error));
        }
    }
    return { checkedOut, refused, failed };
}

process.on('message', (files: readonly string[]) => {
    void checkOutEach(files).then((answer) => process.send?.(answer));
});
process.send?.('ready');
