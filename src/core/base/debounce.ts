/** File events come in bursts (write beside, rename, safety copy); one look after the burst is enough. */
const BURST = 20;
/** While a program copies a thousand files into a large folder, at most a third of the time goes into looking at it. */
const REST_FOR_WORK = 2;

/** Runs a job a moment after it was asked for, once for all who asked meanwhile. */
export class Debounce {
    private timer: NodeJS.Timeout | undefined;
    private pause = BURST;

    constructor(private readonly job: () => Promise<void>) {}

    ask(): void {
        this.timer ??= setTimeout(() => void this.run(), this.pause);
    }

    dispose(): void {
        clearTimeout(this.timer);
    }

    private async run(): Promise<void> {
        this.timer = undefined;
        const started = performance.now();
        await this.job();
        this.pause = Math.max(BURST, REST_FOR_WORK * (performance.now() - started));
    }
}
