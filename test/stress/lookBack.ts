import type { Answer, Request } from './history';
import type { OldRevisions } from './oldRevisions';
import { otherNameOf } from './pairs';
import type { Random } from './random';

/** Somebody who works with old revisions, and what records it. */
export interface Backward {
    readonly who: string;
    readonly turn: number;
    readonly random: Random;
    readonly revisions: OldRevisions;
    /** What they have checked out, with the messages. */
    readonly held: ReadonlyMap<string, string>;
    readonly call: (
        operation: Request['operation'],
        files: readonly string[],
        message: string,
        carryOut: () => Promise<Answer[]>,
        more: readonly Pick<Request, 'note' | 'numbers'>[],
    ) => Promise<Answer[]>;
}

/**
 * Puts an old revision back, gives one a label, or removes those that the rules do not need.
 * @returns the file whose check-out was found to be over, if one was
 */
export async function lookBack({ who, turn, random, revisions, held, call }: Backward): Promise<string | undefined> {
    const chance = random.fraction();
    if (chance < 0.25) {
        const plan = await revisions.planTidying();
        if (plan === undefined || plan.files.length === 0) return undefined;
        const files = plan.files.map(({ file }) => file);
        await call(
            'tidy',
            files,
            '',
            plan.tidy,
            plan.files.map(({ numbers }) => ({ numbers })),
        );
        return undefined;
    }
    // Under the name that it keeps: a program that was renamed meanwhile has no revisions under the old one.
    const names = [...held.keys()].filter((name) => otherNameOf(name) === undefined);
    if (names.length === 0) return undefined;
    const file = random.pick(names);
    const old = await revisions.pick(file, random);
    if (old === undefined) return undefined;
    const { number, content } = old;
    if (chance < 0.5) {
        const note = `${who}.${turn}`;
        await call('label', [file], '', () => revisions.label(file, number, note), [{ note, numbers: [number] }]);
        return undefined;
    }
    const message = held.get(file)!;
    const restore = (): Promise<Answer[]> => revisions.restore(file, message, number);
    const [answer] = await call('restore', [file], message, restore, [{ note: content, numbers: [number] }]);
    return answer?.kind === 'refused' ? file : undefined;
}
