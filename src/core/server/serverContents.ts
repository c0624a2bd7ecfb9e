import type { KeptContents } from '../locks/keptContents';
import type { Statements } from './statements';

/** Contents of revisions on a lock server. */
export class ServerContents implements KeptContents {
    /** @param largest see `KeptContents.largest` */
    constructor(
        private readonly statements: Statements,
        readonly largest: () => Promise<number>,
    ) {}

    async keep({ size, sha256 }: { size: number; sha256: string }, compressed: Buffer): Promise<boolean> {
        if (size > (await this.largest())) return false;
        return this.statements.keepContent(sha256, size, compressed);
    }

    async known(hashes: readonly string[]): Promise<ReadonlySet<string>> {
        return hashes.length === 0 ? new Set() : new Set(await this.statements.knownContents(hashes));
    }

    read(sha256: string): Promise<readonly Buffer[]> {
        return this.statements.contents(sha256);
    }
}
