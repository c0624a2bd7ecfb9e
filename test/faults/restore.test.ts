import * as assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { isSentences } from '../support/commandLine';
import { changing, taking } from './support/everyCall';
import type { Fault } from './support/faultyDisk';
import { bothHold, holders } from './support/shop';
import { sweep, type Swept, type Work } from './support/sweep';
import { useFaultyDisk } from './support/useFaultyDisk';

const name = 'bob.vnc';
const OLD = 'G1 X0 (OLD)\n'.repeat(100);
const MINE = 'G1 X1 (MINE)\n'.repeat(100);

describe('A restore of a revision on a disk that fails', function () {
    const faulty = useFaultyDisk();
    const { XDG_STATE_HOME } = process.env;
    // What a restore replaces is kept in a folder of the user.
    beforeEach(() => (process.env['XDG_STATE_HOME'] = join(faulty.folder(), 'private')));
    afterEach(() => {
        if (XDG_STATE_HOME === undefined) delete process.env['XDG_STATE_HOME'];
        else process.env['XDG_STATE_HOME'] = XDG_STATE_HOME;
    });
    const work: Work = {
        args: ['restore', `${name}@1`, '--message', 'The old one cuts better', '--user', 'Bob'],
        before: bothHold,
        prepare: ({ folder }) => {
            writeFileSync(join(folder, 'repo', name), MINE);
            mkdirSync(join(folder, 'locks.revisions', name), { recursive: true });
            writeFileSync(join(folder, 'locks.revisions', name, 'r1.vnc.gz'), gzipSync(OLD));
            const sha256 = createHash('sha256').update(OLD).digest('hex');
            const modified = '2026-11-20T08:15:30+00:00';
            const revision = { number: 1, size: OLD.length, sha256, modified };
            const line = { time: modified, action: 'check-in', file: name, user: 'Bob', message: '', revision };
            writeFileSync(join(folder, 'locks.history.jsonl'), `${JSON.stringify(line)}\n`);
        },
    };
    const run = (faultAt: (call: string, at: number) => Fault | undefined): Promise<Swept[]> =>
        sweep(faulty.disk(), faulty.folder(), work, faultAt);
    const contentIn = ({ shop }: Swept): string => readFileSync(join(shop.folder, 'repo', name), 'utf8');

    function lostNothing(one: Swept): void {
        const { shop, hit } = one;
        assert.ok([OLD, MINE].includes(contentIn(one)), `${hit}: ${contentIn(one)}`);
        assert.equal(holders(shop)[name], 'Bob', hit);
    }

    function toldTheTruth(one: Swept): void {
        const { hit, ran } = one;
        const all = `${hit}: ${ran.code} ${ran.stdout}${ran.stderr}`;
        lostNothing(one);
        if (ran.code === 0) return assert.equal(contentIn(one), OLD, all);
        assert.ok(isSentences(ran.stderr), all);
        assert.doesNotMatch(ran.stderr, /Unexpected error|\.tmp/, all);
        if (/could not be confirmed|The share went away while|was put back/.test(ran.stderr)) return;
        assert.equal(contentIn(one), MINE, all);
    }

    for (const when of ['before', 'after'] as const) {
        it(`tells the truth when a call fails, ${when} it is carried out`, async () => {
            const swept = await run((call, at) =>
                changing.test(call) && !taking.test(call) ? { at, with: 'EIO', when } : undefined,
            );
            swept.forEach(toldTheTruth);
        });
    }

    it('tells the truth when a call that reads fails', async () => {
        const swept = await run((call, at) => (changing.test(call) ? undefined : { at, with: 'EACCES' }));
        swept.forEach(toldTheTruth);
    });

    it('tells the truth when the disk is full, or the share goes away for good', async () => {
        for (const fault of [{ with: 'ENOSPC' }, { to: Infinity, with: 'ESTALE' }] as const) {
            const swept = await run((call, at) => (changing.test(call) ? { at, ...fault } : undefined));
            swept.forEach(toldTheTruth);
        }
    });

    it('leaves the old content or the new when the power fails', async () => {
        const swept = await run((call, at) => (changing.test(call) ? { at, with: 'kill' } : undefined));
        swept.forEach(lostNothing);
    });
});
