import { watch } from 'node:fs';
import type { Repository } from '../../../src/core/repository/repository';
import type { WatchFolder, Watcher } from '../../../src/core/repository/watcher';

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

/** Reports what happens in a folder by the events of Node.js, in the place of VS Code's. */
export const watchByNode: WatchFolder = (diskPath, onEvent) => {
    const watcher = watch(diskPath, { persistent: false }, (event, name) => {
        if (name !== null) onEvent(event === 'rename' ? 'cameOrWent' : 'written', name);
    });
    watcher.on('error', () => watcher.close()); // The folder is gone.
    return { dispose: () => watcher.close() };
};

/** As on a network drive, where no event arrives. */
export function closeEvents(watcher: Watcher): void {
    const { events } = watcher as unknown as { readonly events: ReadonlyMap<string, { dispose(): void }> };
    for (const event of events.values()) event.dispose();
}
