import type * as vscode from 'vscode';

/** Collects what an object registers, so that it can be disposed of together. */
export class DisposableStore implements vscode.Disposable {
    private readonly disposables: vscode.Disposable[] = [];
    private isDisposed = false;

    /** Adds a disposable. Once the store is disposed of, what is added is disposed of at once. */
    add<T extends vscode.Disposable>(disposable: T): T {
        if (this.isDisposed) disposable.dispose();
        else this.disposables.push(disposable);
        return disposable;
    }

    addAll(...disposables: readonly vscode.Disposable[]): void {
        for (const disposable of disposables) this.add(disposable);
    }

    /** Calls a function at an interval, until the store is disposed of. */
    addInterval(listener: () => void, intervalMs: number): void {
        const timer = setInterval(listener, intervalMs);
        this.add({ dispose: () => clearInterval(timer) });
    }

    /** Disposes of everything in it, newest first; the store can be used again. */
    clear(): void {
        for (const disposable of this.disposables.splice(0).toReversed()) disposable.dispose();
    }

    dispose(): void {
        this.isDisposed = true;
        this.clear();
    }
}
