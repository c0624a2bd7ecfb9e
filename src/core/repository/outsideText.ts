import { plainLine, plainName } from '../base/plainText';
import { formatAge } from '../base/time';
import type { OutsideChange } from './outsideChanges';

/** What a row says: "changed outside", "is revision 2 again", or with several sites "revision 3 has not arrived". */
export function outsideMark({ older, latest, isToArrive }: OutsideChange): string {
    if (isToArrive) return `revision ${latest.number} has not arrived`;
    return older === undefined ? 'changed outside' : `is revision ${older.number} again`;
}

/** "changed outside since revision 3 of Dave, 2 days ago"; "is revision 2 again, and not revision 3 of Dave, 2 days ago". */
export function outsideLine(change: OutsideChange, now: number): string {
    const { user, number, time, action } = change.latest;
    const age = formatAge(time, now);
    const by = action === 'found' ? ', found by' : ' of';
    const latest = `revision ${number}${by} ${plainName(user)}${age === undefined ? '' : `, ${age}`}`;
    if (change.isToArrive) return `is still revision ${change.older!.number}: ${latest} has not arrived here`;
    return `${outsideMark(change)}${change.older === undefined ? ' since' : ', and not'} ${latest}`;
}

/** The same at the beginning of a sentence. */
export function capitalised(line: string): string {
    return `${line.charAt(0).toUpperCase()}${line.slice(1)}`;
}

/** The same as a sentence: "4801247.vnc was changed outside since revision 3 of Dave, 2 days ago." */
export function outsideSentence(file: string, change: OutsideChange, now: number): string {
    return `${plainLine(file)} ${change.older === undefined ? 'was ' : ''}${outsideLine(change, now)}.`;
}
