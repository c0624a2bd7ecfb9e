import { closest, distance } from 'fastest-levenshtein';
import { otherNames } from './commandNames';
import type { UsageError } from './invocation';

/** More wrong letters than that make another word. */
const MOST_WRONG_LETTERS = 2;

/** "Did you mean check-out?", where something near to what was typed exists. */
export function suggestionFor({ unknown }: UsageError): string | undefined {
    if (unknown === undefined) return undefined;
    const meant = nearest(unknown.typed.toLowerCase(), unknown.known);
    return meant === undefined ? undefined : `Did you mean ${meant}?`;
}

function nearest(typed: string, known: readonly string[]): string | undefined {
    const otherName = Object.hasOwn(otherNames, typed) ? otherNames[typed] : undefined;
    if (otherName !== undefined && known.includes(otherName)) return otherName;
    const begun = known.filter((name) => name.startsWith(typed));
    if (begun.length === 1) return begun[0];
    const alike = closest(typed, known);
    return distance(typed, alike) <= MOST_WRONG_LETTERS ? alike : undefined;
}
