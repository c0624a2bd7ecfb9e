import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';

/** Who has a file. Every check-out of a run has a message of its own, so that a holder names one check-out. */
export interface Holder {
    readonly user: string;
    readonly message: string;
    /** A field of the entry that the product does not know; each has a text of its own. */
    readonly note?: string;
}

/**
 * What a program was told. `done`, of a check-in: who had it, and as which revision it is kept; of a rename: who has it;
 * of a tidying: which revisions were removed. `none`: it was killed before it was told anything.
 * `seen`: what an observer read.
 */
export type Answer =
    | {
          readonly kind: 'done';
          readonly holder?: Holder | undefined;
          readonly revision?: number;
          readonly removed?: readonly number[];
      }
    | {
          readonly kind: 'refused';
          readonly code: string;
          readonly holder?: Holder | undefined;
          /** Of an undo: it was said that the file was replaced before that. */
          readonly isPlaced?: true;
      }
    | { readonly kind: 'failed'; readonly code: string; readonly message?: string }
    | { readonly kind: 'seen'; readonly holder?: Holder | undefined }
    | { readonly kind: 'none' };

/** What is known before a call. */
export interface Request {
    /** The process, unique in a run. */
    readonly who: string;
    readonly user: string;
    /**
     * `undo`, `restore`: a content is put into the file, and the check-out ends or goes on.
     * `label`: a revision gets a label. `tidy`: revisions are removed.
     * `annotate`: some program adds a field to the entry of a check-out. `dump`: some program that knows no mutex writes
     * a whole locks file; to one file it is the entry that this program had read some time ago. `write`: a CAM program
     * saves into the file, and knows of no locks.
     */
    readonly operation:
        | 'checkOut'
        | 'checkIn'
        | 'takeOver'
        | 'rename'
        | 'undo'
        | 'restore'
        | 'label'
        | 'tidy'
        | 'annotate'
        | 'write'
        | 'dump'
        | 'see';
    readonly file: string;
    /**
     * Of a check-out, a take-over: the message that it sets. Of an annotation, an undo, a restore: that of the check-out
     * which is meant.
     */
    readonly message: string;
    /** Of an annotation, a label: the text that it sets. Of an undo, a restore, a write: what it puts into the file. */
    readonly note?: string;
    /** Of a label and of a restore of a revision: its number. Of a tidying: the revisions that are to go. */
    readonly numbers?: readonly number[];
    /** Of a take-over: the check-out that it ends. */
    readonly seen?: Holder;
    /** Of a rename: the new name. */
    readonly to?: string;
    /** Of a dump: what it writes. */
    readonly value?: Holder | undefined;
    /** Which transaction of this process; several files may be in one. */
    readonly turn?: number;
}

/** One file of one call. Times are nanoseconds of the clock that all processes of a computer share. */
export interface Call extends Request {
    readonly start: number;
    /** Nothing of the call can happen later: it was answered, or its process was dead. */
    readonly end: number;
    readonly answer: Answer;
    /** Of a change: when it set about its last look at the locks file. Of a dump: when it had emptied the file. */
    readonly since?: number;
    /** It was said that what it did could not be written into the history of the product. */
    readonly isUnrecorded?: boolean;
}

/** What was in the whole locks file at a moment between `start` and `end`. */
export interface Look {
    readonly holders: Readonly<Record<string, Holder>>;
    readonly start: number;
    readonly end: number;
}

/** What was in a file at a moment between `start` and `end`; undefined for no file. */
export interface Sight {
    readonly file: string;
    readonly content: string | undefined;
    readonly start: number;
    readonly end: number;
}

/** A change that stands: from when, at the latest, it had read the locks file, to when, at the earliest, it replaced it. */
export interface Stay {
    readonly who: string;
    readonly from: number;
    readonly to: number;
}

/** All that one process recorded. */
export interface History {
    readonly calls: Call[];
    readonly looks: Look[];
    readonly stays: Stay[];
    readonly sights: Sight[];
    readonly troubles: string[];
}

type Line =
    | { readonly call: Request; readonly number: number; readonly start: number }
    | ({ readonly number: number } & Pick<Call, 'end' | 'answer' | 'since' | 'isUnrecorded'>)
    | { readonly look: Look }
    | { readonly stay: Stay }
    | { readonly sight: Sight }
    | { readonly trouble: string };

/** Nanoseconds since the computer started, the same in all its processes. */
export function now(): number {
    // Beyond 104 days a number is off by a nanosecond or two, and equal times count as simultaneous.
    return Number(process.hrtime.bigint());
}

/** Writes the history of one process, each line before the program goes on: it may be killed at any moment. */
export class Recorder {
    private readonly handle: number;
    private count = 0;

    constructor(file: string) {
        this.handle = openSync(file, 'a');
    }

    /** Notes that a call begins. @returns what notes its end */
    begin(call: Request, start = now()): (answer: Answer, since?: number, isUnrecorded?: boolean) => void {
        const number = this.count++;
        this.write({ call, number, start });
        return (answer, since, isUnrecorded = false) =>
            this.write({
                number,
                end: now(),
                answer,
                ...(since === undefined ? {} : { since }),
                ...(isUnrecorded ? { isUnrecorded } : {}),
            });
    }

    look(look: Look): void {
        this.write({ look });
    }

    stay(stay: Stay): void {
        this.write({ stay });
    }

    sight(sight: Sight): void {
        this.write({ sight });
    }

    /** Notes what must never happen and is no call. */
    trouble(trouble: string): void {
        this.write({ trouble });
    }

    close(): void {
        closeSync(this.handle);
    }

    private write(line: Line): void {
        writeSync(this.handle, `${JSON.stringify(line)}\n`);
    }
}

/** What a moment of another clock is in ours: no sooner than the one, no later than the other. */
export interface ClockBounds {
    readonly earliest: (moment: number) => number;
    readonly latest: (moment: number) => number;
}

const sameClock: ClockBounds = { earliest: (moment) => moment, latest: (moment) => moment };

/**
 * Reads what one process recorded.
 * @param died when the process was known to be dead, for calls that were never answered
 * @param clock the one by which it recorded: what it did may have lasted longer than that, and nobody was kept out for so long
 */
export function readHistory(file: string, died = Number.MAX_VALUE, clock: ClockBounds = sameClock): History {
    const calls = new Map<number, Call>();
    const history: History = { calls: [], looks: [], stays: [], sights: [], troubles: [] };
    for (const text of readFileSync(file, 'utf8').split('\n')) {
        const line = parseLine(text);
        if (line === undefined) continue;
        if ('trouble' in line) history.troubles.push(line.trouble);
        else if ('look' in line) {
            const { holders, start, end } = line.look;
            history.looks.push({ holders, start: clock.earliest(start), end: clock.latest(end) });
        } else if ('stay' in line) {
            const { who, from, to } = line.stay;
            history.stays.push({ who, from: clock.latest(from), to: clock.earliest(to) });
        } else if ('sight' in line) {
            const { start, end } = line.sight;
            history.sights.push({ ...line.sight, start: clock.earliest(start), end: clock.latest(end) });
        } else if ('call' in line) {
            const { number, start, call } = line;
            calls.set(number, { ...call, start: clock.earliest(start), end: died, answer: { kind: 'none' } });
        } else {
            const { number, end, since, ...rest } = line;
            const looked = since === undefined ? {} : { since: clock.earliest(since) };
            calls.set(number, { ...calls.get(number)!, ...rest, ...looked, end: clock.latest(end) });
        }
    }
    history.calls.push(...calls.values());
    return history;
}

function parseLine(text: string): Line | undefined {
    try {
        return JSON.parse(text) as Line;
    } catch {
        return undefined; // The end of the file, or the line at which the process was killed.
    }
}
