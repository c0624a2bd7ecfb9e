import { CheckoutError, systemCode } from '../base/errors';
import { plainLine, plainName } from '../base/plainText';
import { foldPath } from '../base/repositoryPath';
import type { LockStore } from '../locks/lockStore';
import { unpack, type Reading } from '../revisions/compressedFile';
import type { Content } from '../revisions/contentStore';
import type { RevisionRecord } from '../revisions/revisionRecord';
import type { RevisionStore } from '../revisions/revisionStore';

/** Larger contents are on no lock server, in bytes. */
const LARGEST_SHARED = 2 ** 26;

/** Where the content of a revision is. */
export type Whereabouts = 'here' | 'server' | 'otherSite' | 'gone';

/** What is in revisions, wherever it is: in the folder of this site, on the lock server, or at another site. */
export class RevisionContents {
    constructor(
        private readonly store: RevisionStore,
        private readonly locks: LockStore,
    ) {}

    /**
     * The content of a revision, piece by piece, for a reader who must not believe it before the end.
     * @param keptAs path inside the repository under which it was kept
     * @param expected what the history says of it
     * @throws CheckoutError `revisionUnreadable`, at the end at the latest
     */
    async read(
        keptAs: string,
        number: number,
        expected: Content | undefined,
        use: (piece: Buffer) => Promise<void> | void,
        reading: Reading,
    ): Promise<Content> {
        if (this.locks.contents === undefined || expected === undefined) {
            return this.store.read(keptAs, number, expected, use, reading);
        }
        const pieces: Buffer[] = [];
        const isShared = expected.size <= LARGEST_SHARED;
        try {
            // What is damaged here may be whole on the server: nothing of it is handed on before.
            const keep = isShared ? (piece: Buffer): void => void pieces.push(piece) : use;
            const content = await this.store.read(keptAs, number, expected, keep, reading);
            for (const piece of pieces) await use(piece);
            return content;
        } catch (error) {
            if (!(error instanceof CheckoutError)) throw error;
            const content = isShared ? await this.onServer(expected) : undefined;
            if (content === undefined) {
                throw systemCode(error.cause) === 'ENOENT' ? await this.notHere(keptAs, number, error) : error;
            }
            reading.onProgress?.(content.length);
            await use(content);
            return { size: expected.size, sha256: expected.sha256 };
        }
    }

    /** Where the contents of revisions are, in order. @throws CheckoutError; the system error */
    async whereabouts(records: readonly RevisionRecord[]): Promise<readonly Whereabouts[]> {
        const numbers = new Map<string, ReadonlySet<number>>();
        for (const { keptAs } of records) {
            if (!numbers.has(keptAs)) numbers.set(keptAs, new Set(await this.store.numbers(keptAs)));
        }
        const isHere = ({ keptAs, number }: RevisionRecord): boolean => numbers.get(keptAs)!.has(number);
        const others = records.filter((record) => !isHere(record)).map(({ sha256 }) => sha256);
        const shared = await this.locks.contents?.known([...new Set(others)]);
        return records.map((record) => {
            if (isHere(record)) return 'here';
            if (shared?.has(record.sha256)) return 'server';
            return shared === undefined || record.isRemoved ? 'gone' : 'otherSite';
        });
    }

    private async onServer(expected: Content): Promise<Buffer | undefined> {
        for (const compressed of (await this.locks.contents?.read(expected.sha256)) ?? []) {
            const content = await unpack(compressed, expected);
            if (content !== undefined) return content;
        }
        return undefined;
    }

    /** Says where a content is that neither this site nor the server has, as a sentence. @throws CheckoutError */
    async elsewhere(keptAs: string, number: number): Promise<string> {
        const { events } = await this.locks.history({ file: keptAs });
        const event = events.findLast(
            ({ action, file = '', revision }) =>
                action !== 'label' && revision?.number === number && foldPath(file) === foldPath(keptAs),
        );
        const { user = '', host, keptIn } = event ?? {};
        const who = event === undefined ? '' : ` of ${plainName(user)}${host ? ` on ${plainName(host)}` : ''}`;
        return keptIn === undefined
            ? 'The site where it was checked in may still have it.'
            : `It is larger than what the server keeps, and is at the site${who}, in ${plainLine(keptIn)}.`;
    }

    private async notHere(keptAs: string, number: number, cause: unknown): Promise<CheckoutError> {
        const where = await this.elsewhere(keptAs, number);
        const message = `Revision ${number} of ${keptAs} is neither at this site nor on the lock server. ${where}`;
        return new CheckoutError('revisionUnreadable', message, keptAs, { cause });
    }
}
