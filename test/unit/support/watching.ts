import type { Repository } from '../../../src/core/repository/repository';
import type { Watcher } from '../../../src/core/repository/watcher';

/** Waits for a change after which the condition holds. */
export function when(repository: Repository, condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
        const stop = repository.onDidChange(() => {
            if (!condition()) return;
            stop();
            resolve();
        });
    });
}

/** As on a network drive, where no event arrives. */
export function closeEvents(watcher: Watcher): void {
    const { events } = watcher as unknown as { readonly events: ReadonlyMap<string, { close(): void }> };
    for (const event of events.values()) event.close();
}
