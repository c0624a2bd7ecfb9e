import { CheckoutError, isSystemError } from '../../src/core/base/errors';
import type { Repository } from '../../src/core/repository/repository';
import type { RetentionRules } from '../../src/core/revisions/retention';
import type { VersionStore } from '../../src/core/revisions/versionStore';
import { answerOf, answers, meantOf } from './answers';
import type { Answer } from './history';
import type { Random } from './random';

/** A revision that could be read a moment ago. */
export interface OldRevision {
    readonly number: number;
    readonly content: string;
}

/** The revisions of one file that are to be removed. */
export interface Removing {
    readonly file: string;
    readonly numbers: readonly number[];
}

/** Two of each part stay; what is older goes at once. */
const RULES: RetentionRules = { parts: { newest: 2 } };

/** What a window does with revisions that were kept before. */
export class OldRevisions {
    constructor(
        private readonly repository: Repository,
        private readonly versions: VersionStore,
    ) {}

    /** One of the revisions of a file; undefined where none can be read now. */
    pick(file: string, random: Random): Promise<OldRevision | undefined> {
        return whileReadable(async () => {
            const { revisions } = this.repository;
            const listed = (await revisions.list(file)).filter(({ record, isGone }) => record !== undefined && !isGone);
            if (listed.length === 0) return undefined;
            const { number } = random.pick(listed);
            return { number, content: (await revisions.read(file, number)).toString() };
        });
    }

    /** Puts a revision back under a check-out. @param message of that check-out */
    restore(file: string, message: string, number: number): Promise<Answer[]> {
        return answers([file], async () => {
            const meant = await meantOf(this.repository, file, message);
            if ('kind' in meant) return [meant];
            return [answerOf(await this.repository.restoreRevision(meant, number, this.versions))];
        });
    }

    label(file: string, number: number, label: string): Promise<Answer[]> {
        return answers([file], async () => {
            await this.repository.revisions.label(file, number, label);
            return [{ kind: 'done' }];
        });
    }

    /** What may be removed now, and what removes it, with an answer for each file; undefined where it is not known. */
    planTidying(): Promise<
        { readonly files: readonly Removing[]; readonly tidy: () => Promise<Answer[]> } | undefined
    > {
        return whileReadable(async () => {
            const { revisions } = this.repository;
            const plan = await revisions.planTidying(RULES);
            const files = byFile(plan.revisions);
            const tidy = (): Promise<Answer[]> =>
                answers([...files.keys()], async () => {
                    const removed = byFile((await revisions.tidy(plan, RULES)).revisions);
                    return [...files.keys()].map((file) => ({ kind: 'done', removed: removed.get(file) ?? [] }));
                });
            return { files: [...files].map(([file, numbers]) => ({ file, numbers })), tidy };
        });
    }
}

function byFile(
    revisions: readonly { readonly file: string; readonly record: { readonly number: number } }[],
): ReadonlyMap<string, readonly number[]> {
    const files = new Map<string, number[]>();
    for (const { file, record } of revisions) files.set(file, [...(files.get(file) ?? []), record.number]);
    return files;
}

/** Undefined while the share is away, or where a revision was removed a moment ago. */
async function whileReadable<T>(read: () => Promise<T | undefined>): Promise<T | undefined> {
    try {
        return await read();
    } catch (error) {
        if (error instanceof CheckoutError || isSystemError(error)) return undefined;
        throw error;
    }
}
