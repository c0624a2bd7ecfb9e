import * as assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { limitConcurrency } from '../../src/core/base/concurrency';
import { isSentences } from '../support/commandLine';
import { Programmer } from '../unit/support/programmer';
import { changing, taking } from './support/everyCall';
import type { Fault } from './support/faultyDisk';
import { bothHold, holders, type Shop } from './support/shop';
import { sweep, type Swept, type Work } from './support/sweep';
import { useFaultyDisk } from './support/useFaultyDisk';

const MINE = 'G1 X1 (MINE)\n';
/** Most of the time they wait until what was left is stale. */
const AT_ONCE = 16;

/** What is renamed, and where Bob's file is under each name. */
const subjects = [
    { kind: 'file', from: 'bob.vnc', to: 'new.vnc', below: '' },
    { kind: 'folder', from: 'job', to: 'new job', below: '/bob.vnc' },
] as const;

for (const subject of subjects) describe(`A rename of a ${subject.kind} on a disk that fails`, () => failing(subject));

function failing({ kind, from, to, below }: (typeof subjects)[number]): void {
    const faulty = useFaultyDisk();
    const work: Work = {
        args: ['rename', from, to, '--user', 'Bob'],
        before: bothHold.replace('bob.vnc', `${from}${below}`),
        prepare: ({ folder }) => {
            mkdirSync(dirname(join(folder, 'repo', `${from}${below}`)), { recursive: true });
            writeFileSync(join(folder, 'repo', `${from}${below}`), MINE);
        },
    };
    const run = (faultAt: (call: string, at: number) => Fault | undefined, more: Partial<Work> = {}) =>
        sweep(faulty.disk(), faulty.folder(), { ...work, ...more }, faultAt);

    /** Under which of the two names there is something. */
    const namesIn = ({ folder }: Shop): string[] => [from, to].filter((name) => existsSync(join(folder, 'repo', name)));
    const locksIn = (shop: Shop): string[] => [from, to].filter((name) => holders(shop)[`${name}${below}`] === 'Bob');

    function lostNothing({ shop, hit }: Swept): void {
        const names = namesIn(shop);
        assert.ok(names.length > 0, `${hit}: the file is gone`);
        for (const name of names) {
            assert.equal(readFileSync(join(shop.folder, 'repo', `${name}${below}`), 'utf8'), MINE, hit);
        }
        assert.equal(locksIn(shop).length, 1, `${hit}: the lock is gone, or there are two`);
        assert.equal(holders(shop)['alice.vnc'], 'Alice', hit);
    }

    /** @param isGone whether the share went away for good, so that a second name could not be removed */
    function toldTheTruth(one: Swept, isGone = false): void {
        const { shop, hit, ran } = one;
        const all = `${hit}: ${ran.code} ${ran.stdout}${ran.stderr}`;
        lostNothing(one);
        if (ran.code === 0) return assert.deepEqual([namesIn(shop), locksIn(shop)], [[to], [to]], all);
        assert.ok(isSentences(ran.stderr), all);
        assert.doesNotMatch(ran.stderr, /Unexpected error|\.tmp/, all);
        if (/could not be confirmed|may still be checked out/.test(ran.stderr)) return;
        const names = isGone ? namesIn(shop).slice(0, 1) : namesIn(shop);
        assert.deepEqual([names, locksIn(shop)], [[from], [from]], all);
    }

    /** Whoever has the file gets file and lock together under the new name, whatever was left. */
    async function goOn({ shop, hit }: Swept): Promise<void> {
        const bob = new Programmer(shop.folder, 'Bob', { staleAfter: 2000 });
        const rename = async (one: string, other: string): Promise<void> => {
            for (const { refusal } of await bob.repository.rename(one, other)) assert.equal(refusal, undefined, hit);
        };
        await bob.repository.refresh();
        // What was renamed has its new name, and the lock the old one.
        if (!namesIn(shop).includes(from) && locksIn(shop).includes(from)) await rename(to, from);
        if (locksIn(shop).includes(from)) {
            // Half way, a file has both names: the rename goes on.
            await rename(from, to);
        }
        assert.deepEqual(locksIn(shop), [to], hit);
        assert.ok(namesIn(shop).includes(to), hit);
    }

    for (const when of ['before', 'after'] as const) {
        it(`tells the truth when a call fails, ${when} it is carried out`, async () => {
            const swept = await run((call, at) =>
                changing.test(call) && !taking.test(call) ? { at, with: 'EIO', when } : undefined,
            );
            for (const one of swept) toldTheTruth(one);
            await limitConcurrency(swept, AT_ONCE, goOn);
        });
    }

    it('tells the truth when a call that reads fails', async () => {
        const swept = await run((call, at) => (changing.test(call) ? undefined : { at, with: 'EACCES' }));
        for (const one of swept) toldTheTruth(one);
    });

    it('tells the truth when the disk is full, or the share goes away for good', async () => {
        const full = await run((call, at) => (changing.test(call) ? { at, with: 'ENOSPC' } : undefined));
        for (const one of full) toldTheTruth(one);
        const gone = await run((call, at) => (changing.test(call) ? { at, to: Infinity, with: 'ESTALE' } : undefined));
        for (const one of gone) toldTheTruth(one, true);
    });

    it('keeps file and lock together when the locks cannot be written at the last moment', async () => {
        const isLast = /^close locks\.json\.lock\/new/;
        const swept = await run((call, at) => (isLast.test(call) ? { at, with: 'ENOSPC' } : undefined));
        for (const one of swept) toldTheTruth(one);
        assert.ok(swept.some(({ ran }) => ran.code !== 0));
    });

    if (kind === 'file') {
        it('does not lose the file when the server takes its old name away, and that answer is lost', async () => {
            const isLast = /^unlink repo\/bob\.vnc/;
            const swept = await run((call, at) => (isLast.test(call) ? { at, with: 'EIO', when: 'after' } : undefined));
            for (const one of swept) toldTheTruth(one);
            assert.ok(swept.every(({ ran }) => ran.code === 0));
        });

        it('goes on with a rename that was cut off when the file had both names', async () => {
            const isLast = /^unlink repo\/bob\.vnc/;
            const swept = await run((call, at) => (isLast.test(call) ? { at, with: 'kill' } : undefined));
            for (const one of swept) assert.deepEqual(namesIn(one.shop), [from, to]);
            await limitConcurrency(swept, AT_ONCE, goOn);
            for (const one of swept) assert.deepEqual(namesIn(one.shop), [to]);
        });
    }

    it('loses neither file nor lock when the power fails, and the next rename gets through', async () => {
        for (const isLinkless of [false, true]) {
            const swept = await run((call, at) => (changing.test(call) ? { at, with: 'kill' } : undefined), {
                isLinkless,
            });
            for (const one of swept) lostNothing(one);
            await limitConcurrency(swept, AT_ONCE, goOn);
        }
    });
}
