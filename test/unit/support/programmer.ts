import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { FileLockStore } from '../../../src/core/locks/fileLockStore';
import type { Outcome } from '../../../src/core/locks/rules';
import { LocksFile } from '../../../src/core/locks/locksFile';
import type { AtFailpoint } from '../../../src/core/mutex/failpoints';
import { Repository } from '../../../src/core/repository/repository';
import type { ContentRequest } from '../../../src/core/repository/undo';
import { timesOf } from '../../../src/core/revisions/stagedContent';
import { VersionStore } from '../../../src/core/revisions/versionStore';

/** A real store in which something happens once what is discarded was kept: the copy on the share is prepared by then. */
class StoreWithMeanwhile extends VersionStore {
    whenPrepared: () => Promise<void> | void = () => undefined;

    override async keepUndone(...args: Parameters<VersionStore['keepUndone']>): ReturnType<VersionStore['keepUndone']> {
        const kept = await super.keepUndone(...args);
        await this.whenPrepared();
        return kept;
    }
}

const LARGEST_BYTES = 10 * 2 ** 20;
const LONG_AGO = new Date('2026-03-04T05:06:07.250Z');

/** One person in front of a shop in a folder: what they check out, change and undo. */
export class Programmer {
    readonly repository: Repository;
    readonly locksFile: LocksFile;
    readonly versions: StoreWithMeanwhile;

    constructor(
        readonly folder: string,
        readonly user: string,
        options: { readonly atFailpoint?: AtFailpoint; readonly staleAfter?: number; readonly storage?: string } = {},
    ) {
        const { storage = path.join(folder, `storage of ${user}`), ...mutex } = options;
        const locks = path.join(folder, 'locks.json');
        this.locksFile = new LocksFile(locks, { owner: { user, host: 'PC' }, timeout: 60_000, ...mutex });
        const root = path.join(folder, 'repo');
        const extensions = new Set(['.mcam', '.vnc']);
        this.repository = new Repository({ root, extensions, user, host: 'PC' }, new FileLockStore(this.locksFile));
        this.versions = new StoreWithMeanwhile(storage);
    }

    diskPath(name: string): string {
        return path.join(this.folder, 'repo', name);
    }

    /** Makes a program, last changed long ago. */
    make(name: string, text: string): void {
        mkdirSync(path.dirname(this.diskPath(name)), { recursive: true });
        writeFileSync(this.diskPath(name), text);
        utimesSync(this.diskPath(name), LONG_AGO, LONG_AGO);
    }

    read(name: string): string {
        return readFileSync(this.diskPath(name), 'utf8');
    }

    /** Checks a file out and keeps its version, as a window does. */
    async checkOut(name: string): Promise<Outcome> {
        const [outcome] = await this.repository.checkOut([name], 'Feed');
        const key = this.key(name, outcome!.lock!.timestamp);
        const stats = statSync(this.diskPath(name));
        await this.versions.note(key, stats);
        await this.versions.keep(key, this.diskPath(name), LARGEST_BYTES);
        return outcome!;
    }

    /** What this person is shown of an undo. */
    async look(name: string): Promise<ContentRequest> {
        await this.repository.poll();
        const { path: file, lock } = this.repository.snapshot.file(name)!;
        const { copy, sha256, ...version } = (await this.versions.version(this.key(name, lock!.timestamp)))!;
        const content = { ...version, copy: copy!, sha256: sha256! };
        return { path: file, seen: lock!, file: await timesOf(this.diskPath(name)), content };
    }

    /** What this person is shown of a restore of what they discarded last. */
    async lookAtDiscarded(name: string): Promise<ContentRequest> {
        const [undone] = await this.versions.undone(Date.now());
        return { ...(await this.look(name)), content: { ...undone!, copy: this.versions.copyOf(undone!) } };
    }

    /** The discarded changes that can be restored, newest first. */
    async discarded(): Promise<string[]> {
        const undone = await this.versions.undone(Date.now());
        return undone.map((version) => readFileSync(this.versions.copyOf(version), 'utf8'));
    }

    holder(name: string): string | undefined {
        const locks = JSON.parse(readFileSync(this.locksFile.file, 'utf8')) as Record<string, { user: string }>;
        return locks[name]?.user;
    }

    /** Every name in the shop's folder and in the repository that tells of something left behind. */
    leftovers(): string[] {
        const folders = [this.folder, path.join(this.folder, 'repo')];
        return folders.flatMap((folder) => readdirSync(folder)).filter((name) => /\.tmp$|\.lock|\.staged/.test(name));
    }

    private key(name: string, timestamp: string) {
        return { root: path.join(this.folder, 'repo'), path: name, timestamp };
    }
}
