/**
 * Runs `work` for each item, at most `limit` at a time. The next item starts as soon as any other ends, and none after one
 * failed. The caller who gets the error can clear up after all of them: nothing runs any more.
 * @throws the first error that `work` throws
 */
export async function limitConcurrency<T>(
    items: Iterable<T>,
    limit: number,
    work: (item: T) => Promise<void>,
): Promise<void> {
    const waiting = items[Symbol.iterator]();
    const errors: unknown[] = [];
    const worker = async (): Promise<void> => {
        for (let next = waiting.next(); next.done !== true && errors.length === 0; next = waiting.next()) {
            try {
                await work(next.value);
            } catch (error) {
                errors.push(error);
            }
        }
    };
    await Promise.all(Array.from({ length: limit }, worker));
    if (errors.length > 0) throw errors[0];
}
