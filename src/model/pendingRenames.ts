import { movedPath } from '../core/history/renamedFile';
import type { Renaming } from '../core/locks/renameRule';

/** Files and folders that VS Code renames at this moment: their locks go along a little later. */
export class PendingRenames {
    private readonly pending = new Set<Renaming>();

    /** @returns to be called when the locks went along, or could not */
    begin(renaming: Renaming): () => void {
        this.pending.add(renaming);
        return () => this.pending.delete(renaming);
    }

    /** The path that a file has in the locks until they go along; undefined for one that is not being renamed. */
    originOf(path: string): string | undefined {
        for (const { from, to } of this.pending) {
            const origin = movedPath(path, to, from);
            if (origin !== undefined) return origin;
        }
        return undefined;
    }
}
