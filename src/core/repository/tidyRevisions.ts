import { stat } from 'node:fs/promises';
import { foldPath } from '../base/repositoryPath';
import { formatTimestamp } from '../base/time';
import type { HistoryEvent } from '../history/historyEvent';
import type { LockStore } from '../locks/lockStore';
import type { LockTable } from '../locks/lockTable';
import { removableRevisions, ruleFor, type RemovableRevision, type RetentionRules } from '../revisions/retention';
import { ABANDONED_AFTER_MS } from '../revisions/revisionFolder';
import type { SharedRevisions } from './sharedRevisions';

/** What a repository would get rid of. */
export interface TidyPlan {
    readonly revisions: readonly RemovableRevision[];
    /** Bytes of their contents, not of the compressed files. */
    readonly bytes: number;
    /** Absolute paths of what programs left that were killed while they kept something. */
    readonly unfinished: readonly string[];
}

/** Where revisions are, and in whose name they are removed. */
interface Surroundings {
    readonly locks: LockStore;
    readonly revisions: SharedRevisions;
    readonly user: string;
    readonly host: string;
}

/**
 * What the rules do not need. Nothing is removed.
 * @throws CheckoutError; the system error when the folder of the revisions cannot be read
 */
export async function planTidying(rules: RetentionRules, { locks, revisions }: Surroundings): Promise<TidyPlan> {
    const { table } = await locks.list();
    await revisions.index.refresh();
    const removable = planned(rules, revisions, table);
    const unfinished: string[] = [];
    for (const place of (await revisions.store.everything()).unfinished) {
        const { mtimeMs } = await stat(place).catch(() => ({ mtimeMs: Date.now() }));
        if (Date.now() - mtimeMs > ABANDONED_AFTER_MS) unfinished.push(place);
    }
    const bytes = removable.reduce((sum, { record }) => sum + record.size, 0);
    return { revisions: removable, bytes, unfinished };
}

/**
 * Removes what a plan names, as far as the rules still do not need it. The history says so first: a revision that is gone
 * without a word counts as damaged.
 * @returns what was removed
 * @throws CheckoutError; the system error
 */
export async function tidyRevisions(
    plan: TidyPlan,
    rules: RetentionRules,
    { locks, revisions, user, host }: Surroundings,
): Promise<TidyPlan> {
    const { index, store } = revisions;
    const wanted = new Set(plan.revisions.map(keyOf));
    let removed: readonly RemovableRevision[] = [];
    if (wanted.size > 0) {
        await locks.record(async (table) => {
            await index.refresh();
            removed = planned(rules, revisions, table).filter((one) => wanted.has(keyOf(one)));
            return eventsOf(removed, { user, host });
        });
        await index.refresh();
        removed = removed.filter(({ file, record }) =>
            index.of(file).some((one) => one.number === record.number && one.isRemoved),
        );
        for (const { record } of removed) await store.remove(record.keptAs, record.number);
    }
    for (const place of plan.unfinished) await store.removeUnfinished(place);
    const bytes = removed.reduce((sum, { record }) => sum + record.size, 0);
    return { revisions: removed, bytes, unfinished: plan.unfinished };
}

function planned(rules: RetentionRules, { index }: SharedRevisions, table: LockTable): RemovableRevision[] {
    const files = index.all((file) => ruleFor(file, rules) !== undefined);
    return removableRevisions(files, rules, (file) => table.find(file) !== undefined, Date.now());
}

function keyOf({ file, record }: RemovableRevision): string {
    return `${record.number} ${foldPath(file)}`;
}

/** One for each file. */
function eventsOf(
    removed: readonly RemovableRevision[],
    { user, host }: { readonly user: string; readonly host: string },
): HistoryEvent[] {
    const numbers = new Map<string, number[]>();
    for (const { file, record } of removed) numbers.set(file, [...(numbers.get(file) ?? []), record.number]);
    const time = formatTimestamp(new Date());
    return [...numbers].map(([file, some]) => ({ time, action: 'tidy', file, user, host, message: '', removed: some }));
}
