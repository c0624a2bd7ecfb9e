import type { CheckOutRecord } from './checkOutRecords';

/** What a kept content is needed for. */
interface Use {
    readonly sha256: string;
    /** Whether it is the version of a check-out that lasts. */
    readonly lasts: boolean;
    /** When that began, or when the content was needed last; in milliseconds since 1970. */
    readonly time: number;
}

/** What the version of a check-out is needed for; nothing where its content is not known. */
export function useOf({ sha256, endedAt, timestamp }: CheckOutRecord): Use[] {
    const began = Date.parse(timestamp);
    return sha256 === undefined
        ? []
        : [{ sha256, lasts: endedAt === undefined, time: endedAt ?? (Number.isNaN(began) ? 0 : began) }];
}

/**
 * Which contents have to go so that the others are no larger than they may be: those that are needed least. Of what ended the
 * oldest first, then of the check-outs that last the oldest.
 * @param sizes bytes of each content that is kept
 * @param largestTotal bytes
 */
export function leastNeeded(uses: readonly Use[], sizes: ReadonlyMap<string, number>, largestTotal: number): string[] {
    let total = 0;
    for (const size of sizes.values()) total += size;
    const most = new Map<string, Use>();
    for (const use of uses) {
        const other = most.get(use.sha256);
        if (other === undefined || isLess(other, use)) most.set(use.sha256, use);
    }
    const removed: string[] = [];
    for (const { sha256 } of [...most.values()].sort((one, other) => (isLess(one, other) ? -1 : 1))) {
        if (total <= largestTotal) break;
        total -= sizes.get(sha256) ?? 0;
        if (sizes.has(sha256)) removed.push(sha256);
    }
    return removed;
}

/** Whether one use counts less than another. */
function isLess(one: Use, other: Use): boolean {
    return one.lasts === other.lasts ? one.time < other.time : other.lasts;
}
