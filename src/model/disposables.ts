import type * as vscode from 'vscode';

/** What an object registered and has to give back in the end: one store an object, so that nothing is forgotten. */
export class DisposableStore implements vscode.Disposable {
    private readonly disposables: vscode.Disposable[] = [];
    private isDisposed = false;

    /** Keeps one disposable. Once the store is disposed of, so is at once whatever comes late. */
    add<T extends vscode.Disposable>(disposable: T): T {
        if (this.isDisposed) disposable.dispose();
        else this.disposables.push(disposable);
        return disposable;
    }

    addAll(...disposables: readonly vscode.Disposable[]): void {
        for (const disposable of disposables) this.add(disposable);
    }

    /** Calls a function every so many milliseconds. */
    addInterval(listener: () => void, intervalMs: number): void {
        const timer = setInterval(listener, intervalMs);
        this.add({ dispose: () => clearInterval(timer) });
    }

    /** Disposes of everything in it, the newest first; the store can be filled again. */
    clear(): void {
        for (const disposable of this.disposables.splice(0).toReversed()) disposable.dispose();
    }

    dispose(): void {
        this.isDisposed = true;
        this.clear();
    }
}
