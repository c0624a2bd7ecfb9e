import { createHash } from 'node:crypto';
import type { Call } from './history';
import { otherNameOf, programOf } from './pairs';
import { isAmbiguous, isContentChange } from './registerSearch';

/** What the product wrote into its own history in a run, and what the programs of the run were told. */
export interface Recorded {
    readonly calls: readonly Call[];
    /** In the order in which they are there. */
    readonly lines: readonly string[];
    /** How often something was killed that may have been writing one. */
    readonly mayTear: number;
    /** Whether somebody restored the locks file from its copy. */
    readonly mayRestore: boolean;
    /** Whether every change was written under the mutex, since nobody stood still or was cut off. */
    readonly isOrderly: boolean;
}

/** A line of the history, read without the product's own code. */
interface Event {
    readonly action: string;
    /** None where the locks file was restored from its copy. */
    readonly file: string | undefined;
    /** Of a rename: the old name. */
    readonly from: string | undefined;
    readonly user: string;
    /** Of the check-out that was made, that ended, or that goes on. */
    readonly message: string;
    /** Of a take-over: the message of the check-out that ended. */
    readonly ended: string | undefined;
    /** The number of the revision that it kept. */
    readonly revision: number | undefined;
    /** The SHA-256 of what was put into the file, where something was. */
    readonly content: string | undefined;
}

/** Whether a warning says that a change could not be written into the history. */
export function saysUnrecorded(warning: string): boolean {
    return warning.includes('could not be written into the history');
}

/**
 * Compares the product's own history with what the programs were told: what they were told is done is in it once, with its
 * user and file, in an order that is possible, and nothing else is. What nobody knows (killed before it was answered, not
 * confirmed) may be in it or not, and what the product said it could not write may be missing.
 * @returns a sentence for each fault
 */
export function misrecorded({ calls, lines, mayTear, mayRestore, isOrderly }: Recorded): string[] {
    const events = lines.map(parsed);
    const torn = lines.filter((_, index) => events[index] === undefined);
    const changes = events.flatMap((event) =>
        event === undefined ||
        beside.has(event.action) ||
        (event.action === 'restore' && event.file === undefined && mayRestore)
            ? []
            : [event],
    );
    const outs = match(changes, calls, 'checkOut');
    const others = (['checkIn', 'undo', 'restore', 'takeOver', 'rename'] as const).map((operation) =>
        match(changes, calls, operation),
    );
    const matched = new Map([...outs.matched, ...others.flatMap((other) => [...other.matched])]);
    // A lock that was there before is in force again after a dump or a restore, and no line says so.
    const isWhole =
        !events.some((event) => event?.action === 'restore' && event.file === undefined) && !calls.some(isDump);
    return [
        ...(torn.length > mayTear ? [`${torn.length} lines of the history are torn, such as: ${torn[0]}`] : []),
        ...changes.filter(isUnknown).map((event) => `The history says what nobody does: ${nameOf(event)}.`),
        ...outs.faults,
        ...others.flatMap(({ faults }) => faults),
        ...outOfTime(changes, matched),
        ...(isOrderly && isWhole ? outOfTurn(changes, calls) : []),
        ...(isOrderly
            ? outOfNumber(
                  events.filter((event) => event !== undefined),
                  calls,
              )
            : []),
    ];
}

/** What changes no lock. */
const beside: ReadonlySet<string> = new Set(['found', 'label', 'tidy']);
const actions = {
    checkOut: 'check-out',
    checkIn: 'check-in',
    undo: 'undo',
    restore: 'restore',
    takeOver: 'take-over',
    rename: 'rename',
} as const;

/** Finds the call of each event of one kind. */
function match(
    events: readonly Event[],
    calls: readonly Call[],
    operation: keyof typeof actions,
): { readonly faults: readonly string[]; readonly matched: ReadonlyMap<Event, Call> } {
    const faults: string[] = [];
    const matched = new Map<Event, Call>();
    const waiting = new Map<string, Event[]>();
    for (const event of events.filter(({ action, file }) => action === actions[operation] && file !== undefined)) {
        const key = keyOf(event);
        waiting.set(key, [...(waiting.get(key) ?? []), event]);
    }
    const take = (call: Call): boolean => {
        const ofSame = waiting.get(keyOf(call)) ?? [];
        const known = messageOf(call);
        const told = call.answer.kind === 'done' ? call.answer.revision : undefined;
        const index = ofSame.findIndex(
            ({ file, message, content, ended, revision }) =>
                (known === undefined || message === known) &&
                (call.to ?? call.file) === file &&
                ended === call.seen?.message &&
                (told === undefined || revision === told) &&
                // Under one check-out a content may be put into the file several times, each with a text of its own.
                (!isContentChange(call) || content === hashOf(call.note ?? '')),
        );
        const [event] = index < 0 ? [] : ofSame.splice(index, 1);
        if (event !== undefined) matched.set(event, call);
        return event !== undefined;
    };
    // After a dump of somebody else one check-out may end twice: what was answered first was written first.
    const own = calls.filter((call) => call.operation === operation).toSorted((one, other) => one.end - other.end);
    const done = own.filter(({ answer }) => answer.kind === 'done');
    // Those first of which it is known which check-out they mean, and last those that need not be there.
    for (const call of done.filter((each) => messageOf(each) !== undefined)) miss(call);
    for (const call of done.filter((each) => messageOf(each) === undefined)) miss(call);
    for (const call of own.filter(isAmbiguous)) take(call);
    function miss(call: Call): void {
        if (!take(call) && call.isUnrecorded !== true)
            faults.push(`The history lacks what was done: ${nameOfCall(call)}.`);
    }
    const rest = [...waiting.values()].flat();
    return {
        faults: [...faults, ...rest.map((event) => `The history says what was not done: ${nameOf(event)}.`)],
        matched,
    };
}

/** What was written before something that was over before it began: each line is written before its call is answered. */
function outOfTime(events: readonly Event[], matched: ReadonlyMap<Event, Call>): string[] {
    const faults: string[] = [];
    let latest: { readonly event: Event; readonly start: number } | undefined;
    for (const event of events) {
        const call = matched.get(event);
        // Which one of several is meant is not sure unless it names its check-out.
        if (call === undefined || messageOf(call) === undefined) continue;
        if (latest !== undefined && call.end < latest.start) {
            faults.push(`The history has in the wrong order: ${nameOf(latest.event)}, and then ${nameOf(event)}.`);
        }
        if (latest === undefined || call.start > latest.start) latest = { event, start: call.start };
    }
    return faults;
}

/** What cannot follow what is said of the same file before, unless a change that may be missing lies between them. */
function outOfTurn(events: readonly Event[], calls: readonly Call[]): string[] {
    const faults: string[] = [];
    const mayBeMissing = calls.filter((call) => isAmbiguous(call) || call.isUnrecorded === true);
    const mayHaveEnded = ({ file, user, message }: Event): boolean =>
        mayBeMissing.some(
            (call) => call.file === file && (call.seen?.message === message || (isEnd(call) && call.user === user)),
        );
    const mayHaveBegun = ({ file, message }: Pick<Event, 'file' | 'message'>): boolean =>
        mayBeMissing.some(({ file: of, message: set, operation }) => {
            return (operation === 'checkOut' || operation === 'takeOver') && of === file && set === message;
        });
    // Where it is not known which name a program has, it is not known either who has it.
    const isUnclear = ({ file }: Event): boolean =>
        otherNameOf(file ?? '') !== undefined &&
        mayBeMissing.some((call) => call.to !== undefined && (call.file === file || call.to === file));
    const holding = new Map<string | undefined, Event>();
    for (const event of events) {
        if (isUnclear(event)) continue;
        if (event.action === actions.rename) {
            const moving = holding.get(event.from);
            holding.delete(event.from);
            if (moving !== undefined) holding.set(event.file, { ...moving, file: event.file });
            continue;
        }
        const before = holding.get(event.file);
        const isIn = event.action !== actions.checkOut;
        // The check-out that it says was there.
        const meant = event.ended ?? event.message;
        const isHolder = before?.message === meant && (event.ended !== undefined || before.user === event.user);
        const isEnded = before === undefined || (isIn && isHolder) || mayHaveEnded(before);
        const isBegun = !isIn || isHolder || mayHaveBegun({ file: event.file, message: meant });
        if (!isEnded || !isBegun) {
            const state = before === undefined ? 'nobody had it' : nameOf(before);
            faults.push(`The history cannot go on, after “${state}”, with: ${nameOf(event)}.`);
        }
        if (event.action === actions.restore) continue;
        if (isIn && event.action !== actions.takeOver) holding.delete(event.file);
        else holding.set(event.file, event);
    }
    return faults;
}

/** What was checked in and is not the latest revision of its program then, unless a rename may be missing. */
function outOfNumber(events: readonly Event[], calls: readonly Call[]): string[] {
    const renamed = calls.filter(({ to }) => to !== undefined);
    const isUnclear = new Set(
        renamed.filter((call) => isAmbiguous(call) || call.isUnrecorded === true).map(({ file }) => programOf(file)),
    );
    const highest = new Map<string, number>();
    return events.flatMap((event) => {
        const { file, revision, action } = event;
        if (file === undefined || revision === undefined || isUnclear.has(programOf(file))) return [];
        const before = highest.get(programOf(file)) ?? 0;
        highest.set(programOf(file), Math.max(before, revision));
        const isLater = action === actions.checkIn && revision < before;
        return isLater ? [`The history has revision ${before} before revision ${revision}: ${nameOf(event)}.`] : [];
    });
}

function parsed(line: string): Event | undefined {
    try {
        const { action, file, from, user, message, checkedOut, after, revision } = JSON.parse(line) as Event & {
            checkedOut?: Event;
            after?: { sha256?: string };
            revision?: { number: number };
        };
        const isBegin = action === actions.checkOut || action === actions.takeOver;
        return {
            action,
            file,
            from,
            user,
            message: isBegin ? message : (checkedOut?.message ?? ''),
            ended: action === actions.takeOver ? checkedOut?.message : undefined,
            content: after?.sha256,
            revision: revision?.number,
        };
    } catch {
        return undefined; // Torn.
    }
}

function isUnknown({ action, file }: Event): boolean {
    return file === undefined || !(Object.values(actions) as string[]).includes(action);
}

function isEnd({ operation }: Call): boolean {
    return operation === 'checkIn' || operation === 'undo';
}

function isDump({ operation }: Call): boolean {
    return operation === 'dump';
}

/** The message of the check-out that a call made or ended, where that is known. */
function messageOf({ operation, message, answer }: Call): string | undefined {
    if (operation !== 'checkIn' && operation !== 'rename') return message;
    return 'holder' in answer ? answer.holder?.message : undefined;
}

function keyOf({ file, from, user }: Pick<Event, 'file' | 'user'> & { readonly from?: string | undefined }): string {
    return `${user}\n${from ?? file}`;
}

function nameOf({ action, file, user, message }: Event): string {
    return `${action} of ${file} by ${user} ("${message}")`;
}

function nameOfCall(call: Call): string {
    return `${call.operation} of ${call.file} by ${call.who} of ${call.user} ("${messageOf(call) ?? ''}")`;
}

function hashOf(text: string): string {
    return createHash('sha256').update(text).digest('hex');
}
