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

/** A queue for each key, so that a slow one delays no other. */
export class SerialQueues<Key> {
    private readonly queues = new Map<Key, SerialQueue>();

    /** Runs a job when all that were added for this key before it have ended; see `SerialQueue.run`. */
    run<T>(key: Key, job: () => Promise<T>): Promise<T> {
        let queue = this.queues.get(key);
        if (queue === undefined) this.queues.set(key, (queue = new SerialQueue()));
        return queue.run(job);
    }

    /** Settles when every job added for this key so far has ended. Never rejects. */
    async idle(key: Key): Promise<void> {
        await this.queues.get(key)?.idle();
    }
}
