import * as vscode from 'vscode';
import { withoutLinks } from './textSafety';

/** Jobs that end sooner show no progress. */
const PROGRESS_DELAY_MS = 500;
const BETWEEN_REPORTS_MS = 250;
const MEGABYTE = 2 ** 20;

/** How much of a job is done, in bytes. */
export interface Amount {
    readonly done: number;
    /** Undefined while nobody knows. */
    readonly total: number | undefined;
}

/**
 * Runs a job, and shows a notification once it takes longer than that. Cancelling it there aborts the signal.
 * @param title such as "Checking out 12 files"
 * @param amount asked, several times a second, for how much is done
 */
export async function withProgress<T>(
    title: string,
    job: (signal: AbortSignal) => Promise<T>,
    amount?: () => Amount,
): Promise<T> {
    const abort = new AbortController();
    const work = job(abort.signal);
    const timer = setTimeout(() => {
        const options = {
            location: vscode.ProgressLocation.Notification,
            title: withoutLinks(title),
            cancellable: true,
        };
        void vscode.window.withProgress(options, async (progress, token) => {
            const cancelling = token.onCancellationRequested(() => abort.abort());
            const stop = amount && follow(amount, progress);
            await work.catch(() => undefined); // The caller reports it.
            stop?.();
            cancelling.dispose();
        });
    }, PROGRESS_DELAY_MS);
    try {
        return await work;
    } finally {
        clearTimeout(timer);
    }
}

/** Shows again and again how much is done. @returns ends it */
function follow(
    amount: () => Amount,
    progress: vscode.Progress<{ readonly message?: string; readonly increment?: number }>,
): () => void {
    let shown = 0;
    const timer = setInterval(() => {
        const { message, percent } = describeAmount(amount());
        progress.report({ message, increment: Math.max(0, percent - shown) });
        shown = Math.max(shown, percent);
    }, BETWEEN_REPORTS_MS);
    return () => clearInterval(timer);
}

/** "120 of 200 MB", and what that is in percent. Some of what is read is read twice, to compare it. */
export function describeAmount({ done, total }: Amount): { readonly message: string; readonly percent: number } {
    const read = Math.floor(done / MEGABYTE);
    if (total === undefined || total < MEGABYTE) return { message: read === 0 ? '' : `${read} MB`, percent: 0 };
    const all = Math.ceil(total / MEGABYTE);
    return { message: `${Math.min(read, all)} of ${all} MB`, percent: Math.min(100, (100 * done) / total) };
}
