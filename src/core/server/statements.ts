import { setTimeout as delay } from 'node:timers/promises';
import { CheckoutError } from '../base/errors';
import type { ChangeRequest } from './changeRequest';
import { isBusy, LostAnswer, type ServerErrors } from './serverErrors';
import type { ServerLink } from './serverLink';
import { markOf, type ServerState, type ToldState } from './serverState';

/** Why a file kept a change from being made. */
interface Obstacle {
    readonly folded: string;
    /** `changed`: its lock is no longer the one that was expected; `pinned`: somebody replaces its content now. */
    readonly why: 'changed' | 'pinned';
    readonly holder?: string;
}

/** What became of a change that the server was asked for. */
export interface ToldChange {
    readonly applied: boolean;
    readonly obstacles?: readonly Obstacle[];
    /** When a change was made, as its locks and its history have it; undefined for what changes no lock. */
    readonly at?: string;
    readonly state: ToldState;
}

/** What a commit is acknowledged with that was not waited for: nobody can tell whether a standby has it. */
const UNCONFIRMED: ReadonlySet<string> = new Set(['01000', '57P01', '57014']);
const SHORTEST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1000;

/** What a client asks of a repository on a server, each in one statement. */
export class Statements {
    /**
     * @param timeout milliseconds after which a change that was not confirmed is given up
     * @param basis the state that is known, from this connection
     */
    constructor(
        private readonly link: ServerLink,
        private readonly errors: ServerErrors,
        private readonly repository: string,
        private readonly timeout: number,
        private readonly basis: () => ServerState | undefined,
    ) {}

    /** The mark of the locks now. @throws CheckoutError */
    async mark(): Promise<string> {
        const text = 'select revision, change from cnc.repository where name = $1';
        const [row] = await this.read(text, () => [this.repository]);
        if (row === undefined) throw this.errors.noRepository();
        return markOf(Number(row['revision']), row['change'] as string | null);
    }

    /** What only a foreman may do, as the repository has it. @throws CheckoutError */
    async reserved(): Promise<readonly string[]> {
        const text = 'select array_to_json(reserved) as reserved from cnc.repository where name = $1';
        const [row] = await this.read(text, () => [this.repository]);
        if (row === undefined) throw this.errors.noRepository();
        return row['reserved'] as readonly string[];
    }

    /** What is new since the state that is known. @throws CheckoutError */
    async state(): Promise<ToldState> {
        const text = 'select cnc.state($1, $2, $3) as state';
        const [row] = await this.read(text, () => [this.repository, ...this.since()]);
        const state = row?.['state'] as ToldState | null | undefined;
        if (state === null || state === undefined) throw this.errors.noRepository();
        return state;
    }

    /**
     * Makes a change. A lost answer is asked for again, under the same id.
     * @param since the revision by which it was decided
     * @throws CheckoutError; unless its code is `changeUnconfirmed`, nothing was changed
     */
    async change(
        id: string,
        { files, events }: ChangeRequest,
        host: string,
        pin: string | undefined,
        since: number,
    ): Promise<ToldChange> {
        const text = 'select cnc.change($1, $2, $3, $4, $5, $6, $7, $8, $9) as told';
        const [asked, history] = [jsonOf(files), jsonOf(events)];
        const values = (): unknown[] => [
            this.repository,
            id,
            asked,
            history,
            host,
            pin ?? null,
            since,
            ...this.since(),
        ];
        return (await this.confirmed(text, values))['told'] as ToldChange;
    }

    /** Has the locks of files stay as they are for some seconds; 0 ends that. @throws CheckoutError */
    async pin(pin: string, files: ChangeRequest['files'], seconds: number): Promise<ToldChange> {
        const text = 'select cnc.pin($1, $2, $3, $4, $5, $6) as told';
        const asked = jsonOf(files);
        const values = (): unknown[] => [this.repository, pin, asked, seconds, ...this.since()];
        return (await this.confirmed(text, values))['told'] as ToldChange;
    }

    /** The next number for a revision of a file; see `PlacingLease.numberAfter`. @throws CheckoutError */
    async takeNumber(folded: string, taken: number): Promise<number> {
        const text = 'select cnc.take_number($1, $2, $3) as number';
        return (await this.confirmed(text, () => [this.repository, folded, taken]))['number'] as number;
    }

    /** Keeps the content of a revision. @returns false for one that is too large @throws CheckoutError */
    async keepContent(sha256: string, size: number, compressed: Buffer): Promise<boolean> {
        const text = 'select cnc.keep_content($1, $2, $3, $4) as kept';
        return (await this.confirmed(text, () => [this.repository, sha256, size, compressed]))['kept'] as boolean;
    }

    /** For which of these hashes there is a content. @throws CheckoutError */
    async knownContents(hashes: readonly string[]): Promise<readonly string[]> {
        const text = 'select distinct sha256 from cnc.content where repository = $1 and sha256 = any($2)';
        return (await this.read(text, () => [this.repository, hashes])).map((row) => row['sha256'] as string);
    }

    /** The contents that were kept under a hash. @throws CheckoutError */
    async contents(sha256: string): Promise<readonly Buffer[]> {
        const text = 'select compressed from cnc.content where repository = $1 and sha256 = $2';
        return (await this.read(text, () => [this.repository, sha256])).map((row) => row['compressed'] as Buffer);
    }

    private since(): readonly [revision: number | null, change: string | null] {
        const basis = this.basis();
        return [basis?.revision ?? null, basis?.change ?? null];
    }

    private async read(text: string, values: () => readonly unknown[]) {
        try {
            return (await this.link.read(() => ({ text, values: values() }))).rows;
        } catch (error) {
            throw this.errors.explain(error) ?? this.errors.unexpected(error);
        }
    }

    /** Runs a statement that may be run again, until the server confirms that it was carried out. */
    private async confirmed(
        text: string,
        values: () => readonly unknown[],
    ): Promise<Readonly<Record<string, unknown>>> {
        const started = performance.now();
        let inDoubt = false;
        for (let pause = SHORTEST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
            let failure: unknown;
            try {
                const { rows, warnings } = await this.link.run(() => ({ text, values: values() }));
                if (!warnings.some((code) => UNCONFIRMED.has(code))) return rows[0]!;
                inDoubt = true;
            } catch (error) {
                failure = error;
                if (error instanceof LostAnswer) inDoubt = true;
                else if (!isBusy(error) && !(inDoubt && isAway(error))) {
                    // What came before may have been made, whatever this answer is.
                    if (inDoubt) throw this.errors.unconfirmed(error);
                    throw this.errors.explain(error) ?? this.errors.unexpected(error);
                }
            }
            if (performance.now() - started > this.timeout) {
                throw inDoubt ? this.errors.unconfirmed(failure) : this.errors.busy();
            }
            await delay(pause * (0.5 + Math.random()));
        }
    }
}

function isAway(error: unknown): boolean {
    return error instanceof CheckoutError && error.code === 'serverUnreachable';
}

/** JSON as PostgreSQL takes it: it knows no NUL, and no half of a character. */
function jsonOf(value: unknown): string {
    return JSON.stringify(value, (_, each: unknown) =>
        typeof each === 'string' && /[\0\ud800-\udfff]/.test(each)
            ? Buffer.from(each, 'utf8').toString('utf8').replaceAll('\0', '\ufffd')
            : each,
    );
}
