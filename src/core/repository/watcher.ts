import * as path from 'node:path';
import { Debounce } from '../base/debounce';
import { FolderMtimes } from './folderMtimes';
import type { Repository } from './repository';
import { isOwnName } from '../base/ownNames';
import { joinPath } from '../base/repositoryPath';

/** What happens in a folder: a file is written, or a name comes or goes. */
export type FolderEvent = 'written' | 'cameOrWent';

/**
 * Reports what happens in a folder, as far as the system says it. It must not keep the folder open: on Windows nobody could
 * rename a folder above it, on a share not even somebody else.
 * @param diskPath absolute path
 */
export type WatchFolder = (
    diskPath: string,
    onEvent: (event: FolderEvent, name: string) => void,
) => { dispose(): void };

/** What to watch, and how often. */
export interface WatcherOptions {
    /** Without it there are only polls. */
    readonly watchFolder?: WatchFolder;
    /** Absolute path of the locks file. */
    readonly locksFile: string;
    /** The most milliseconds between two looks at the locks file. */
    readonly pollInterval: number;
    /** Folders inside the repository whose rows are open now. */
    readonly openFolders: () => Iterable<string>;
    /** More folders inside the repository whose file events are reported. */
    readonly otherFolders?: () => Iterable<string>;
    /** Tells that the locks may have changed, where the store of the locks hears of it; see `LockStore.onHint`. */
    readonly onHint?: ((listener: () => void) => () => void) | undefined;
    /** Called with the path inside the repository of a file or folder that was written, came or went. */
    readonly onTouched?: (path: string) => void;
}

/** Each look at a folder may draw thousands of rows; while files go on coming, four in a second are enough. */
const FOLDER_REST_MS = 250;
/** Open folders are looked at once in so many polls: programs come and go more slowly than locks. */
const POLLS_PER_FOLDER_LOOK = 10;
/**
 * After which part of the interval a poll begins. It varies, so that two hundred clients that a hanging share brought into
 * step fall out of step again; it is less than one, so that a change is read within the interval.
 */
const SOONEST_PART = 0.85;
const LATEST_PART = 0.95;

/**
 * Keeps a repository up to date. The poll is the truth: one look at the locks file when nothing changed. File events,
 * which network drives lose, only make it faster.
 */
export class Watcher {
    private readonly events = new Map<string, { dispose(): void }>();
    private timer: NodeJS.Timeout | undefined;
    private readonly locksTouched: Debounce;
    private readonly foldersTouched: Debounce;
    private readonly touched = new Set<string>();
    private readonly folderTimes = new FolderMtimes();
    private readonly endHints: (() => void) | undefined;
    private polls = 0;
    private inView = true;

    constructor(
        private readonly repository: Repository,
        private readonly options: WatcherOptions,
    ) {
        this.locksTouched = new Debounce(() => this.repository.poll(true));
        this.foldersTouched = new Debounce(() => this.lookAtTouched(), FOLDER_REST_MS);
        this.endHints = options.onHint?.(() => this.locksTouched.ask());
        this.schedule();
        this.watchFolders();
    }

    dispose(): void {
        clearTimeout(this.timer);
        this.timer = undefined;
        this.endHints?.();
        this.locksTouched.dispose();
        this.foldersTouched.dispose();
        for (const events of this.events.values()) events.dispose();
        this.events.clear();
    }

    /**
     * Told whether a person sees the open folders now. Folders that nobody sees are not polled: a hidden view costs the
     * share one look at the locks file a poll.
     */
    async showFolders(inView: boolean): Promise<void> {
        const appeared = inView && !this.inView;
        this.inView = inView;
        if (appeared) await this.lookAtFolders();
    }

    /** Begins to watch folders that were opened since, and stops for those that were closed. */
    watchFolders(): void {
        const { snapshot } = this.repository;
        const wanted = new Map([[path.dirname(this.options.locksFile), undefined as string | undefined]]);
        const folders = [...this.options.openFolders(), ...(this.options.otherFolders?.() ?? [])];
        for (const folder of folders) wanted.set(snapshot.diskPath(folder), folder);
        for (const [diskPath, events] of this.events) {
            if (wanted.has(diskPath)) continue;
            events.dispose();
            this.events.delete(diskPath);
        }
        for (const [diskPath, folder] of wanted) if (!this.events.has(diskPath)) this.watch(diskPath, folder);
    }

    private schedule(): void {
        const part = SOONEST_PART + Math.random() * (LATEST_PART - SOONEST_PART);
        this.timer = setTimeout(() => void this.poll(), this.options.pollInterval * part);
        this.timer.unref();
    }

    private async poll(): Promise<void> {
        this.polls++;
        try {
            await this.repository.poll();
            if (this.polls % POLLS_PER_FOLDER_LOOK === 0 && this.inView) await this.lookAtFolders();
        } finally {
            // The next poll comes even if this one failed.
            if (this.timer !== undefined) this.schedule();
        }
    }

    private async lookAtFolders(): Promise<void> {
        for (const folder of this.options.openFolders()) {
            const diskPath = this.repository.snapshot.diskPath(folder);
            if (await this.folderTimes.mayHaveChanged(diskPath)) await this.repository.look(folder);
        }
    }

    private async lookAtTouched(): Promise<void> {
        const folders = [...this.touched];
        this.touched.clear();
        for (const folder of folders) await this.repository.look(folder);
    }

    private watch(diskPath: string, folder: string | undefined): void {
        const events = this.options.watchFolder?.(diskPath, (event, name) => this.note(diskPath, folder, event, name));
        if (events !== undefined) this.events.set(diskPath, events);
    }

    private note(diskPath: string, folder: string | undefined, event: FolderEvent, name: string): void {
        const { locksFile } = this.options;
        const isBesideLocks = diskPath === path.dirname(locksFile);
        if (isBesideLocks && name === path.basename(locksFile)) this.locksTouched.ask();
        if (folder === undefined || (isBesideLocks && isOwnName(name, locksFile))) return;
        this.options.onTouched?.(joinPath(folder, name));
        // Only a name that comes or goes changes a listing; a CAM program sends hundreds of other events as it saves.
        if (event !== 'cameOrWent') return;
        this.touched.add(folder);
        this.foldersTouched.ask();
    }
}
