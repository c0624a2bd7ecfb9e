import { readdir, stat } from 'node:fs/promises';
import * as path from 'node:path';
import { CheckoutError, isSystemError, systemCode } from '../base/errors';
import { counted, listed } from '../base/sentences';
import { isSharedAccount } from '../base/sharedAccounts';
import { describeIoError } from '../disk/ioErrors';
import { entryNotices } from '../locks/entryNotices';
import type { LockStore } from '../locks/lockStore';
import { ofDisk, ofMount, ofRights, ofSpace, ofSynchronisers } from './diskFindings';
import { inMilliseconds, type Finding, type Topic } from './finding';
import { leftoversBeside } from './leftoversBeside';
import type { Repository } from './repository';

const LOOKS = 5;
/** A look takes longer where a check-out, which needs ten such steps, takes a second. */
const SLOW_LOOK_MS = 100;
const NAMED = 5;

/**
 * Finds out what could keep people from working with a repository, from the disk up to the entries of the locks file. It
 * changes nothing: what it tries, it tries in a hidden folder beside the locks file that is removed again.
 * @param versionsFolder absolute path of where this computer keeps files as they were checked out
 * @throws nothing because of the disk: what cannot be found out is a finding
 */
export async function diagnose(
    repository: Repository,
    store: LockStore,
    versionsFolder: string,
): Promise<readonly Finding[]> {
    const { staging } = store;
    const folder = path.dirname(staging);
    const isOnServer = repository.revisions.hasSites;
    const looks: readonly (readonly [Topic, () => Promise<readonly Finding[]>])[] = [
        ['reachable', () => reach(repository, store)],
        ['entries', async () => entries(repository)],
        ['missingFiles', async () => missingFiles(repository)],
        ['person', async () => person(repository)],
        ['disk', () => ofMount(folder)],
        ['synchronised', () => ofSynchronisers(folder, isOnServer)],
        ['exclusiveCreate', () => ofDisk(staging)],
        ['rights', () => ofRights(repository.options.root, isOnServer ? undefined : staging)],
        ['space', () => ofSpace(folder)],
        ['leftovers', () => leftoversBeside(staging)],
        ['revisions', () => revisions(repository)],
        ['privateCopies', () => privateCopies(versionsFolder)],
    ];
    const findings: Finding[] = [];
    for (const [topic, look] of looks)
        findings.push(...(await look().catch((error: unknown) => unknown(topic, error))));
    return findings;
}

function unknown(topic: Topic, error: unknown): readonly Finding[] {
    if (!(error instanceof CheckoutError) && !isSystemError(error)) throw error;
    const text = error instanceof CheckoutError ? error.message : describeIoError(error);
    return [{ topic, verdict: topic === 'reachable' ? 'problem' : 'unknown', text }];
}

async function reach(repository: Repository, store: LockStore): Promise<readonly Finding[]> {
    await repository.refresh();
    if ('error' in repository.state) throw repository.state.error;
    await repository.lookFurther();
    if ('error' in repository.state) throw repository.state.error;
    const times: number[] = [];
    for (let look = 0; look < LOOKS; look++) {
        const started = performance.now();
        await store.mark();
        times.push(performance.now() - started);
    }
    const { snapshot } = repository;
    const files = snapshot.files();
    const held = files.filter(({ state }) => state !== 'available').length;
    const median = times.toSorted((one, other) => one - other)[Math.floor(LOOKS / 2)]!;
    const unreadable = [...snapshot.unreadable.values()].map((text): Finding => {
        const means = 'Nobody can see or check out what is in it from here.';
        return { topic: 'reachable', verdict: 'problem', text, means };
    });
    const text = `A look at the locks takes ${inMilliseconds(median)}.`;
    const latency: Finding =
        median < SLOW_LOOK_MS
            ? { topic: 'latency', verdict: 'fine', text }
            : {
                  topic: 'latency',
                  verdict: 'notice',
                  text,
                  means: 'A check-out or check-in takes about ten such steps.',
                  advice: 'Use a wired connection, or a server that is nearer. A lock server takes one step.',
              };
    return [
        {
            topic: 'reachable',
            verdict: 'fine',
            text: `${snapshot.root} has ${counted(files.length, 'file')}, ${held} checked out.`,
        },
        ...unreadable,
        latency,
    ];
}

function entries({ snapshot }: Repository): readonly Finding[] {
    const unreadable = snapshot
        .files()
        .flatMap(({ path: file, unreadable: why }) =>
            why === undefined ? [] : `The entry of ${file} cannot be read: ${why}.`,
        );
    const notices = [...entryNotices(snapshot.table), ...unreadable];
    if (notices.length === 0)
        return [{ topic: 'entries', verdict: 'fine', text: 'Every entry of the locks can be read.' }];
    const means = 'A program other than CNC Checkout wrote it. A file whose entry cannot be read stays held.';
    const advice = 'Correct the entry. If nobody has the file any more, remove it.';
    return notices.map((text) => ({ topic: 'entries', verdict: 'notice', text, means, advice }));
}

function missingFiles({ snapshot }: Repository): readonly Finding[] {
    const missing = snapshot.files().filter((file) => file.missing);
    if (missing.length === 0) return [];
    const names = listed(missing, NAMED, ({ path: file, lock }) => `${file} (${lock?.user ?? 'nobody knows who'})`);
    return [
        {
            topic: 'missingFiles',
            verdict: 'notice',
            text: `Checked out, and not there: ${names}.`,
            means: 'Somebody deleted or renamed them outside of CNC Checkout, or they are yet to be made.',
            advice: 'Ask the holders to check them in, or take them over and check them in.',
        },
    ];
}

function person({ options: { user, host } }: Repository): readonly Finding[] {
    if (user === '') return [];
    const text = `You are ${user} on ${host}.`;
    if (!isSharedAccount(user)) return [{ topic: 'person', verdict: 'fine', text }];
    return [
        {
            topic: 'person',
            verdict: 'notice',
            text: `${text} That is a name that several people may use.`,
            means: 'Then all of them are one holder, and only the computers tell their check-outs apart.',
            advice: 'Give each person a name: the setting cncCheckout.userName, or --user for scripts.',
        },
    ];
}

async function revisions({ revisions: { index, store } }: Repository): Promise<readonly Finding[]> {
    await index.refresh();
    const { unfinished } = await store.everything();
    const count = [...index.all()].reduce(
        (sum, [, records]) => sum + records.filter(({ isRemoved }) => !isRemoved).length,
        0,
    );
    const findings: Finding[] = [
        { topic: 'revisions', verdict: 'fine', text: `${counted(count, 'revision')} can be asked for.` },
    ];
    if (unfinished.length > 0) {
        findings.push({
            topic: 'revisions',
            verdict: 'notice',
            text: `${counted(unfinished.length, 'revision was', 'revisions were')} left unfinished by programs that were ended.`,
            means: 'They are in nobody’s way.',
            advice: 'Tidy up old revisions: that removes them once they are a day old.',
        });
    }
    return findings;
}

/** @throws the system error */
async function privateCopies(folder: string): Promise<readonly Finding[]> {
    let bytes = 0;
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }).catch(noneIfMissing)) {
        if (entry.isFile()) bytes += (await stat(path.join(entry.parentPath, entry.name))).size;
    }
    const text = `This computer keeps ${(bytes / 2 ** 20).toFixed(1)} MB of copies of files as you checked them out, in ${folder}.`;
    return [{ topic: 'privateCopies', verdict: 'fine', text }];
}

function noneIfMissing(error: unknown): never[] {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
}
