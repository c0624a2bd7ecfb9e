/** File events come in bursts (write a draft, rename, backup); one look after the burst is enough. */
const DELAY_MS = 20;
/** While a program copies a thousand files into a large folder, at most a third of the time goes into looking at it. */
const REST_PER_WORK = 2;

/** Runs a job shortly after it was asked for: once for all who ask meanwhile. */
export class Debounce {
    private timer: NodeJS.Timeout | undefined;
    private restsUntil = 0;

    /**
     * @param job must not reject
     * @param restMs the least time between two runs, so that a burst of minutes does not keep everything else from going on
     */
    constructor(
        private readonly job: () => Promise<void>,
        private readonly restMs = 0,
    ) {}

    /** Asks for the job. */
    ask(): void {
        this.timer ??= setTimeout(() => void this.run(), Math.max(DELAY_MS, this.restsUntil - performance.now()));
    }

    /** Cancels what was asked for and has not begun. */
    dispose(): void {
        clearTimeout(this.timer);
    }

    private async run(): Promise<void> {
        this.timer = undefined;
        const started = performance.now();
        this.restsUntil = started + this.restMs;
        await this.job();
        const ended = performance.now();
        this.restsUntil = ended + Math.max(this.restMs, REST_PER_WORK * (ended - started));
    }
}
