import { foldPath } from '../base/repositoryPath';
import {
    formatEvent,
    isWanted,
    parseEvent,
    type History,
    type HistoryEvent,
    type HistoryQuery,
} from '../history/historyEvent';
import type { HistoryMark, HistoryPiece, HistoryStep } from '../history/historyReader';
import { nameBefore } from '../history/renamedFile';
import type { ServerLink } from './serverLink';

/** Rows that are read at a time. */
const PAGE = 2000;
const COLUMNS = 'revision, item, change, at, action, path, from_path, who, host, message, detail';

/** What is of use for who asks for lines: the others would be most of a long history. */
const TELLS_OF_REVISIONS = `(detail ?| array['revision', 'restoredFrom', 'removed'] or action in ('rename', 'undo', 'check-in'))`;
/** Behind every item of a revision. */
const LAST_ITEM = 2 ** 31 - 1;

interface Row {
    readonly revision: string;
    readonly item: number;
    readonly change: string;
    readonly at: string;
    readonly action: string;
    readonly path: string | null;
    readonly from_path: string | null;
    readonly who: string;
    readonly host: string;
    readonly message: string;
    readonly detail: Readonly<Record<string, unknown>>;
}

/** What was done in a repository, as the server tells it. */
export class ServerHistory {
    constructor(
        private readonly link: ServerLink,
        private readonly repository: string,
    ) {}

    /** See `LockStore.history`. */
    async read({ file, limit = Infinity }: HistoryQuery): Promise<History> {
        const events: HistoryEvent[] = [];
        let name = file;
        let before: readonly [revision: string, item: number] | undefined;
        for (;;) {
            const rows = await this.page(name, before, Math.min(PAGE, limit - events.length));
            const asked = name;
            for (const row of rows) {
                before = [row.revision, row.item];
                const event = eventOf(row);
                if (event === undefined || !isWanted(event, { file: name })) continue;
                events.push(event);
                if (events.length >= limit) return { events, skipped: 0 };
                if (name !== undefined) name = nameBefore(event, name) ?? name;
                // Before that it had another name: the rest of the page is of the wrong one.
                if (name !== asked) break;
            }
            if (name === asked && rows.length === 0) return { events, skipped: 0 };
        }
    }

    /** See `LockStore.historySince`; a mark holds the revision and the change up to which it was read. */
    async since(since?: HistoryMark): Promise<HistoryStep> {
        const { mark, isKnown, pages } = await this.after(since, '');
        const events: HistoryEvent[] = [];
        for await (const page of pages) for (const event of page) events.push(event);
        return { events, mark, isWhole: !isKnown };
    }

    /** See `LockStore.historyPieces`. */
    async *pieces(since?: HistoryMark, files?: readonly string[]): AsyncGenerator<HistoryPiece, void> {
        const names = files && (await this.namesOf(files));
        const { mark, isKnown, pages } = await this.after(since, `and ${TELLS_OF_REVISIONS}`, names);
        let isBeginning = !isKnown;
        for await (const page of pages) {
            const lines = Buffer.from(page.map((event) => `${formatEvent(event)}\n`).join(''));
            yield { lines, isBeginning, mark: undefined };
            isBeginning = false;
        }
        yield { lines: Buffer.alloc(0), isBeginning, mark };
    }

    /** All names that files have had, folded. */
    private async namesOf(files: readonly string[]): Promise<readonly string[]> {
        const text = `
            select ${COLUMNS} from cnc.history
            where repository = $1 and action = 'rename' order by revision desc, item desc`;
        const { rows } = await this.link.read(() => ({ text, values: [this.repository] }));
        const names = new Set(files.map(foldPath));
        for (const event of (rows as unknown as readonly Row[]).map(eventOf)) {
            if (event === undefined) continue;
            const before = [...names].flatMap((name) => nameBefore(event, name) ?? []);
            for (const name of before) names.add(foldPath(name));
        }
        return [...names];
    }

    private async after(since: HistoryMark | undefined, condition: string, names?: readonly string[]) {
        const { revision, change, isKnown } = await this.end(since);
        const mark = { part: 0, before: 0, offset: revision, head: change };
        return { mark, isKnown, pages: this.pages(isKnown ? since!.offset : 0, revision, condition, names) };
    }

    /** What was done after one revision and up to another, the oldest first. */
    private async *pages(
        after: number,
        end: number,
        condition: string,
        names: readonly string[] | undefined,
    ): AsyncGenerator<readonly HistoryEvent[], void> {
        let last: readonly [revision: string, item: number] = [String(after), LAST_ITEM];
        const text = `
            select ${COLUMNS} from cnc.history
            where repository = $1 and (revision, item) > ($2, $3) and revision <= $4 ${condition}
            ${names === undefined ? '' : `and (folded = any($5) or action = 'rename' or path is null)`}
            order by revision, item limit ${PAGE}`;
        for (let isOver = after === end; !isOver;) {
            const values = [this.repository, ...last, end, ...(names === undefined ? [] : [names])];
            const { rows } = await this.link.read(() => ({ text, values }));
            const page = rows as unknown as readonly Row[];
            const newest = page.at(-1);
            if (newest !== undefined) last = [newest.revision, newest.item];
            yield page.flatMap((row) => eventOf(row) ?? []);
            isOver = page.length < PAGE;
        }
    }

    /** About how many bytes all of it is. */
    async bytes(): Promise<number> {
        return (await this.end(undefined)).revision * 300;
    }

    /** The newest revision, and whether a mark is of the same history: a server may have lost what it had told. */
    private async end(mark: HistoryMark | undefined) {
        const text = `
            select r.revision, coalesce(r.change::text, '') as change, $2::bigint = 0 and $3 = '' or exists (
                select from cnc.history h where h.repository = r.name and h.revision = $2 and h.change::text = $3
            ) as "isKnown"
            from cnc.repository r where r.name = $1`;
        const values = [this.repository, mark?.offset ?? -1, mark?.head ?? ''];
        const { rows } = await this.link.read(() => ({ text, values }));
        const [row] = rows as unknown as readonly { revision: string; change: string; isKnown: boolean }[];
        return {
            revision: Number(row?.revision ?? 0),
            change: row?.change ?? '',
            isKnown: mark !== undefined && row?.isKnown === true,
        };
    }

    private async page(
        name: string | undefined,
        before: readonly [revision: string, item: number] | undefined,
        limit: number,
    ): Promise<readonly Row[]> {
        // A rename of a folder above it tells of a file, too.
        const ofFile = `and (folded = $4 or action = 'rename' or path is null)`;
        const text = `
            select ${COLUMNS} from cnc.history
            where repository = $1 and (revision, item) < ($2, $3) ${name === undefined ? '' : ofFile}
            order by revision desc, item desc limit ${name === undefined ? limit : PAGE}`;
        const values = [
            this.repository,
            ...(before ?? ['9223372036854775807', 0]),
            ...(name === undefined ? [] : [foldPath(name)]),
        ];
        const { rows } = await this.link.read(() => ({ text, values }));
        return rows as unknown as readonly Row[];
    }
}

function eventOf({ at, action, path, from_path: from, who, host, message, detail }: Row): HistoryEvent | undefined {
    const event = { ...detail, time: at, action, file: path ?? undefined, from: from ?? undefined, user: who, message };
    // As what others wrote: a user of the server may have put anything into the detail.
    return parseEvent(JSON.stringify({ ...event, ...(host !== '' && { host }) }));
}
