import type { Repository } from '../core/repository/repository';
import type { Work } from './invocation';
import { type Streams, writeJson, writeLine } from './output';

const MEGABYTE = 2 ** 20;

/**
 * Removes the revisions that the rules do not need, or only says which.
 * @throws CheckoutError
 */
export async function tidy(
    repository: Repository,
    { format, dryRun, retention }: Work,
    { stdout }: Streams,
): Promise<void> {
    const { revisions } = repository;
    const plan = await revisions.planTidying(retention);
    const done = dryRun ? plan : await revisions.tidy(plan, retention);
    const names = done.revisions.map(({ file, record }) => `${file}@${record.number}`);
    if (format === 'json')
        return writeJson(stdout, {
            removed: !dryRun,
            revisions: names,
            bytes: done.bytes,
            unfinished: done.unfinished,
        });
    for (const name of names) writeLine(stdout, `${dryRun ? 'Would remove' : 'Removed'} ${name}.`);
    for (const place of done.unfinished) writeLine(stdout, `${dryRun ? 'Would remove' : 'Removed'} ${place}.`);
    const count = `${names.length} ${names.length === 1 ? 'revision' : 'revisions'}`;
    const what = `${count} with ${Math.round(done.bytes / MEGABYTE)} MB of contents`;
    writeLine(stdout, dryRun ? `${what} would be removed.` : `${what} ${names.length === 1 ? 'was' : 'were'} removed.`);
}
