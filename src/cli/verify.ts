import type { Repository } from '../core/repository/repository';
import type { Work } from './invocation';
import { type Streams, writeJson, writeLine } from './output';

/**
 * Reads every revision and names those that are damaged.
 * @returns whether none is
 * @throws CheckoutError when the history cannot be read
 */
export async function verify(repository: Repository, { format }: Work, { stdout, stderr }: Streams): Promise<boolean> {
    const { intact, damaged, elsewhere, unfinished } = await repository.revisions.verify();
    if (format === 'json') writeJson(stdout, { intact, damaged, ...(elsewhere > 0 && { elsewhere }), unfinished });
    else {
        for (const { message } of damaged) writeLine(stderr, message);
        for (const place of unfinished) {
            writeLine(
                stderr,
                `${place} was not finished, because a program was ended. It is in nobody's way; tidy removes it.`,
            );
        }
        const rest = damaged.length === 0 ? '' : ` ${damaged.length} cannot be read.`;
        const others = elsewhere === 0 ? '' : ` ${elsewhere} can be read only at other sites.`;
        writeLine(stdout, `${intact} ${intact === 1 ? 'revision is' : 'revisions are'} as kept.${rest}${others}`);
    }
    return damaged.length === 0;
}
