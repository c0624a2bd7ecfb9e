import { cpSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StagingFolder } from '../../src/core/disk/stagingFolder';
import { LocksFile } from '../../src/core/locks/locksFile';
import { makeTemporaryFolder, removeFolder } from '../support/temporaryWorkspace';
import { remains, type Violation } from './checker';
import { clearAwayDeadClocks, type Clock } from './clocks';
import { useCommandLine } from './commandLine';
import { accompany, Crew } from './crew';
import type { Scene } from './disturbances';
import { closeInTime, unlessHung, Unfinished } from './hanging';
import { type Call, now } from './history';
import { judge } from './judgement';
import type { Watching } from './observer';
import { Random } from './random';
import { findRevisions } from './revisions';
import type { Scenario } from './scenarios';
import { openFolder, type Place, Shop } from './shop';
import { Tally } from './tally';
import type { Waits } from './waits';
import { PATIENCE } from './window';

/** How long and how hard one scenario is played. */
export interface Effort {
    /** It lasts so long, and longer where little can be done in that time; or until so many operations are done. */
    readonly seconds: number;
    readonly operations?: number | undefined;
    readonly processes: number;
    readonly seed: number;
}

/** What came of a scenario. */
export interface Outcome {
    readonly seconds: number;
    /** How many files of all operations ended with each kind of answer. */
    readonly answers: Readonly<Record<Call['answer']['kind'], number>>;
    /** What was done, to whom, and what was seen of it. */
    readonly tally: Tally;
    readonly waits: Waits;
    readonly violations: readonly Violation[];
    /** Where the histories are kept when there are violations. */
    readonly folder: string;
}

/** Files beyond one for each process: with few of them most would be refused, with many nobody. */
const MORE_FILES = 2;
/** One process in so many uses the command line. */
const WINDOWS_TO_SCRIPT = 4;
/** Milliseconds at the end of a scenario in which nothing more is disturbed. */
const CALM = 800;
/** How many times as long a scenario lasts at most on a computer that has much else to do. */
const MOST_TIME = 4;

/** Plays a scenario in a place of its own. @throws Unfinished when that stands still for good */
export async function play(scenario: Scenario, effort: Effort): Promise<Outcome> {
    if (scenario.play !== undefined) return scenario.play(effort);
    const notebook = await makeTemporaryFolder();
    const place = await (scenario.open ?? openFolder)();
    try {
        const outcome = await playAt(place, notebook, scenario, effort);
        if (outcome.violations.length === 0) await removeFolder(notebook);
        else cpSync(place.folder, join(notebook, 'shop'), { recursive: true });
        await place.close();
        return outcome;
    } catch (error) {
        if (error instanceof Unfinished) {
            await closeInTime(() => place.close());
            throw error;
        }
        throw new Error(`${scenario.name} could not be played to its end; what is known is in ${notebook}`, {
            cause: error,
        });
    }
}

async function playAt(place: Place, notebook: string, scenario: Scenario, effort: Effort): Promise<Outcome> {
    const { staleAfter, clocks = ['right'] } = scenario;
    const shop = new Shop(place.folder, notebook, effort.processes + MORE_FILES);
    const random = new Random(effort.seed);
    const tally = new Tally();
    const started = now();
    const scripts = scenario.hasTruncatingWriter ? 0 : Math.floor(effort.processes / WINDOWS_TO_SCRIPT);
    const windows = effort.processes - scripts;
    const operations =
        effort.operations === undefined ? Number.MAX_SAFE_INTEGER : Math.ceil(effort.operations / windows);
    // Who is killed or stopped is to be taken over soon, and elsewhere nobody is.
    const allLive = staleAfter > 2000;
    const pause = (): number => staleAfter * (0.9 + random.fraction());
    const crew = new Crew(
        shop,
        random,
        tally,
        { operations, algorithm: 'core', staleAfter, allLive },
        pause,
        place.launch,
    );
    let [isCalm, isOver] = [false, false];
    const scene: Scene = { shop, crew, random, tally, staleAfter, due: new Set(), isOver: () => isCalm };
    const computer = (index: number): readonly [Clock, string] => [
        clocks[index % clocks.length]!,
        place.doors[index % place.doors.length]!,
    ];
    const companions = [...new Set([place.folder, ...place.doors])].map((folder) =>
        accompany(
            'observer',
            watching(shop, scenario, random, folder, place.isReadByProduct),
            shop.history(),
            folder,
            place.launch,
        ),
    );
    if (scenario.hasTruncatingWriter) {
        const [door] = place.doors as [string];
        companions.push(
            accompany(
                'truncatingWriter',
                { ...watching(shop, scenario, random, door), files: shop.files },
                shop.history(),
                door,
                place.launch,
            ),
        );
    }
    const work = async (): Promise<Outcome> => {
        // Some people have two windows open: one user in two processes.
        for (let index = 0; index < windows; index++) {
            crew.hire(`User${Math.floor((index * 3) / 4)}`, ...computer(index));
        }
        await crew.gather();
        const disturbances = [...(scenario.disturbances ?? []), ...(place.disturbances ?? [])];
        const disturbing = disturbances.map((disturb) => disturb(scene));
        const working = Array.from({ length: scripts }, (_, index) =>
            useCommandLine(
                `Script${index}`,
                ...computer(windows + index),
                { ...scene, isOver: () => isOver },
                place.launch,
            ),
        );
        const others = Promise.all([...disturbing, ...working]);
        const enough = effort.operations === undefined ? longEnough(effort.seconds, scene) : crew.finish();
        // Whatever goes wrong with the others is known at once.
        await Promise.race([enough, others.then(() => enough)]);
        isCalm = true;
        // Somebody is still to find what the last disturbance has left.
        if (effort.operations === undefined) await delay(CALM);
        isOver = true;
        crew.end();
        await Promise.all([others, crew.finish()]);
        await Promise.all(companions.map(({ leave }) => leave()));
        await leaveClean(shop, staleAfter, place.isReadByProduct);
        const { isReadByProduct: mayRestore = false } = place;
        const known = shop.outcome();
        // The file servers' clients that are used here show what another one wrote some time later.
        const keepsMutex = allLive && !mayRestore && scenario.hasTruncatingWriter !== true;
        const revisions = await findRevisions(shop.locksFile, known.calls, !mayRestore, keepsMutex);
        const circumstances = { processes: effort.processes, windows, tally, mayRestore, known, revisions };
        const judgement = judge(shop, scenario, crew, circumstances);
        judgement.tally.addAll(tally);
        return { ...judgement, seconds: (now() - started) / 1e9 };
    };
    try {
        return await unlessHung(work(), place.hung?.(tally));
    } finally {
        [isCalm, isOver] = [true, true];
        crew.dismiss();
        for (const { dismiss } of companions) dismiss();
        if (clocks.some((clock) => clock !== 'right')) clearAwayDeadClocks();
    }
}

/** When it has lasted for so many seconds and, if at all possible, everything has been done twice. */
async function longEnough(seconds: number, { due }: Scene): Promise<void> {
    for (const started = now(); ;) {
        await delay(20);
        const passed = (now() - started) / 1e9;
        if ((passed >= seconds && due.size === 0) || passed >= seconds * MOST_TIME) return;
    }
}

function watching(
    shop: Shop,
    scenario: Scenario,
    random: Random,
    folder: string,
    asProduct = false,
): Omit<Watching, 'history'> {
    const { foreign, keptNames: files } = shop;
    return {
        locksFile: join(folder, 'locks.json'),
        foreign,
        files,
        inPieces: scenario.hasTruncatingWriter === true,
        asProduct,
        seesContents: folder === shop.folder,
        seed: random.below(2 ** 32),
    };
}

/** Once the grace time is over, whoever comes next has cleared away what the dead left behind. */
async function leaveClean({ locksFile, folder }: Shop, staleAfter: number, mayBeMissing = false): Promise<void> {
    const owner = { user: 'The last one', host: 'PC' };
    const last = new LocksFile(locksFile, { owner, timeout: PATIENCE, staleAfter });
    if (mayBeMissing && !existsSync(locksFile)) await last.restoreBackup(new Date());
    for (const started = now(); now() - started < 3 * staleAfter * 1e6;) {
        await last.update(
            (table) => ({ table, result: undefined }),
            () => true,
        );
        await StagingFolder.removeAbandoned(locksFile);
        if (remains(readdirSync(folder), mayBeMissing).length === 0) break;
        await delay(staleAfter / 4);
    }
}
