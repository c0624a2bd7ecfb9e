/** Runs jobs one after the other, in the order in which they were added. A job that fails does not hold up the next. */
export class SerialQueue {
    private last: Promise<unknown> = Promise.resolve();

    /**
     * Runs a job when all that were added before it have ended, however they ended.
     * @returns what the job returns; rejects with what it throws
     */
    run<T>(job: () => Promise<T>): Promise<T> {
        const result = this.last.then(job);
        this.last = result.catch(() => undefined); // The caller is told.
        return result;
    }

    /** Settles when every job added so far has ended, however it ended. Never rejects. */
    async idle(): Promise<void> {
        await this.last;
    }
}
