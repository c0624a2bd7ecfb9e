import type { LockEntry } from './lockEntry';
import type { LockTable } from './lockTable';
import { listed } from '../base/sentences';
import { truncate } from '../base/truncate';
import { shortName } from './refusal';

const ENTRIES_NAMED = 5;
const TEXT_LENGTH = 100;

/**
 * What people must know of entries of the locks file that no file can show, in finished sentences: those whose keys cannot be
 * understood as a file of the repository, and those that do not count because another entry on the same file does.
 */
export function entryNotices(table: LockTable): readonly string[] {
    const [strange, idle] = [table.withoutFile(), table.notInForce()];
    const notices: string[] = [];
    if (strange.length > 0) {
        const [what, which] =
            strange.length === 1
                ? ['an entry that names', 'it holds']
                : [`${strange.length} entries that name`, 'they hold'];
        notices.push(
            `The locks file has ${what} no file of the repository, so nobody can tell what ${which}: ${named(strange)}. Correct or remove ${strange.length === 1 ? 'it' : 'them'}.`,
        );
    }
    if (idle.length > 0) {
        const what = idle.length === 1 ? 'an entry that does' : `${idle.length} entries that do`;
        const why = idle.length === 1 ? 'its file has' : 'their files have';
        notices.push(
            `The locks file has ${what} not count, because ${why} another one in force: ${named(idle)}. Remove what is no longer true.`,
        );
    }
    return notices;
}

function named(entries: readonly LockEntry[]): string {
    return listed(entries, ENTRIES_NAMED, ({ key, lock }) => {
        const holder = lock === undefined ? '' : ` (${shortName(lock.user)})`;
        return `“${truncate(key, TEXT_LENGTH)}”${holder}`;
    });
}
