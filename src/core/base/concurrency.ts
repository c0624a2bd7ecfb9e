/**
 * Runs `work` for each item, at most `limit` at a time. The next item starts as soon as any other ends.
 * @throws the first error that `work` throws
 */
export async function limitConcurrency<T>(
    items: Iterable<T>,
    limit: number,
    work: (item: T) => Promise<void>,
): Promise<void> {
    const waiting = items[Symbol.iterator]();
    const worker = async (): Promise<void> => {
        for (let next = waiting.next(); next.done !== true; next = waiting.next()) await work(next.value);
    };
    await Promise.all(Array.from({ length: limit }, worker));
}
