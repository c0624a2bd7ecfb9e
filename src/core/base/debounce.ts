/** File events come in bursts (write a draft, rename, backup); one look after the burst is enough. */
const DELAY_MS = 20;
/** While a program copies a thousand files into a large folder, at most a third of the time goes into looking at it. */
const REST_PER_WORK = 2;

/** Runs a job shortly after it was asked for: once for all who ask meanwhile. */
export class Debounce {
    private timer: NodeJS.Timeout | undefined;
    private delayMs = DELAY_MS;

    /** @param job must not reject */
    constructor(private readonly job: () => Promise<void>) {}

    /** Asks for the job. */
    ask(): void {
        this.timer ??= setTimeout(() => void this.run(), this.delayMs);
    }

    /** Cancels what was asked for and has not begun. */
    dispose(): void {
        clearTimeout(this.timer);
    }

    private async run(): Promise<void> {
        this.timer = undefined;
        const started = performance.now();
        await this.job();
        this.delayMs = Math.max(DELAY_MS, REST_PER_WORK * (performance.now() - started));
    }
}
