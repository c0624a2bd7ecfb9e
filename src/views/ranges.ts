/**
 * The most rows that VS Code is given below one row. It draws the first only when it has them all: 0.3 s for 5,000 rows,
 * 10 s for 100,000.
 */
const MAX_ROWS = 5000;
const ROWS_PER_RANGE = 1000;

/** A stretch of a long list that is one row until it is expanded. */
export interface Range {
    /** The path with which it first began: it identifies the range, and may no longer exist. */
    readonly start: string;
    readonly paths: readonly string[];
}

/**
 * Divides lists that are too long to show. The starts of ranges are remembered, so that a new or removed file does not move
 * others to another range, and expanded ranges stay expanded.
 */
export class Ranges {
    private readonly starts = new Map<string, readonly string[]>();
    private readonly divided = new WeakMap<readonly string[], readonly Range[]>();

    constructor(private readonly compare: (one: string, other: string) => number) {}

    /**
     * The ranges of a list, in order; undefined if it is short enough to show as it is.
     * @param list identifies the list
     * @param paths in order; the same array as long as nothing changed
     */
    divide(list: string, paths: readonly string[]): readonly Range[] | undefined {
        if (paths.length <= MAX_ROWS) {
            this.starts.delete(list);
            return undefined;
        }
        const known = this.divided.get(paths);
        if (known !== undefined) return known;
        let ranges = this.cut(paths, this.starts.get(list) ?? paths.slice(0, 1));
        if (ranges.some((range) => range.paths.length > 2 * ROWS_PER_RANGE)) {
            const starts = paths.filter((_, index) => index % ROWS_PER_RANGE === 0);
            this.starts.set(list, starts);
            ranges = this.cut(paths, starts);
        }
        this.divided.set(paths, ranges);
        return ranges;
    }

    /** The range in which a path is, or would be. */
    find(ranges: readonly Range[], path: string): Range | undefined {
        return ranges.findLast(({ start }) => this.compare(start, path) <= 0) ?? ranges[0];
    }

    private cut(paths: readonly string[], starts: readonly string[]): Range[] {
        const ends = [...starts.slice(1).map((start) => this.positionOf(start, paths)), paths.length];
        return starts
            .map((start, index) => ({ start, paths: paths.slice(index === 0 ? 0 : ends[index - 1], ends[index]) }))
            .filter((range) => range.paths.length > 0);
    }

    /** Where a path is in a list, or would be. */
    private positionOf(path: string, paths: readonly string[]): number {
        let [low, high] = [0, paths.length];
        while (low < high) {
            const middle = (low + high) >> 1;
            if (this.compare(paths[middle]!, path) < 0) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
