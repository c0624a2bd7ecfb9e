import type { RevisionFacts } from '../history/historyEvent';

/** Contents of revisions that are kept for all sites of a repository, by their hashes, beside what each site has itself. */
export interface KeptContents {
    /** Of a content with more bytes nothing is kept there. @throws CheckoutError */
    largest(): Promise<number>;
    /**
     * Keeps a content; the same may be kept again.
     * @param compressed by gzip
     * @returns whether it is kept: not if it is too large
     * @throws CheckoutError
     */
    keep(content: Pick<RevisionFacts, 'size' | 'sha256'>, compressed: Buffer): Promise<boolean>;
    /** Which of these hashes there is something for. @throws CheckoutError */
    known(hashes: readonly string[]): Promise<ReadonlySet<string>>;
    /**
     * What was kept under a hash, compressed by gzip. Each has to be compared with it: anybody may have kept anything.
     * @throws CheckoutError
     */
    read(sha256: string): Promise<readonly Buffer[]>;
}
