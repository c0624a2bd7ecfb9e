import { foldPath } from '../base/repositoryPath';
import { isFromOther, sameUser } from './holder';
import type { Lock } from './lockEntry';
import type { LockTable } from './lockTable';
import { shortName, type Refusal } from './refusal';
import type { Outcome, RuleResult } from './rules';

/**
 * Lets a rule end only check-outs of the computer at which it is asked for: on a shared account the same name may be
 * somebody else. Refused: a file that the user checked out on another computer.
 * @param rule is given the other files
 */
export function onThisComputer(
    table: LockTable,
    paths: readonly string[],
    user: string,
    computer: string,
    rule: (paths: readonly string[]) => RuleResult,
): RuleResult {
    const refused = new Map<string, Refusal>();
    for (const path of paths) {
        const refusal = refusalOfOther(table, path, user, computer);
        if (refusal !== undefined) refused.set(foldPath(path), refusal);
    }
    const result = rule(paths.filter((path) => !refused.has(foldPath(path))));
    const others = result.outcomes[Symbol.iterator]();
    const outcomes = paths.map((path): Outcome => {
        const refusal = refused.get(foldPath(path));
        return refusal === undefined ? (others.next().value as Outcome) : { path, refusal };
    });
    return { table: result.table, outcomes };
}

/**
 * The refusal for a file that the user checked out on another computer; undefined for any other.
 * @param advice what can be done there
 */
export function refusalOfOther(
    table: LockTable,
    path: string,
    user: string,
    computer: string,
    advice: 'Check it in' | 'Rename it' = 'Check it in',
): Refusal | undefined {
    const lock = table.find(path)?.lock;
    const isOther = lock !== undefined && sameUser(lock.user, user) && isFromOther(lock, computer);
    return isOther ? otherComputer(path, lock, computer, advice) : undefined;
}

function otherComputer(path: string, lock: Lock, computer: string, advice: string): Refusal {
    const [there, here] = [lock.host ?? '', computer].map(shortName);
    return {
        code: 'otherComputer',
        message: `${path} was checked out as ${shortName(lock.user)} on ${there}, and this computer is ${here}. ${advice} there, or confirm that it is yours, on the command line with --from-other-computer.`,
        holder: lock,
    };
}

/**
 * Gives locks of one computer another name for the same holder, each as it was written otherwise.
 * @param from the name under which they were taken; locks of other computers stay
 */
export function carryAlong(table: LockTable, from: string, to: string, computer: string): RuleResult {
    const own = table.locks().filter(({ lock }) => isCarriedAlong(lock, from, computer));
    if (own.length === 0) return { table, outcomes: [] };
    return {
        // All spellings: a second one would come into force later, under the old name.
        table: table.heldBy(
            to,
            new Set(table.entries.filter(({ lock }) => lock && isCarriedAlong(lock, from, computer))),
        ),
        outcomes: own.map(({ path, lock }) => ({ path, lock: { ...lock, user: to }, previous: lock })),
    };
}

/** Whether a lock was taken at a computer under a name. */
export function isCarriedAlong(lock: Lock, name: string, computer: string): boolean {
    return sameUser(lock.user, name) && (lock.host ?? '').trim() !== '' && !isFromOther(lock, computer);
}
