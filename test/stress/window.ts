import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { defaultExtensions } from '../../src/core/repository/locateRepository';
import { type Change, type Changed, LocksFile } from '../../src/core/locks/locksFile';
import type { Lock } from '../../src/core/locks/lockEntry';
import { LockTable } from '../../src/core/locks/lockTable';
import { FileLockStore } from '../../src/core/locks/fileLockStore';
import type { MutexOptions } from '../../src/core/mutex/mutex';
import type { Lease } from '../../src/core/mutex/lease';
import type { Failpoint } from '../../src/core/mutex/failpoints';
import { Repository } from '../../src/core/repository/repository';
import { VersionStore } from '../../src/core/revisions/versionStore';
import { answerOf, answers, meantOf, nameIn } from './answers';
import type { Order } from './crew';
import { type Answer, now } from './history';
import { OldRevisions } from './oldRevisions';
import { saysUnrecorded } from './recorded';
import { scaled } from '../support/pace';
import type { Tool } from './worker';

/** Milliseconds for which a worker waits for the mutex; nobody is to wait as long as that. */
export const PATIENCE = scaled(60_000);

/** The locks file, noting when it looks last before it writes, and between which moments nobody else may write. */
class WatchedLocksFile extends LocksFile {
    looked: number | undefined;
    isUnrecorded = false;
    private decides = 0;
    private renames: number | undefined;

    constructor(
        file: string,
        options: MutexOptions,
        private readonly onStay: (from: number, to: number) => void,
    ) {
        super(file, options, (warning) => (this.isUnrecorded ||= saysUnrecorded(warning)));
    }

    /** To be called at each moment of a change. */
    note(moment: Failpoint): void {
        if (moment === 'beforeLook') this.looked = now();
        if (moment === 'beforeRename') this.renames = now();
    }

    override async update<T>(
        change: Change<T>,
        stands: (table: LockTable, result: T, certain: boolean) => boolean,
        underMutex?: (lease: Lease, result: T) => Promise<void>,
    ): Promise<Changed<T>> {
        this.looked = undefined;
        this.isUnrecorded = false;
        const decide: Change<T> = (table) => {
            // What it did before, if anything, did not count: it begins again.
            this.decides = now();
            this.renames = undefined;
            return change(table);
        };
        const done = await super.update(decide, stands, underMutex);
        if (this.renames !== undefined) this.onStay(this.decides, this.renames);
        return done;
    }
}

/** One repository over core, as a window of VS Code has it. */
export class Window implements Tool {
    private readonly locksFile: WatchedLocksFile;
    private readonly repository: Repository;
    private readonly root: string;
    private readonly versions: VersionStore;
    readonly revisions: OldRevisions;

    /**
     * @param privateFolder where it keeps what an undo discards
     * @param orders what this process is to do to itself at the moments of a change
     * @param onStay told, of each change, from when to when nobody else can have made one
     * @param onTakingOver told when it sets about taking somebody else's mutex away
     */
    constructor(
        folder: string,
        private readonly privateFolder: string,
        user: string,
        staleAfter: number,
        private readonly orders: Set<Order>,
        onStay: (from: number, to: number) => void,
        private readonly onTakingOver: () => void,
    ) {
        // Two windows of one person are on one computer.
        const owner = { user, host: `PC of ${user}` };
        const atFailpoint = (moment: Failpoint): Promise<void> => this.atFailpoint(moment);
        const options = { owner, timeout: PATIENCE, staleAfter, atFailpoint };
        this.locksFile = new WatchedLocksFile(join(folder, 'locks.json'), options, onStay);
        this.root = join(folder, 'repo');
        this.versions = new VersionStore(privateFolder);
        const repository = { root: this.root, extensions: defaultExtensions, ...owner };
        this.repository = new Repository(repository, new FileLockStore(this.locksFile));
        this.revisions = new OldRevisions(this.repository, this.versions);
    }

    get since(): number | undefined {
        return this.locksFile.looked;
    }

    get isUnrecorded(): boolean {
        return this.locksFile.isUnrecorded;
    }

    checkOut(files: readonly string[], message: string): Promise<Answer[]> {
        return answers(files, async () => (await this.repository.checkOut(files, message)).map(answerOf));
    }

    checkIn(files: readonly string[]): Promise<Answer[]> {
        return answers(files, async () =>
            (await this.repository.checkIn(files)).map((outcome): Answer => {
                const { lock, revision } = outcome;
                if (lock === undefined) return answerOf(outcome);
                return { kind: 'done', holder: nameIn(lock), ...(revision === undefined ? {} : { revision }) };
            }),
        );
    }

    async look(): Promise<readonly { readonly path: string; readonly lock: Lock }[]> {
        await this.repository.poll();
        return this.repository.snapshot.table.locks();
    }

    takeOver(file: string, seen: Lock, message: string): Promise<Answer[]> {
        return answers([file], async () =>
            (await this.repository.takeOver([{ path: file, seen }], message)).map(answerOf),
        );
    }

    rename(from: string, to: string): Promise<Answer[]> {
        return answers([from], async () => {
            return (await this.repository.rename(from, to)).map((outcome): Answer => {
                const { lock } = outcome;
                if (lock === undefined) return answerOf(outcome);
                return { kind: 'done', holder: lock.timestamp === '' ? undefined : nameIn(lock) };
            });
        });
    }

    write(file: string, text: string): Answer {
        try {
            // In one piece, into a file that is there: nobody sees a half of it, or a name that was renamed come back.
            const handle = openSync(join(this.root, file), 'r+');
            writeSync(handle, text, 0);
            closeSync(handle);
            return { kind: 'done' };
        } catch {
            return { kind: 'none' };
        }
    }

    putContent(file: string, message: string, text: string, ends: boolean): Promise<Answer[]> {
        return answers([file], async () => {
            const meant = await meantOf(this.repository, file, message);
            if ('kind' in meant) return [meant];
            const copy = join(this.privateFolder, 'content');
            mkdirSync(this.privateFolder, { recursive: true });
            writeFileSync(copy, text);
            const sha256 = createHash('sha256').update(text).digest('hex');
            const content = { copy, size: text.length, sha256 };
            const request = { ...meant, content };
            const { repository, versions } = this;
            const outcome = await (ends
                ? repository.undo(request, versions)
                : repository.restoreUndone(request, versions));
            const answer = answerOf(outcome);
            const isPlaced = / was put back /.test(outcome.refusal?.message ?? '');
            return [answer.kind === 'refused' && isPlaced ? { ...answer, isPlaced } : answer];
        });
    }

    annotate(file: string, message: string, note: string): Promise<Answer[]> {
        return answers([file], async () => {
            const { result } = await this.locksFile.update(
                (table) => withNote(table, file, message, note),
                (table) => table.serialise().includes(`"note": "${note}"`),
            );
            return [result];
        });
    }

    private async atFailpoint(moment: Failpoint): Promise<void> {
        this.locksFile.note(moment);
        // Not when a mutex is moved aside: so is one's own that cannot be removed at once.
        if (moment === 'foundStale') this.onTakingOver();
        for (const order of this.orders) {
            if (order.moment !== moment || !process.connected) continue;
            this.orders.delete(order);
            await new Promise((resolve) => process.send!(order, undefined, undefined, resolve));
            process.kill(process.pid, order.blow);
        }
    }
}

function withNote(table: LockTable, file: string, message: string, note: string): { table: LockTable; result: Answer } {
    const lock = table.find(file)?.lock;
    if (lock?.message !== message) return { table, result: { kind: 'refused', code: 'anotherCheckOut' } };
    const text = table.serialise();
    const start = text.indexOf(`    "${file}": {`);
    const end = text.indexOf('\n    }', start);
    const entry = text.slice(start, end).replace(/,\n {8}"note": "[^"]*"/, '');
    const annotated = `${text.slice(0, start)}${entry},\n        "note": "${note}"${text.slice(end)}`;
    return { table: LockTable.parse(annotated), result: { kind: 'done' } };
}
