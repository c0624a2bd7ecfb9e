import type { Call, Look } from './history';

/**
 * What observers saw, as calls: of each file the first and the last look at each state. The last one matters as much as the
 * first: until then that state was in force.
 * @param looks of one observer, in order
 */
export function observations(looks: readonly Look[]): Call[] {
    const calls: Call[] = [];
    const see = ({ holders, start, end }: Look, file: string): void => {
        const answer = { kind: 'seen', holder: holders[file] } as const;
        calls.push({ who: 'an observer', user: '', operation: 'see', file, message: '', start, end, answer });
    };
    let before: Look | undefined;
    for (const look of looks) {
        for (const file of new Set([...Object.keys(before?.holders ?? {}), ...Object.keys(look.holders)])) {
            const [old, seen] = [before?.holders[file], look.holders[file]];
            if (before !== undefined && old?.message === seen?.message && old?.note === seen?.note) continue;
            if (before !== undefined) see(before, file);
            see(look, file);
        }
        before = look;
    }
    return calls;
}

/**
 * Looks at a half of what one transaction did: of several files that it checked out, only some are; or of several that it
 * checked in, only some are. Nothing is found where somebody dumps old states, since those may bring back a half.
 * @returns a sentence for each
 */
export function halfVisible(calls: readonly Call[], looks: readonly Look[]): string[] {
    if (calls.some(({ operation }) => operation === 'dump')) return [];
    const checkedOut = new Map<string, Call>();
    const checkIns = new Map<string, Call[]>();
    for (const call of calls) {
        if (call.operation === 'checkOut') checkedOut.set(instance(call.file, call.message), call);
        else if (['checkIn', 'undo', 'takeOver'].includes(call.operation)) append(checkIns, call.file, call);
    }
    const outTogether = together(calls, 'checkOut');
    const inTogether = together(calls, 'checkIn');

    /** Whether a check-out may have been checked in by then. */
    const mayBeOver = ({ file, user, message }: Call, by: number): boolean =>
        (checkIns.get(file) ?? []).some(({ start, user: who, answer, seen }) => {
            if (start > by || answer.kind === 'refused') return false;
            if (seen !== undefined) return seen.message === message;
            if (who !== user) return false;
            return !('holder' in answer) || answer.holder?.message === message;
        });
    const isMissing = ({ file, message }: Pick<Call, 'file' | 'message'>, { holders }: Look): boolean =>
        holders[file]?.message !== message;

    return looks.flatMap((look) =>
        Object.entries(look.holders).flatMap(([file, { message }]) => {
            const key = instance(file, message);
            const out = outTogether.get(key)?.find((one) => isMissing(one, look) && !mayBeOver(one, look.end));
            const back = inTogether.get(key)?.find((one) => {
                const begin = checkedOut.get(instance(one.file, one.message));
                return isMissing(one, look) && begin !== undefined && begin.end < look.start;
            });
            return [
                ...(out === undefined ? [] : [`${out.file} was not checked out with ${file}: "${message}".`]),
                ...(back === undefined ? [] : [`${back.file} was checked in before ${file}, in one transaction.`]),
            ];
        }),
    );
}

/** The check-outs that were made, or ended, in one transaction with others; by each of them. */
function together(calls: readonly Call[], operation: 'checkOut' | 'checkIn'): Map<string, Call[]> {
    const transactions = new Map<string, Call[]>();
    for (const call of calls) {
        const { answer } = call;
        if (call.operation !== operation || answer.kind !== 'done' || call.turn === undefined) continue;
        const message = operation === 'checkOut' ? call.message : answer.holder?.message;
        if (message !== undefined) append(transactions, `${call.who} ${call.turn}`, { ...call, message });
    }
    return new Map(
        [...transactions.values()]
            .filter(({ length }) => length > 1)
            .flatMap((group) => group.map(({ file, message }) => [instance(file, message), group] as const)),
    );
}

function instance(file: string, message: string): string {
    return `${file} ${message}`;
}

function append(lists: Map<string, Call[]>, key: string, call: Call): void {
    const list = lists.get(key);
    if (list === undefined) lists.set(key, [call]);
    else list.push(call);
}
