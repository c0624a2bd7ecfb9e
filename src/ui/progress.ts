import * as vscode from 'vscode';
import { withoutLinks } from './textSafety';

/** Jobs that end sooner show no progress. */
const PROGRESS_DELAY_MS = 500;

/**
 * Runs a job, and shows a notification once it takes longer than that. Cancelling it there aborts the signal.
 * @param title such as "Checking out 12 files"
 */
export async function withProgress<T>(title: string, job: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const abort = new AbortController();
    const work = job(abort.signal);
    const timer = setTimeout(() => {
        const options = {
            location: vscode.ProgressLocation.Notification,
            title: withoutLinks(title),
            cancellable: true,
        };
        void vscode.window.withProgress(options, async (_, token) => {
            const cancelling = token.onCancellationRequested(() => abort.abort());
            await work.catch(() => undefined); // The caller reports it.
            cancelling.dispose();
        });
    }, PROGRESS_DELAY_MS);
    try {
        return await work;
    } finally {
        clearTimeout(timer);
    }
}
