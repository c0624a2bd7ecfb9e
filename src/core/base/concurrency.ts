/**
 * Does the same for each of several things, some of them at once: each worker takes the next one as soon as it is done, so
 * that none waits for the slowest of several.
 * @param most how many are in hand at the same time
 * @throws what `work` throws first
 */
export async function limitConcurrency<T>(
    things: Iterable<T>,
    most: number,
    work: (thing: T) => Promise<void>,
): Promise<void> {
    const waiting = things[Symbol.iterator]();
    const worker = async (): Promise<void> => {
        for (let next = waiting.next(); next.done !== true; next = waiting.next()) await work(next.value);
    };
    await Promise.all(Array.from({ length: most }, worker));
}
