import { wrongContents } from './contents';
import { excuseDumps, overwrittenDumps, unexplainedDamage } from './dumps';
import type { Call, Holder, Look, Sight, Stay } from './history';
import { halfVisible, observations } from './looks';
import { byProgram, otherNameOf, programOf } from './pairs';
import { findContradiction, isContentChange, nameOf, type Contradiction } from './registerSearch';

/** Everything that is known of a run when all its processes are gone. */
export interface Run {
    readonly calls: readonly Call[];
    /** Of each observer, in order. */
    readonly looks: readonly (readonly Look[])[];
    readonly stays: readonly Stay[];
    /** What was seen in the files; at first each of them is empty. */
    readonly sights?: readonly Sight[];
    /** The text of the locks file before the run, and after it; and of the safety copy, if there is one. */
    readonly before: string;
    readonly after: string;
    readonly backup?: string | undefined;
    /** What must still be in the locks file, letter by letter. */
    readonly foreign: readonly string[];
    /** What somebody noted that must never happen. */
    readonly troubles: readonly string[];
    /** The names in the folder of the locks file after the grace time. */
    readonly names: readonly string[];
    /** Whether somebody restored the locks file from its copy, which keeps what was there beside it. */
    readonly mayRestore?: boolean;
    /** The codes with which a call may fail, after what was done to those who work. */
    readonly mayFail: readonly string[];
}

/** Something that must never happen. The message is a finished sentence. */
export interface Violation {
    readonly kind:
        | 'twoHolders'
        | 'lostLock'
        | 'inventedLock'
        | 'untrueRefusal'
        | 'wrongHolder'
        | 'twoInside'
        | 'halfVisible'
        | 'wrongContent'
        | 'lostRevision'
        | 'overwritten'
        | 'misrecorded'
        | 'failure'
        | 'damagedLocksFile'
        | 'foreignChanged'
        | 'leftBehind'
        | 'observed';
    readonly message: string;
}

/** What neither needs a lock nor changes one. */
const besideLocks: ReadonlySet<Call['operation']> = new Set(['write', 'label', 'tidy']);

const SET_ASIDE = /^locks\.json\.[\dTZ-]+\.damaged$/;
const EXPECTED = /^(repo|locks\.json(\.bak)?|locks\.history(\.\d+)?\.jsonl|locks\.revisions|\.new-[\da-f-]{36})$/;
/** What a killed program of this computer staged is cleared away before; that of another one stays for an hour. */
const STAGED_ELSEWHERE = /^\.locks\.json\.staged\.[\da-f]{8}\.\d+\.[\da-f-]{36}$/;

/**
 * Decides whether what the processes of a run were told, what observers saw and what is left can all be true together;
 * see `findContradiction` for the history of a file. Files are independent of each other: a history is legal when that
 * of every file is (linearizability is local). That several files change in one transaction is checked beside it.
 */
export function check(run: Run): Violation[] {
    return [
        ...run.troubles.map((message): Violation => ({ kind: 'observed', message })),
        ...checkFiles(run),
        ...halfVisible(keepingTheirName(run.calls), run.looks.flat()).map((message): Violation => ({
            kind: 'halfVisible',
            message,
        })),
        ...wrongContents(run.calls, run.sights ?? [], '', mayComeBack(run)).map((message): Violation => ({
            kind: 'wrongContent',
            message,
        })),
        ...overlaps(run.stays).map((message): Violation => ({ kind: 'twoInside', message })),
        ...overwrittenDumps(run.calls).map((message): Violation => ({ kind: 'overwritten', message })),
        ...checkFailures(run),
        ...checkRemains(run),
    ];
}

/** Where a program goes by its name, only those that keep theirs can be followed. */
function keepingTheirName(calls: readonly Call[]): readonly Call[] {
    return calls.filter(({ file }) => otherNameOf(file) === undefined);
}

function mayComeBack({ calls, mayRestore = false }: Run): boolean {
    return mayRestore || calls.some(({ operation }) => operation === 'dump');
}

function checkFiles(run: Run): Violation[] {
    const before = holdersIn(run.before);
    const after = holdersIn(run.after);
    if (before === undefined || after === undefined) {
        return [{ kind: 'damagedLocksFile', message: 'The locks file does not parse at the end.' }];
    }
    const end: Look = { holders: Object.fromEntries(after), start: Number.MAX_VALUE, end: Number.MAX_VALUE };
    const { calls, looks } = excuseDumps(
        run.calls.filter(({ operation }) => !besideLocks.has(operation)),
        run.looks,
    );
    const dumped = run.calls.flatMap(({ value }) => value ?? []);
    const known = new Set([...before.values(), ...run.calls, ...dumped].map(({ message }) => message));
    const all = [...calls, ...[...looks, [end]].flatMap(observations)];
    const files = new Set([...before.keys(), ...after.keys(), ...all.map(({ file }) => file)]);
    const missing = [...files].filter((file) => !(file in end.holders)).map(unseen);
    return [...byProgram([...all, ...missing]).values()].flatMap((ofProgram) => {
        const names = new Set(ofProgram.map(({ file }) => file));
        const contradiction = findContradiction(ofProgram, new Map([...before].filter(([file]) => names.has(file))));
        return contradiction === undefined ? [] : [describe(contradiction, known)];
    });
}

/** That nobody had a file at the end. */
function unseen(file: string): Call {
    const [start, end] = [Number.MAX_VALUE, Number.MAX_VALUE];
    return { who: 'the end', user: '', operation: 'see', file, message: '', start, end, answer: { kind: 'seen' } };
}

function checkFailures({ calls, mayFail }: Run): Violation[] {
    const unexplained = new Set(unexplainedDamage(calls));
    return calls.flatMap((call): Violation[] => {
        const { answer } = call;
        if (answer.kind !== 'failed' || (mayFail.includes(answer.code) && !unexplained.has(call))) return [];
        // Another window of the same person may have changed the file since.
        if (isContentChange(call) && answer.code === 'fileNotRestored') return [];
        if (call.operation === 'checkIn' && isOutrun(answer, mayFail)) return [];
        if (answer.code === 'revisionUnreadable' && wasTidied(call, calls)) return [];
        // It got its other name meanwhile.
        if (call.operation === 'rename' && answer.code === 'fileNotRenamed') return [];
        const message = `${nameCall(call)} failed without a reason (${answer.code}): ${answer.message ?? ''}`;
        return [{ kind: 'failure', message }];
    });
}

/** Whether somebody may have removed the revision that a call means. */
function wasTidied({ file, numbers = [], end }: Call, calls: readonly Call[]): boolean {
    return calls.some((other) => {
        const isBefore = other.operation === 'tidy' && other.start < end && programOf(other.file) === programOf(file);
        return isBefore && numbers.every((number) => other.numbers?.includes(number));
    });
}

/** Whether nothing was checked in since another window wrote to the file, or the process stood still for too long. */
function isOutrun({ code, message = '' }: { code: string; message?: string }, mayFail: readonly string[]): boolean {
    if (code !== 'revisionNotKept') return false;
    return mayFail.includes('changeUnconfirmed') || /was written to while|keeps writing to it/.test(message);
}

function checkRemains(run: Run): Violation[] {
    const violations: Violation[] = [];
    for (const text of run.foreign.filter((entry) => !run.after.includes(entry))) {
        violations.push({ kind: 'foreignChanged', message: `What others wrote is not there as it was: ${text}` });
    }
    for (const name of remains(run.names, run.mayRestore)) {
        violations.push({ kind: 'leftBehind', message: `${name} was left behind beside the locks file.` });
    }
    if (run.backup !== undefined && holdersIn(run.backup) === undefined) {
        violations.push({ kind: 'damagedLocksFile', message: 'The safety copy does not parse at the end.' });
    }
    return violations;
}

/** What is in the folder of a locks file and should not be, once everybody is gone. */
export function remains(names: readonly string[], mayRestore = false): string[] {
    return names.filter(
        (name) => !EXPECTED.test(name) && !STAGED_ELSEWHERE.test(name) && !(mayRestore && SET_ASIDE.test(name)),
    );
}

/** Two changes of which neither can have seen what the other did. */
function overlaps(stays: readonly Stay[]): string[] {
    const inOrder = [...stays].sort((one, other) => one.from - other.from);
    return inOrder.slice(1).flatMap((stay, index) => {
        const before = inOrder[index]!;
        if (before.to <= stay.from) return [];
        return `${before.who} and ${stay.who} both had the mutex from ${stay.from} to ${Math.min(before.to, stay.to)}.`;
    });
}

/** Who has which file; undefined when the text is no locks file. Read without the product's own code. */
export function holdersIn(text: string): Map<string, Holder> | undefined {
    try {
        const entries = Object.entries(JSON.parse(text) as Record<string, Partial<Record<keyof Holder, unknown>>>);
        return new Map(
            entries.flatMap(([file, { user, message, note }]) => {
                if (typeof user !== 'string' || typeof message !== 'string') return [];
                return [[file, { user, message, ...(typeof note === 'string' ? { note } : {}) }] as const];
            }),
        );
    } catch {
        return undefined;
    }
}

function describe({ call, possible }: Contradiction, known: ReadonlySet<string>): Violation {
    const { start, end, answer } = call;
    const told = 'code' in answer ? `${answer.kind} ${answer.code}` : answer.kind;
    const named = 'holder' in answer ? ` (${nameOf(answer.holder)})` : '';
    const when = `between ${start} and ${end}, while it was with ${possible.map(nameOf).join(' or ')}`;
    return { kind: kindOf(call, possible, known), message: `${nameCall(call)}: ${told}${named}, ${when}.` };
}

function nameCall({ who, user, operation, file, message }: Call): string {
    return `${who} of ${user || 'nobody'}, ${operation}${message && ` "${message}"`} of ${file}`;
}

/** A name for what is wrong, from the call at which no legal history goes on; the fault may lie in an earlier one. */
function kindOf(
    { answer, operation }: Call,
    possible: readonly (Holder | undefined)[],
    known: ReadonlySet<string>,
): Violation['kind'] {
    const claimed = 'holder' in answer ? answer.holder : undefined;
    if (claimed !== undefined && !known.has(claimed.message)) return 'inventedLock';
    if (answer.kind === 'refused') return 'untrueRefusal';
    if (answer.kind === 'done') return operation === 'checkOut' ? 'twoHolders' : 'lostLock';
    if (possible.every((holder) => holder !== undefined && holder.message === claimed?.message))
        return 'foreignChanged';
    return claimed === undefined && !possible.includes(undefined) ? 'lostLock' : 'wrongHolder';
}
