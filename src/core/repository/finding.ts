/** How bad something is: `unknown` is what could not be found out. */
export type Verdict = 'fine' | 'notice' | 'problem' | 'unknown';

/** What was looked at. */
export type Topic =
    | 'reachable'
    | 'latency'
    | 'entries'
    | 'missingFiles'
    | 'person'
    | 'disk'
    | 'synchronised'
    | 'exclusiveCreate'
    | 'rename'
    | 'clock'
    | 'fileTimes'
    | 'letterCase'
    | 'rights'
    | 'space'
    | 'leftovers'
    | 'privateCopies'
    | 'revisions';

/** One thing that was found out about a repository. All texts are finished sentences. */
export interface Finding {
    readonly topic: Topic;
    readonly verdict: Verdict;
    readonly text: string;
    /** What that means for those who work there. */
    readonly means?: string;
    /** What to do about it. */
    readonly advice?: string;
}

/** A short time in a sentence, with two digits that count. */
export function inMilliseconds(time: number): string {
    return `${Number(time.toPrecision(2))} ms`;
}
