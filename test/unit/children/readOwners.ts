/** Says what somebody, in an account of their own, can read of the owners of mutexes. */
import { readOwner } from '../../../src/core/mutex/ownerFile';

const [uid, ...directories] = process.argv.slice(2);
process.setgroups?.([]);
process.setgid?.(Number(uid));
process.setuid?.(Number(uid));
void Promise.all(directories.map((directory) => readOwner(directory, true))).then((owners) => {
    for (const owner of owners) {
        console.log(
            JSON.stringify(owner ?? null, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)),
        );
    }
});
