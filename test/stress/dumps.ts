import { type Call, type Look } from './history';
import { isAmbiguous } from './registerSearch';

/** Nanoseconds that lie at least between two readings of a locks file that does not parse. */
const BETWEEN_READINGS = 20e6;
/** How often it is read at least before it is called damaged. */
const READINGS = 4;

/** A time in which a locks file was emptied and written again by a program that knows no mutex. */
interface Dump {
    readonly start: number;
    readonly emptied: number;
    end: number;
    isWhole: boolean;
}

/**
 * Takes out what nobody can promise. A program that writes in place without the mutex may do so between the last look of a
 * change and the rename that ends it; then its dump is lost, and that is its own loss. Such a dump may have happened or
 * not, and what was seen of it until then says nothing. A dump at any other time must last.
 */
export function excuseDumps(
    calls: readonly Call[],
    looks: readonly (readonly Look[])[],
): { readonly calls: readonly Call[]; readonly looks: readonly (readonly Look[])[] } {
    const dumps = dumpsIn(calls);
    if (dumps.size === 0) return { calls, looks };
    const changes = changesIn(calls);
    const doubtful = new Set<string>();
    const blind: { from: number; to: number }[] = [];
    for (const [key, { start, emptied, end, isWhole }] of dumps) {
        const over = changesOver(changes, emptied, isWhole ? end : emptied);
        if (over.length === 0) continue;
        doubtful.add(key);
        blind.push({ from: start, to: Math.max(end, ...over.map((change) => change.end)) });
    }
    const isClear = ({ start, end }: Look | Call): boolean => !blind.some(({ from, to }) => start <= to && end >= from);
    return {
        calls: calls
            .filter((call) => call.operation !== 'see' || isClear(call))
            .map((call) => (doubtful.has(keyOf(call)) ? { ...call, answer: { kind: 'none' } } : call)),
        looks: looks.map((ofOne) => ofOne.filter(isClear)),
    };
}

/**
 * Dumps in whose middle somebody put another file in place, though the last look before that must have shown that the file
 * was being written.
 * @returns a sentence for each
 */
export function overwrittenDumps(calls: readonly Call[]): string[] {
    const changes = changesIn(calls);
    return [...dumpsIn(calls).values()]
        .filter(({ isWhole, start, emptied }) => !isWhole && changesOver(changes, emptied, start).length === 0)
        .map(
            ({ start, end }) =>
                `What a program wrote in place from ${start} to ${end} was overwritten, as could be seen before.`,
        );
}

/** Changes of ours that looked last before a file was emptied and were over after a moment. */
function changesOver(changes: readonly Call[], emptied: number, after: number): Call[] {
    return changes.filter(({ since, end }) => since! <= emptied && end >= after);
}

function changesIn(calls: readonly Call[]): Call[] {
    return calls.filter(({ operation, since }) => operation !== 'dump' && since !== undefined);
}

/**
 * Failures that say that the locks file is damaged, though it was read too seldom for that: between dumps it is whole, and
 * one dump can spoil two readings only if it lasts from the one to the other.
 */
export function unexplainedDamage(calls: readonly Call[]): Call[] {
    const dumps = [...dumpsIn(calls).values()];
    return calls.filter(({ answer, start, end }) => {
        if (answer.kind !== 'failed' || answer.code !== 'locksFileDamaged') return false;
        const spoilt = dumps
            .map((dump) => Math.min(dump.end, end) - Math.max(dump.start, start))
            .filter((overlap) => overlap >= 0)
            .reduce((sum, overlap) => sum + 1 + Math.floor(overlap / BETWEEN_READINGS), 0);
        return spoilt < READINGS;
    });
}

/** The dumps in a history. */
export function dumpsIn(calls: readonly Call[]): ReadonlyMap<string, Dump> {
    const dumps = new Map<string, Dump>();
    for (const call of calls.filter(({ operation }) => operation === 'dump')) {
        const { start, end, since, answer } = call;
        const same = dumps.get(keyOf(call));
        const isWhole = answer.kind === 'done' && !isAmbiguous(call);
        if (same === undefined) dumps.set(keyOf(call), { start, emptied: since ?? end, end, isWhole });
        else {
            same.end = Math.max(same.end, end);
            same.isWhole &&= isWhole;
        }
    }
    return dumps;
}

function keyOf({ operation, who, turn }: Call): string {
    return `${operation} ${who} ${turn}`;
}
