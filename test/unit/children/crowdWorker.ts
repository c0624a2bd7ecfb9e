/** Some of the clients of a share, each as a window of VS Code that nobody looks at has one. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LocksFile } from '../../../src/core/locks/locksFile';
import { FileLockStore } from '../../../src/core/locks/fileLockStore';
import { defaultExtensions } from '../../../src/core/repository/locateRepository';
import { Repository } from '../../../src/core/repository/repository';
import { Watcher } from '../../../src/core/repository/watcher';
import { closeEvents, watchByNode } from '../support/watching';
import { beginOfCount, type CrowdAnswer, type CrowdOptions, type CrowdQuestion, endOfCount } from '../support/crowd';

const { folder, clients, pollInterval, byEvents, inView } = JSON.parse(process.argv[2]!) as CrowdOptions;

class CountedStore extends FileLockStore {
    reads = 0;

    override list(): ReturnType<FileLockStore['list']> {
        this.reads++;
        return super.list();
    }
}

class Client extends Repository {
    polls = 0;
    underWay = 0;

    override async poll(force?: boolean): Promise<void> {
        this.polls++;
        await this.busy(super.poll(force));
    }

    override look(path: string): Promise<void> {
        return this.busy(super.look(path));
    }

    private async busy(work: Promise<void>): Promise<void> {
        this.underWay++;
        await work;
        this.underWay--;
        for (const check of checks) check();
    }
}

const checks = new Set<() => void>();
const stores: CountedStore[] = [];
const crowd: Client[] = [];

async function open(user: string): Promise<void> {
    const locksFile = join(folder, 'locks.json');
    const store = new CountedStore(new LocksFile(locksFile, { owner: { user, host: 'PC' }, timeout: 60_000 }));
    const options = { root: join(folder, 'repo'), extensions: defaultExtensions, user, host: 'PC' };
    const client = new Client(options, store);
    await client.refresh();
    const watcher = new Watcher(client, { watchFolder: watchByNode, locksFile, pollInterval, openFolders: () => [''] });
    await watcher.showFolders(inView);
    if (!byEvents) closeEvents(watcher);
    stores.push(store);
    crowd.push(client);
}

function until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
        const check = (): void => {
            if (!condition()) return;
            checks.delete(check);
            resolve();
        };
        checks.add(check);
        check();
    });
}

const total = (what: 'polls' | 'underWay'): number => crowd.reduce((sum, client) => sum + client[what], 0);
const readsOfAll = (): number => stores.reduce((sum, { reads }) => sum + reads, 0);

/** Marks its own system calls at two quiet moments, between which every client polls as often as it is asked to. */
async function countPolls(each: number): Promise<CrowdAnswer> {
    const isQuiet = (): boolean => total('underWay') === 0;
    await until(isQuiet);
    existsSync(beginOfCount);
    const before = crowd.map(({ polls }) => polls);
    const first = total('polls');
    await until(() => isQuiet() && crowd.every(({ polls }, index) => polls - before[index]! >= each));
    existsSync(endOfCount);
    return { polls: total('polls') - first, reads: 0, at: Date.now() };
}

async function see(path: string, user: string | undefined): Promise<CrowdAnswer> {
    const before = readsOfAll();
    process.send?.('looking');
    await until(() => crowd.every(({ snapshot }) => snapshot.file(path)?.lock?.user === user));
    const at = performance.timeOrigin + performance.now();
    await until(() => total('underWay') === 0);
    return { polls: 0, reads: readsOfAll() - before, at };
}

process.on('message', (question: CrowdQuestion) => {
    const answer = question.do === 'count' ? countPolls(question.each) : see(question.path, question.user);
    void answer.then((result) => process.send?.(result));
});
// Without its parent nobody would end it.
process.on('disconnect', () => process.exit());
void Promise.all(Array.from({ length: clients }, (_, index) => open(`User-${process.pid}-${index}`))).then(() =>
    process.send?.('ready'),
);
