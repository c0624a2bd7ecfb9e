import { CheckoutError, describeError, isAbort, isSystemError } from '../core/base/errors';
import { nameOf } from '../core/base/repositoryPath';
import { plainLine } from '../core/base/plainText';
import { SerialQueues } from '../core/base/serialQueue';
import type { Outcome } from '../core/locks/rules';
import type { RunWithProgress } from './copiesAtCheckOut';
import type { RepositorySession } from './repositorySession';

/**
 * Keeps what was in files at their check-out as revisions, where no revision has it: what was there before the first check-in,
 * and what was changed outside. In the background: a part of 200 MB is checked out like a small one.
 */
export class FoundContents {
    /** By repository, so that a slow share does not delay another. */
    private readonly keeping = new SerialQueues<string>();

    /** @param warn told, in finished sentences, what could not be kept */
    constructor(
        private readonly withProgress: RunWithProgress,
        private readonly warn: (sentence: string) => void,
        private readonly log: (sentence: string) => void,
    ) {}

    /** Begins to keep what was in files that were just checked out. */
    keep(session: RepositorySession, outcomes: readonly Outcome[]): void {
        const files = outcomes.filter(({ refusal, file }) => refusal === undefined && file !== undefined);
        const [first] = files;
        if (first === undefined || !session.settings.keepsRevisions) return;
        const what = files.length === 1 ? plainLine(nameOf(first.path)) : `${files.length} files`;
        void this.keeping.run(session.repository.options.root, async () => {
            try {
                await this.withProgress(`Keeping ${what} as found at the check-out`, async (signal) => {
                    await session.repository.keepFound(files, { signal });
                });
            } catch (error) {
                if (isAbort(error)) return;
                if (!(error instanceof CheckoutError) && !isSystemError(error)) throw error;
                // What was saved meanwhile is kept at the check-in, from the copy on this computer.
                this.log(`What was in ${what} could not be kept: ${describeError(error)}`);
                if (error instanceof CheckoutError && error.code === 'revisionNotKept') this.warn(error.message);
            }
        });
    }

    /** Settles when what was found is kept. */
    async whenKept(session: RepositorySession): Promise<void> {
        await this.keeping.idle(session.repository.options.root);
    }
}
