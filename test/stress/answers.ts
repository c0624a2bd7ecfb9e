import { statSync } from 'node:fs';
import { join } from 'node:path';
import { CheckoutError } from '../../src/core/base/errors';
import type { Outcome } from '../../src/core/locks/rules';
import type { Repository } from '../../src/core/repository/repository';
import type { ContentRequest } from '../../src/core/repository/undo';
import type { Answer, Holder } from './history';

/** What each file of a call got, also where the call failed as a whole. */
export async function answers(files: readonly string[], carryOut: () => Promise<Answer[]>): Promise<Answer[]> {
    try {
        return await carryOut();
    } catch (error) {
        if (!(error instanceof CheckoutError)) throw error;
        return files.map(() => ({ kind: 'failed', code: error.code, message: error.message }));
    }
}

/**
 * A file under a check-out, as a person is shown it who is asked whether its content is to be replaced.
 * @param message of that check-out
 */
export async function meantOf(
    repository: Repository,
    file: string,
    message: string,
): Promise<Omit<ContentRequest, 'content'> | Answer> {
    await repository.poll();
    const seen = repository.snapshot.table.find(file)?.lock;
    if (seen?.message !== message) return { kind: 'refused', code: 'anotherCheckOut' };
    const times = timesOf(join(repository.options.root, file));
    return times === 'unreachable' ? { kind: 'failed', code: 'fileNotRestored' } : { path: file, seen, file: times };
}

/** The size and time of a file now; undefined when there is none. */
function timesOf(file: string): { readonly size: number; readonly mtimeMs: number } | undefined | 'unreachable' {
    try {
        const found = statSync(file, { throwIfNoEntry: false });
        return found && { size: found.size, mtimeMs: found.mtimeMs };
    } catch {
        return 'unreachable'; // The share is away.
    }
}

export function answerOf({ refusal }: Outcome): Answer {
    if (refusal === undefined) return { kind: 'done' };
    const { code, holder } = refusal;
    return { kind: 'refused', code, holder: holder && nameIn(holder) };
}

export function nameIn({ user, message }: Holder): Holder {
    return { user, message };
}
