import { check, type Run, type Violation } from './checker';
import type { Crew } from './crew';
import { dumpsIn } from './dumps';
import type { Call } from './history';
import { programOf } from './pairs';
import type { Outcome } from './play';
import { misrecorded } from './recorded';
import { isAmbiguous } from './registerSearch';
import type { FoundRevisions } from './revisions';
import type { Scenario } from './scenarios';
import type { Shop } from './shop';
import { Tally } from './tally';
import { waitingAt, waitsOf } from './waits';

/** How many transactions of others may end while one waits, for each process that takes part, where nobody is disturbed. */
const FAIRNESS = 100;

/** Whether a call put a revision back that was kept before. */
function isOldPutBack({ operation, numbers }: Call): boolean {
    return operation === 'restore' && numbers !== undefined;
}

interface Circumstances {
    readonly processes: number;
    readonly windows: number;
    readonly tally: Tally;
    readonly mayRestore: boolean;
    readonly known: Omit<Run, 'mayFail'>;
    readonly revisions: FoundRevisions;
}

/** What is found wrong when all processes are gone, and how often what was done. */
export function judge(
    shop: Shop,
    scenario: Scenario,
    crew: Crew,
    { processes, windows, tally: did, mayRestore, known, revisions }: Circumstances,
): Omit<Outcome, 'seconds'> {
    const own = known.calls.filter(({ operation }) => !['see', 'dump', 'write'].includes(operation));
    // A command line is a new process each time, and its start is no waiting.
    const ofWindows = own.filter(({ who }) => !who.startsWith('command line'));
    const waits = waitsOf(ofWindows);
    const wasCutOff = (file: string): boolean =>
        known.calls.some((call) => {
            return call.operation === 'rename' && programOf(call.file) === programOf(file) && isAmbiguous(call);
        });
    const troubles = [...known.troubles, ...crew.troubles, ...shop.misnamed((file) => !wasCutOff(file))];
    const sights = [...(known.sights ?? []), ...revisions.sights];
    const { beforeTakeOver } = shop;
    const allWaited = beforeTakeOver.some((moment) => waitingAt(ofWindows, moment) === windows);
    if (scenario.allWait && beforeTakeOver.length > 0 && !allWaited) {
        troubles.push('All windows never waited together for a mutex that somebody had left behind.');
    }
    if (scenario.isCounted && waits.overtaken > FAIRNESS * processes) {
        troubles.push(`While somebody waited, others were let through ${waits.overtaken} times.`);
    }
    const mayTear = did.of('kills') + did.of('kills of the server') + did.of('clients started anew');
    // Whoever was asleep or cut off writes late what it did.
    const isOrderly = !scenario.mayFail.includes('changeUnconfirmed');
    const recorded = { calls: known.calls, lines: shop.recorded(), mayTear, mayRestore, isOrderly };
    const violations = [
        ...check({ ...known, sights, troubles, mayRestore, mayFail: scenario.mayFail }),
        ...revisions.faults.map((message): Violation => ({ kind: 'lostRevision', message })),
        ...misrecorded(recorded).map((message): Violation => ({ kind: 'misrecorded', message })),
    ];
    const answers = { done: 0, refused: 0, failed: 0, seen: 0, none: 0 };
    for (const { answer } of own) answers[answer.kind]++;
    const tally = new Tally();
    tally.add('operations', new Set(own.map(({ who, turn }) => `${who} ${turn}`)).size);
    tally.add('lines of the history', recorded.lines.length);
    tally.add('revisions', revisions.count);
    const done = own.filter(({ answer }) => answer.kind === 'done');
    tally.add('labels', done.filter(({ operation }) => operation === 'label').length);
    tally.add('old revisions put back', done.filter(isOldPutBack).length);
    tally.add('revisions removed', done.flatMap(({ answer }) => ('removed' in answer ? answer.removed : [])).length);
    tally.add('observations', known.looks.flat().length);
    if (scenario.hasTruncatingWriter) tally.add('dumps', dumpsIn(known.calls).size);
    return { tally, answers, waits, violations, folder: shop.notebook };
}
