import * as assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Answer, Call } from '../../stress/history';
import { findRevisions } from '../../stress/revisions';
import { Programmer } from '../support/programmer';
import { temporaryFolder } from '../support/temporaryFolder';

const name = 'op1.vnc';

describe('The look for the revisions of a stress test', () => {
    const folder = temporaryFolder();
    const checkIn = (answer: Answer, start = 2): Call => {
        return {
            who: 'Bob',
            user: 'Bob',
            operation: 'checkIn',
            file: name,
            message: '',
            start,
            end: start + 1,
            answer,
        };
    };
    const told = (revision: number): Call => checkIn({ kind: 'done', revision });
    const look = (calls: readonly Call[]): ReturnType<typeof findRevisions> =>
        findRevisions(join(folder(), 'locks.json'), calls, true, true);
    const placeOf = (number: number): string => join(folder(), 'locks.revisions', name, `r${number}.vnc.gz`);

    beforeEach(async () => {
        const bob = new Programmer(folder(), 'Bob');
        bob.make(name, 'one');
        await bob.repository.refresh();
        await bob.checkOut(name);
        await bob.repository.checkIn([name]);
    });

    it('tells what is kept, as something that was in the file during the check-in', async () => {
        const { sights, faults, count } = await look([told(1)]);
        assert.deepEqual([sights, faults, count], [[{ file: name, content: 'one', start: 2, end: 3 }], [], 1]);
    });

    it('objects to a revision that is gone or was replaced', async () => {
        rmSync(placeOf(1));
        for (const content of [undefined, 'two']) {
            if (content !== undefined) writeFileSync(placeOf(1), gzipSync(content));
            const { faults } = await look([told(1)]);
            assert.match(faults.join(), /Bob was told that op1\.vnc is kept as revision 1, which cannot be read/);
        }
    });

    it('objects to a revision without a line, unless a check-in was killed', async () => {
        writeFileSync(placeOf(2), gzipSync('two'));
        assert.match((await look([told(1)])).faults.join(), /1 revisions are in no line of the history/);
        assert.deepEqual((await look([told(1), checkIn({ kind: 'none' }, 4)])).faults, []);
    });

    describe('after a tidying', () => {
        const tidying = (answer: Answer, start = 6): Call => {
            return { ...checkIn(answer, start), operation: 'tidy', numbers: [1] };
        };
        const removal = (start?: number): Call => tidying({ kind: 'done', removed: [1] }, start);
        const labelled = (note: string, start: number): Call => {
            return { ...checkIn({ kind: 'done' }, start), operation: 'label', note, numbers: [1] };
        };
        const faultsOf = async (...calls: Call[]): Promise<string> => (await look(calls)).faults.join();

        it('misses no revision that was removed as the rules allow', async () => {
            rmSync(placeOf(1));
            assert.equal(await faultsOf(told(1), { ...told(2), file: name, answer: { kind: 'none' } }, removal()), '');
            assert.equal(await faultsOf(told(1), tidying({ kind: 'none' })), '');
            assert.match(await faultsOf(told(1), tidying({ kind: 'done', removed: [] })), /cannot be read/);
        });

        it('objects when the latest revision was removed, or one with a label', async () => {
            assert.match(await faultsOf(told(1), removal()), /Bob removed revision 1 of op1\.vnc, after which nobody/);
            const later: Call = { ...checkIn({ kind: 'none' }), start: 4, end: 5 };
            const label = labelled('ECO 1182', 2);
            assert.match(await faultsOf(label, later, removal()), /labelled "ECO 1182" at 3/);
            assert.doesNotMatch(await faultsOf(later, removal(), labelled('ECO 1182', 8)), /removed revision/);
        });

        it('objects to a label that is lost', async () => {
            const label = labelled('ECO 1182', 2);
            assert.match(await faultsOf(label), /Bob labelled revision 1 of op1\.vnc "ECO 1182", and it is not/);
            const bob = new Programmer(folder(), 'Bob');
            await bob.repository.revisions.label(name, 1, 'ECO 1182');
            assert.equal(await faultsOf(label), '');
            assert.match(await faultsOf(label, labelled('customer rev C', 6)), /"customer rev C", and it is not/);
        });
    });
});
