import { readFileSync } from 'node:fs';
import type { Call, Sight } from './history';
import { byProgram, programOf } from './pairs';
import { isAmbiguous, isContentChange } from './registerSearch';

/** A change of a content, and when it was over at the latest, whenever its program was told so. */
interface Placing {
    readonly call: Call;
    readonly over: number;
}

/**
 * What was seen in files and cannot have been there: a content that nobody put there, or one that was replaced before. Each
 * change puts a text of its own into the file, but for an old revision that is put back. An undo and a restore do so under
 * the check-out that they mean, or never.
 * @param initial what was in every file at the beginning
 * @param mayComeBack whether a check-out that was over may be in force again, since old locks were written or restored
 * @returns a sentence for each
 */
export function wrongContents(
    calls: readonly Call[],
    sights: readonly Sight[],
    initial: string,
    mayComeBack = false,
): string[] {
    const placings = placingsIn(calls, mayComeBack);
    const ofPrograms = byProgram(sights);
    return sights.flatMap((sight) => {
        const { file, content, start, end } = sight;
        const ofFile = placings.get(programOf(file)) ?? [];
        // Some clients of a file server replace a file by deleting it first, and may be cut off in between.
        const isHalfWay = ({ call }: Placing): boolean =>
            call.start <= end && (call.end >= start || call.answer.kind !== 'done');
        if (content === undefined && ofFile.some(isHalfWay)) return [];
        const seen = `Between ${start} and ${end}, ${file} held ${content === undefined ? 'nothing' : `"${content}"`}`;
        // An old revision that is put back has the content of another change.
        const possible: (Placing | undefined)[] = ofFile.filter(({ call }) => call.note === content);
        if (content === initial) possible.unshift(undefined);
        if (possible.length === 0) return [`${seen}, which nobody put there.`];
        const others = ofPrograms.get(programOf(file))!;
        const objections = possible.map((placing) => objectionTo(sight, placing, ofFile, others));
        return objections.includes(undefined) ? [] : [`${seen}, ${objections.at(-1)}.`];
    });
}

/**
 * Why a content that was seen cannot have been there through one change; undefined where it can.
 * @param placing that change; undefined for what was there at the beginning
 * @param ofFile all changes of the program
 * @param sights of the program
 */
function objectionTo(
    { content, start, end }: Sight,
    placing: Placing | undefined,
    ofFile: readonly Placing[],
    sights: readonly Sight[],
): string | undefined {
    const put = placing?.call;
    if (put !== undefined && !mayBePlaced(put)) return `though its ${put.operation} was not carried out`;
    if (put !== undefined && put.start > end) return 'before anybody put it there';
    const since = placing?.over ?? -Infinity;
    const later = ofFile.find(({ call }) => call.answer.kind === 'done' && call.start > since && call.end < start);
    if (later === undefined) {
        if (placing === undefined || placing.over === placing.call.end) return undefined;
        const before = sights.find((sight) => sight.content !== content && sight.start > since && sight.end < start);
        if (before === undefined) return undefined;
        return `which was not there at ${before.end}, when its check-out had been over since ${since}`;
    }
    const { who, note, start: from, end: to } = later.call;
    return `though ${who} had replaced it by "${note}" from ${from} to ${to}`;
}

function placingsIn(calls: readonly Call[], mayComeBack: boolean): ReadonlyMap<string, readonly Placing[]> {
    const placings = new Map<string, readonly Placing[]>();
    for (const [program, all] of byProgram(calls)) {
        const ofProgram = all.filter((call) => isContentChange(call) || call.operation === 'write');
        placings.set(
            program,
            ofProgram.map((call) => {
                const ends = isContentChange(call) && !mayComeBack ? all.filter((other) => ended(other, call)) : [];
                return { call, over: Math.min(call.end, ...ends.map(({ end }) => end)) };
            }),
        );
    }
    return placings;
}

/** Whether a check-out that a call means was over when another call was answered. */
function ended({ operation, message, seen, start, answer }: Call, meant: Call): boolean {
    if (answer.kind !== 'done') return false;
    switch (operation) {
        case 'checkOut':
            return start >= meant.start;
        case 'takeOver':
            return start >= meant.start || seen?.message === meant.message;
        case 'checkIn':
            return answer.holder?.message === meant.message;
        default:
            return operation === 'undo' && message === meant.message;
    }
}

/** What is in a file now; undefined when there is none. */
export function contentOf(file: string): string | undefined {
    try {
        return readFileSync(file, 'utf8');
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
        return undefined;
    }
}

/** Whether the content of a call may be in its file. A failure at the wrong moment says that one has to look. */
function mayBePlaced(call: Call): boolean {
    const { answer } = call;
    if (answer.kind === 'refused') return answer.isPlaced === true;
    return (
        answer.kind !== 'failed' ||
        isAmbiguous(call) ||
        / look at what is in it|may still be checked out/.test(answer.message ?? '')
    );
}
