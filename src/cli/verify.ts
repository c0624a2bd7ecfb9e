import type { Repository } from '../core/repository/repository';
import type { Work } from './invocation';
import { type Streams, writeJson, writeLine } from './output';

/**
 * Reads every revision and names those that are damaged.
 * @returns whether none is
 * @throws CheckoutError when the history cannot be read
 */
export async function verify(repository: Repository, { format }: Work, { stdout, stderr }: Streams): Promise<boolean> {
    const { intact, damaged, unfinished } = await repository.revisions.verify();
    if (format === 'json') writeJson(stdout, { intact, damaged, unfinished });
    else {
        for (const { message } of damaged) writeLine(stderr, message);
        for (const place of unfinished) {
            writeLine(
                stderr,
                `${place} was not finished, because a program was ended. It is in nobody's way; tidy removes it.`,
            );
        }
        const rest = damaged.length === 0 ? '' : ` ${damaged.length} cannot be read.`;
        writeLine(stdout, `${intact} ${intact === 1 ? 'revision is' : 'revisions are'} as kept.${rest}`);
    }
    return damaged.length === 0;
}
