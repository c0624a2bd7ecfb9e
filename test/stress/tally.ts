/** How often what happened. */
export class Tally {
    private readonly counts = new Map<string, number>();

    /** @param what in the plural */
    add(what: string, count = 1): void {
        this.counts.set(what, (this.counts.get(what) ?? 0) + count);
    }

    of(what: string): number {
        return this.counts.get(what) ?? 0;
    }

    addAll(other: Tally): void {
        for (const [what, count] of other.counts) this.add(what, count);
    }

    /** All in one line. */
    describe(): string {
        return [...this.counts].map(([what, count]) => `${count} ${what}`).join(', ');
    }
}
