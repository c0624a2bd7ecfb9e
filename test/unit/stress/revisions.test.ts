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
});
