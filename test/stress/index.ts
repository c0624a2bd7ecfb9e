import { explain } from '../support/explain';
import { together } from '../support/mochaProcess';
import { exitAtSignals, stopAllAtExit } from '../support/processes';
import { type Counts, tellCounts } from '../support/runSuites';
import { type Effort, type Outcome, play } from './play';
import { Unfinished } from './hanging';
import { Random } from './random';
import { type Scenario, scenarios } from './scenarios';
import { serverScenarios } from './serverScenarios';
import { shortSmbScenarios, smbScenarios } from './smbScenarios';
import { wholeSuites } from './suites';
import { Tally } from './tally';

/** What is played, how long and how hard; the seed gives the same decisions again, though not the computer's own timing. */
export interface StressOptions {
    readonly scenarios: readonly Scenario[];
    /** Of all scenarios together, but for the counted one. */
    readonly seconds: number;
    /** Of the counted scenario; without it that ends in time like the others. */
    readonly operations?: number | undefined;
    readonly processes: number;
    readonly seed: number;
    /** Test suites that are run after them, which take what they take. */
    readonly suites?: typeof wholeSuites;
    /** The name of one scenario or suite; all of them where it is left out. */
    readonly only?: string | undefined;
}

type Usual = Omit<StressOptions, 'seed'>;

/** What is part of `npm test`: on this computer, over SMB, and with a lock server. */
const short: Usual = { scenarios, seconds: 12, processes: 6 };
const shortSmb: Usual = { scenarios: shortSmbScenarios, seconds: 8, processes: 6 };
const shortServer: Usual = { scenarios: serverScenarios, seconds: 5, processes: 4 };
const long: Usual = {
    scenarios: [...scenarios, ...smbScenarios, ...serverScenarios],
    suites: wholeSuites,
    seconds: 420,
    operations: 20_000,
    processes: 16,
};

/** Violations of a scenario that are printed: thousands may follow from one fault. */
const SHOWN = 10;

/** Plays every scenario and prints what came of it. Each is a test: it passes when nothing happened that must never happen. */
export async function stress(options: StressOptions): Promise<Counts> {
    const { seed, only } = options;
    const isChosen = (name: string): boolean => only === undefined || name === only;
    const chosen = options.scenarios.filter(({ name }) => isChosen(name));
    const suites = Object.entries(options.suites ?? {}).filter(([name]) => isChosen(name));
    if (chosen.length + suites.length === 0) throw new Error(`There is no scenario or suite "${only}".`);
    console.log(`Seed ${seed}. Each scenario: ${options.processes} processes.`);
    const outcomes: Outcome[] = [];
    const failures: string[] = [];
    const skipped: string[] = [];
    const next = async (waiting: Scenario[]): Promise<void> => {
        for (let scenario = waiting.shift(); scenario !== undefined; scenario = waiting.shift()) {
            const obstacle = scenario.obstacle?.();
            if (obstacle !== undefined) {
                skipped.push(`${scenario.name}: ${obstacle}`);
                console.log(`  - ${scenario.name}: ${obstacle}`);
                continue;
            }
            const outcome = await playToItsEnd(scenario, effortFor(scenario, chosen, options));
            if (typeof outcome === 'string') {
                skipped.push(`${scenario.name}: ${outcome}`);
                console.log(`  ? ${scenario.name}: ${outcome}`);
                continue;
            }
            outcomes.push(outcome);
            print(scenario.name, outcome);
            const [violation] = outcome.violations;
            if (violation !== undefined) {
                failures.push(`${scenario.name}, seed ${seed}: ${violation.kind}: ${violation.message}`);
            }
        }
    };
    // Where the waits are judged nothing else is to go on; of the others two at a time, since they stand still a lot.
    await next(chosen.filter(({ isCounted }) => isCounted));
    const others = chosen.filter(({ isCounted }) => !isCounted);
    await Promise.all([next(others), next(others)]);
    printTotal(outcomes, seed);
    for (const sentence of skipped) console.log(`Without a result: ${sentence}`);
    const counts = { passed: outcomes.length - failures.length, failed: failures.length, failures, skipped };
    return together([counts, ...(await runSuites(suites, seed))]);
}

async function runSuites(
    suites: readonly (readonly [string, (seed: number) => Promise<Counts>])[],
    seed: number,
): Promise<Counts[]> {
    const all: Counts[] = [];
    for (const [name, run] of suites) {
        console.log(`\n== ${name}, seed ${seed}`);
        const counts = await run(seed);
        all.push(counts);
        console.log(
            `  ${counts.failed === 0 ? '✔' : 'FAILED'} ${name}: ${counts.passed} passed, ${counts.failed} failed`,
        );
        for (const failure of counts.failures) console.log(`      ${failure}`);
    }
    return all;
}

/** @returns a finished sentence where there is no result, since the place where it was played stood still */
async function playToItsEnd(scenario: Scenario, effort: Effort): Promise<Outcome | string> {
    try {
        return await play(scenario, effort);
    } catch (error) {
        if (error instanceof Unfinished) return error.message;
        throw error;
    }
}

function effortFor(scenario: Scenario, chosen: readonly Scenario[], options: StressOptions): Effort {
    const { seconds, processes, operations } = options;
    const isCounted = scenario.isCounted === true && operations !== undefined;
    const timed = chosen.filter((other) => other.isCounted !== true || operations === undefined);
    const lanes = Math.min(2, chosen.filter(({ isCounted: isAlone }) => isAlone !== true).length);
    const weights = timed.reduce((sum, { weight, isCounted: isAlone }) => sum + (isAlone ? weight : weight / lanes), 0);
    // Of its name too, so that it decides the same when it is played alone.
    const seed = [...scenario.name].reduce(
        (mixed, letter) => new Random(mixed + letter.charCodeAt(0)).below(2 ** 32),
        options.seed,
    );
    return {
        seconds: (seconds * scenario.weight) / weights,
        operations: isCounted ? operations : undefined,
        processes,
        seed,
    };
}

function print(name: string, { seconds, answers, tally, waits, violations, folder }: Outcome): void {
    const failures = answers.failed === 0 ? '' : `, ${answers.failed} failed`;
    const figures = [
        `${seconds.toFixed(1)} s`,
        tally.describe(),
        `of the files ${answers.done} done, ${answers.refused} refused, ${answers.none} never answered${failures}`,
        `waits: median ${waits.median.toFixed(1)} ms, 99 % within ${waits.most.toFixed(0)} ms, longest ${waits.longest.toFixed(0)} ms, overtaken ${waits.overtaken} times at most`,
    ];
    console.log(`  ${violations.length === 0 ? '✔' : 'FAILED'} ${name}: ${figures.join('; ')}`);
    for (const { kind, message } of violations.slice(0, SHOWN)) console.log(`      ${kind}: ${message}`);
    if (violations.length > SHOWN) console.log(`      … and ${violations.length - SHOWN} more.`);
    if (violations.length > 0) console.log(`      The histories are kept in ${folder}.`);
}

function printTotal(outcomes: readonly Outcome[], seed: number): void {
    const total = new Tally();
    for (const { tally } of outcomes) total.addAll(tally);
    const violations = outcomes.reduce((sum, outcome) => sum + outcome.violations.length, 0);
    console.log(`Together: ${total.describe()}; ${violations} violations; seed ${seed}.`);
    if (violations > 0) console.log(`CNC_CHECKOUT_STRESS_SEED=${seed} makes the same decisions again.`);
}

function fromEnvironment(name: string): number | undefined {
    const text = process.env[`CNC_CHECKOUT_STRESS_${name}`];
    if (text === undefined || text === '') return undefined;
    const value = Number(text);
    if (!Number.isFinite(value) || value <= 0) throw new Error(`CNC_CHECKOUT_STRESS_${name} is not a number above 0.`);
    return value;
}

async function main(usual: Usual): Promise<void> {
    const minutes = fromEnvironment('MINUTES');
    const counts = await stress({
        ...usual,
        seconds: minutes === undefined ? usual.seconds : minutes * 60,
        operations: fromEnvironment('OPERATIONS') ?? usual.operations,
        processes: fromEnvironment('PROCESSES') ?? usual.processes,
        seed: fromEnvironment('SEED') ?? Date.now() % 2 ** 31,
        only: process.env['CNC_CHECKOUT_STRESS_ONLY'],
    });
    tellCounts(counts);
    const { length: skipped } = counts.skipped;
    console.log(`${counts.passed} passed, ${counts.failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
    // Whoever still waits for a place that stands still would keep this process for ever.
    process.exit(counts.failed > 0 ? 1 : 0);
}

if (require.main === module) {
    stopAllAtExit();
    exitAtSignals();
    main({ short, shortSmb, shortServer }[process.argv[2] ?? ''] ?? long).catch((error: unknown) => {
        console.error(explain(error));
        process.exitCode = 1;
    });
}
