/** Says of each replaced file, in the account of somebody, whether it had an access list that is lost. */
import { hasLostAccessList } from '../../../src/core/disk/accessList';
import type { Rights } from '../../../src/core/disk/rights';

const [uid, group, replaced = '[]'] = process.argv.slice(2);
process.setgroups?.([Number(group)]);
process.setgid?.(Number(uid)); // A group of one's own, as Debian gives it.
process.setuid?.(Number(uid));
const files = JSON.parse(replaced) as [before: Rights, file: string][];
void Promise.all(files.map(([before, file]) => hasLostAccessList(before, file))).then((lost) => {
    console.log(JSON.stringify(lost));
});
