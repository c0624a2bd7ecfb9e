import type { Call, Holder } from './history';
import { otherNameOf } from './pairs';

/** Where a history of one file stops being legal: the call that fits nowhere, and who could have had the file then. */
export interface Contradiction {
    readonly call: Call;
    readonly possible: readonly (Holder | undefined)[];
}

/** Who has a program, under each name under which somebody has it. */
export type Holders = ReadonlyMap<string, Holder>;

/** One way in which things may have gone so far: who has the file, and which unanswered calls have happened. */
interface World {
    readonly holders: Holders;
    readonly happened: ReadonlySet<number>;
}

/**
 * Looks for a legal history of one file: every call happens at one moment between its start and its end, in an order in
 * which every answer is true (linearizability). The search is exact. It follows Lowe's "just-in-time linearization"
 * ("Testing for linearizability", 2017): it goes through starts and ends in the order of time and keeps every world that
 * may be true. Only when a call *ends* must it have happened, so only then are the unanswered calls tried, in each order
 * that leads to it; a world from which the ending call cannot be reached is dropped, and without a world left the history
 * is illegal.
 *
 * It is fast because a file is a register with one holder: of all unanswered check-outs at most one can happen before
 * somebody checks the file in. Calls that change nothing (refusals, observations) are taken as soon as they are true,
 * since that can only help. A call without an answer (killed, unconfirmed) may happen until its end, and then is
 * forgotten in the worlds in which it did not.
 *
 * A program that is renamed is one register under each of its names, and a rename moves its holder from one to the other.
 * @param calls of one program
 * @param initial who has it at the beginning
 */
export function findContradiction(calls: readonly Call[], initial: Holders): Contradiction | undefined {
    const events = calls
        .flatMap(({ start, end }, index) => [
            { time: start, index, isEnd: 0 },
            { time: end, index, isEnd: 1 },
        ])
        .sort((one, other) => one.time - other.time || one.isEnd - other.isEnd);
    const open = new Map<number, Call>();
    let worlds: readonly World[] = [{ holders: initial, happened: new Set() }];
    for (const { index, isEnd } of events) {
        const call = calls[index]!;
        if (isEnd === 0) {
            open.set(index, call);
            continue;
        }
        const next = worldsAfter(worlds, index, call, open);
        if (next.length === 0) return { call, possible: distinct(worlds.map(({ holders }) => holders.get(call.file))) };
        worlds = next;
        open.delete(index);
    }
    return undefined;
}

/** The worlds in which the call that ends has happened (or, where that is not known, has not). */
function worldsAfter(
    worlds: readonly World[],
    ending: number,
    call: Call,
    open: ReadonlyMap<number, Call>,
): readonly World[] {
    const found = new Map<string, World>();
    const tried = new Set<string>();
    const keep = (holders: Holders, happened: ReadonlySet<number>): void => {
        const rest = new Set(happened);
        rest.delete(ending);
        found.set(keyOf(holders, rest), { holders, happened: rest });
    };
    const waiting = [...worlds];
    for (let world = waiting.pop(); world !== undefined; world = waiting.pop()) {
        const { holders } = world;
        const happened = new Set(world.happened);
        for (const [index, candidate] of open) if (isTrue(candidate, holders)) happened.add(index);
        const key = keyOf(holders, happened);
        if (tried.has(key)) continue;
        tried.add(key);
        if (happened.has(ending)) {
            keep(holders, happened);
            continue;
        }
        if (isAmbiguous(call)) keep(holders, happened);
        for (const [index, candidate] of open) {
            if (happened.has(index) || !canChange(candidate, holders)) continue;
            waiting.push({ holders: holdersAfter(candidate, holders), happened: new Set([...happened, index]) });
        }
    }
    return [...found.values()];
}

/** Nobody knows whether it happened. */
export function isAmbiguous({ answer }: Call): boolean {
    return answer.kind === 'none' || (answer.kind === 'failed' && answer.code === 'changeUnconfirmed');
}

/** Whether a call that changes nothing was told the truth at a moment when these have the program. */
function isTrue(call: Call, holders: Holders): boolean {
    const { answer, user, operation, file, to } = call;
    const holder = holders.get(file);
    const target = to === undefined ? undefined : holders.get(to);
    // Any other failure says that nothing was changed, and says nothing about the file.
    if (answer.kind === 'failed') return !isAmbiguous(call);
    if (answer.kind === 'seen') return isSame(answer.holder, holder) && answer.holder?.note === holder?.note;
    if (answer.kind === 'done') {
        if (operation === 'restore') return isMeant(call, holder);
        // A rename of what nobody has.
        return (
            operation === 'rename' &&
            (holder ?? answer.holder) === undefined &&
            [undefined, user].includes(target?.user)
        );
    }
    if (answer.kind !== 'refused') return false;
    switch (answer.code) {
        case 'heldByOther':
            return [holder, target].some((one) => one !== undefined && one.user !== user && isSame(answer.holder, one));
        case 'alreadyMine': {
            const mine = operation === 'rename' ? target : holder;
            const isPossible = operation === 'checkOut' || operation === 'takeOver' || operation === 'rename';
            return isPossible && mine?.user === user && isSame(answer.holder, mine);
        }
        case 'notCheckedOut':
            return operation !== 'checkOut' && operation !== 'annotate' && holder === undefined;
        case 'changedHands':
            if (operation === 'takeOver') return !isSame(call.seen, holder) && isSame(answer.holder, holder);
            return isContentChange(call) && !isMeant(call, holder) && isSame(answer.holder, holder);
        case 'anotherCheckOut':
            return operation !== 'checkIn' && holder?.message !== call.message;
        case 'revisionNotKept':
            // Another window of the same person was writing to it.
            return operation === 'checkIn';
        case 'fileMissing':
        case 'nameTaken':
            // It has its other name at the moment.
            return otherNameOf(file) !== undefined && (operation === 'rename' || answer.code === 'fileMissing');
        default:
            return false;
    }
}

function canChange(call: Call, holders: Holders): boolean {
    const { answer, operation, user, message, file, to, seen } = call;
    const holder = holders.get(file);
    if (answer.kind !== 'done' && !isAmbiguous(call)) return false;
    switch (operation) {
        case 'checkOut':
            return holder === undefined;
        case 'checkIn':
            return holder?.user === user && (!('holder' in answer) || isSame(answer.holder, holder));
        case 'rename':
            if (to === undefined || holders.has(to)) return false;
            return holder?.user === user && (!('holder' in answer) || isSame(answer.holder, holder));
        case 'takeOver':
            return holder !== undefined && holder.user !== user && isSame(seen, holder);
        case 'undo':
            return isMeant(call, holder);
        case 'annotate':
            return holder?.message === message;
        default:
            return operation === 'dump';
    }
}

function holdersAfter(call: Call, before: Holders): Holders {
    const { operation, file, to } = call;
    const after = new Map(before);
    after.delete(file);
    const holder = operation === 'rename' ? before.get(file) : holderAfter(call, before.get(file));
    if (holder !== undefined) after.set(to ?? file, holder);
    return after;
}

function holderAfter({ operation, user, message, note, value }: Call, before: Holder | undefined): Holder | undefined {
    if (operation === 'dump') return value;
    if (operation === 'checkIn' || operation === 'undo') return undefined;
    if (operation === 'checkOut' || operation === 'takeOver') return { user, message };
    return before && { ...before, note: note! };
}

/** Whether a call puts a content into the file. */
export function isContentChange({ operation }: Call): boolean {
    return operation === 'undo' || operation === 'restore';
}

/** Whether a file is still under the check-out that the call means. */
function isMeant({ user, message }: Call, holder: Holder | undefined): boolean {
    return holder?.user === user && holder.message === message;
}

/** Whether these are the same check-out; what the product tells has no fields that it does not know. */
function isSame(one: Holder | undefined, other: Holder | undefined): boolean {
    return one?.user === other?.user && one?.message === other?.message;
}

function keyOf(holders: Holders, happened: ReadonlySet<number>): string {
    const names = [...holders].map(([file, holder]) => `${file}: ${nameOf(holder)}`).sort();
    return `${names.join('\n')}\n${[...happened].sort((one, other) => one - other).join(' ')}`;
}

function distinct(holders: readonly (Holder | undefined)[]): (Holder | undefined)[] {
    return [...new Map(holders.map((holder) => [nameOf(holder), holder])).values()];
}

/** A holder in a sentence; two have the same name when they are the same, in every field. */
export function nameOf(holder: Holder | undefined): string {
    if (holder === undefined) return 'nobody';
    const { user, message, note } = holder;
    return `${user} "${message}"${note === undefined ? '' : ` with the note "${note}"`}`;
}
