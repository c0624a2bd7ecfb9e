/** Watches a shop as a window of VS Code does, and says each state that it gets into and who holds what then. */
import { Watcher } from '../../../src/core/repository/watcher';
import { openRepository } from '../../unit/support/repository';

async function watchShop(folder: string): Promise<void> {
    const { repository, locksFile } = openRepository(folder, 'Bob');
    const tell = (): void => {
        const holders = repository.snapshot.held().map(({ path, lock }) => [path, lock?.user]);
        console.log(JSON.stringify({ state: repository.state.kind, holders: Object.fromEntries(holders) as object }));
    };
    repository.onDidChange(tell);
    await repository.refresh();
    const watcher = new Watcher(repository, { locksFile, pollInterval: 20, openFolders: () => [''] });
    process.stdin.on('data', () => {
        watcher.dispose();
        process.stdin.destroy();
    });
}

void watchShop(process.argv[2] ?? '');
