import type { Call } from './history';
import { isUnsure } from './unsure';

/** Whether somebody may have removed a revision as the rules allow. @param calls of its program */
export function mayBeRemoved(number: number, calls: readonly Call[]): boolean {
    return calls.some(({ operation, answer, numbers }) => {
        if (operation !== 'tidy') return false;
        // Of one that was not answered it is known only what it was about to remove.
        const removed = answer.kind === 'done' ? answer.removed : numbers;
        return removed?.includes(number) === true;
    });
}

/** Removed revisions that had to stay: the latest, or one with a label. @param calls of one program */
export function wronglyRemoved(calls: readonly Call[]): string[] {
    return calls.flatMap((tidying) => {
        if (tidying.operation !== 'tidy' || tidying.answer.kind !== 'done') return [];
        const { removed = [] } = tidying.answer;
        return removed.flatMap((number) => {
            const what = `${tidying.who} removed revision ${number} of ${tidying.file}`;
            const isOld = calls.some((call) => call.start < tidying.end && mayKeepAfter(call, number));
            if (!isOld) return [`${what}, after which nobody had kept another.`];
            const label = calls.find((call) => isLabelOf(call, number) && call.end < tidying.start);
            return label === undefined ? [] : [`${what}, which had been labelled "${label.note}" at ${label.end}.`];
        });
    });
}

/** Labels that are gone although no other was given since. @param found the labels of each revision, at the end */
export function lostLabels(calls: readonly Call[], found: ReadonlyMap<number, readonly string[]>): string[] {
    const labels = calls.filter(({ operation, answer }) => operation === 'label' && answer.kind !== 'refused');
    return labels.flatMap((label) => {
        const [number] = label.numbers as [number];
        const isLast = !labels.some(
            (other) => other !== label && other.numbers?.[0] === number && other.end > label.start,
        );
        if (label.answer.kind !== 'done' || label.isUnrecorded === true || !isLast) return [];
        if (found.get(number)?.includes(label.note ?? '')) return [];
        return [`${label.who} labelled revision ${number} of ${label.file} "${label.note}", and it is not.`];
    });
}

/** Whether a call may have made a revision that is later than this one. */
function mayKeepAfter(call: Call, number: number): boolean {
    const { operation, answer, who } = call;
    // The command line keeps what it finds at a check-out, and does not say as which revision.
    if (operation === 'checkOut') return who.startsWith('command line') && answer.kind !== 'refused';
    if (operation !== 'checkIn') return false;
    return answer.kind === 'done' ? (answer.revision ?? 0) > number : isUnsure(call);
}

function isLabelOf({ operation, answer, numbers }: Call, number: number): boolean {
    return operation === 'label' && answer.kind === 'done' && numbers?.[0] === number;
}
