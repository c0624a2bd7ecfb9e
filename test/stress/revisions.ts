import { CheckoutError } from '../../src/core/base/errors';
import { FileLockStore } from '../../src/core/locks/fileLockStore';
import { LocksFile } from '../../src/core/locks/locksFile';
import { SharedRevisions } from '../../src/core/repository/sharedRevisions';
import type { Call, Sight } from './history';
import { byProgram, otherNameOf } from './pairs';
import { lostLabels, mayBeRemoved, wronglyRemoved } from './tidying';
import { isUnsure } from './unsure';

/** What may keep a revision: also a check-out by the command line, of what was there before. */
const keeps: ReadonlySet<Call['operation']> = new Set(['checkOut', 'checkIn']);

/** What was found in the revisions when all processes are gone. */
export interface FoundRevisions {
    /** What those who checked something in were told is kept, as something that was in the file then. */
    readonly sights: readonly Sight[];
    /** A sentence for each revision that is gone, has another content, or is too much. */
    readonly faults: readonly string[];
    readonly count: number;
}

/**
 * Looks for every revision of which somebody was told. Its content has to be one that was in the file during that check-in:
 * since each content is there once, no number can have been given to two of them.
 * @param seesFresh whether a client sees at once what another one wrote into a file
 * @param isCalm whether nobody lost the mutex, or wrote without it: else a check-in may have got a number, and be refused when it is tried again
 */
export async function findRevisions(
    locksFile: string,
    calls: readonly Call[],
    seesFresh: boolean,
    isCalm: boolean,
): Promise<FoundRevisions> {
    const owner = { user: 'The last one', host: 'PC' };
    const revisions = new SharedRevisions(new FileLockStore(new LocksFile(locksFile, { owner, timeout: 0 })), owner);
    const mayLeave = (call: Call): boolean =>
        keeps.has(call.operation) && (isUnsure(call) || (!isCalm && call.answer.kind === 'refused'));
    const sights: Sight[] = [];
    const faults: string[] = [];
    let count = 0;
    for (const ofProgram of byProgram(calls).values()) {
        const names = [...new Set(ofProgram.flatMap(({ file }) => [file, otherNameOf(file) ?? file]))];
        const told = ofProgram.filter(({ answer }) => answer.kind === 'done' && answer.revision !== undefined);
        // Whether the history tells of all renames: a number is one under one name.
        const isSure = !ofProgram.some((call) => call.operation === 'rename' && isUnsure(call));
        for (const call of told) {
            const number = (call.answer as { revision: number }).revision;
            const contents = await contentsOf(revisions, names, number);
            const content = contents[0];
            if (content === undefined && mayBeRemoved(number, ofProgram)) continue;
            if (content === undefined) {
                faults.push(
                    `${call.who} of ${call.user} was told that ${call.file} is kept as revision ${number}, which cannot be read.`,
                );
            } else if (isSure && contents.every((other) => other === content)) {
                // Two names have the number where a file was checked in under the new one while a stopped rename was going on.
                const { file, start, end } = call;
                sights.push({ file, content, start: seesFresh ? start : -Infinity, end });
            }
        }
        let extra = 0;
        const labels = new Map<number, string[]>();
        for (const name of names) {
            const listed = await revisions.list(name);
            count += listed.length;
            extra += listed.filter(({ record }) => record === undefined).length;
            for (const { number, record } of listed) {
                if (record !== undefined) labels.set(number, [...(labels.get(number) ?? []), record.label]);
            }
        }
        faults.push(...wronglyRemoved(ofProgram));
        if (isSure) faults.push(...lostLabels(ofProgram, labels));
        const unfinished = ofProgram.filter(mayLeave).length;
        if (extra > unfinished) {
            faults.push(
                `${names.join(', ')}: ${extra} revisions are in no line of the history, after ${unfinished} changes that were not finished.`,
            );
        }
    }
    const { unfinished } = await revisions.store.everything();
    const killed = calls.filter(mayLeave).length;
    if (unfinished.length > killed) {
        faults.push(
            `${unfinished.length} revisions were left unfinished, after ${killed} changes that were not finished.`,
        );
    }
    return { sights, faults, count };
}

/** What can be read as this revision under the names of one program. */
async function contentsOf(revisions: SharedRevisions, names: readonly string[], number: number): Promise<string[]> {
    const contents: string[] = [];
    for (const name of names) {
        try {
            contents.push((await revisions.read(name, number)).toString());
        } catch (error) {
            if (!(error instanceof CheckoutError)) throw error;
        }
    }
    return contents;
}
