import { mkdirSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { FileLockStore } from '../../../src/core/locks/fileLockStore';
import { LocksFile } from '../../../src/core/locks/locksFile';
import type { RepositoryChange } from '../../../src/core/repository/liveSnapshot';
import { Repository } from '../../../src/core/repository/repository';

/** The real store, with a count of what was asked of it. */
export class CountingStore extends FileLockStore {
    readonly asked = { list: 0, mark: 0 };

    override list(): ReturnType<FileLockStore['list']> {
        this.asked.list++;
        return super.list();
    }

    override mark(): Promise<string> {
        this.asked.mark++;
        return super.mark();
    }
}

/** One person's view of the repository in `folder`, and what it told. */
export function openRepository(folder: string, user: string, locksFile = path.join(folder, 'locks.json')) {
    const store = new CountingStore(new LocksFile(locksFile, { owner: { user, host: 'PC' }, timeout: 60_000 }));
    const extensions = new Set(['.mcam', '.vnc']);
    const repository = new Repository({ root: path.join(folder, 'repo'), extensions, user, host: 'PC' }, store);
    const changes: { files: string[]; folders: string[]; state: boolean }[] = [];
    repository.onDidChange(({ files, folders, state }: RepositoryChange) =>
        changes.push({ files: [...files].sort(), folders: [...folders].sort(), state }),
    );
    return { repository, store, locksFile, told: () => changes.splice(0) };
}

/** Makes empty files in the repository of `folder`. */
export function addFiles(folder: string, ...names: readonly string[]): void {
    for (const name of names) {
        const file = path.join(folder, 'repo', name);
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, '');
    }
}
