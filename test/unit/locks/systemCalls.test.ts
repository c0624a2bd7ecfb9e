import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { skipUnless } from '../../support/skips';
import { temporaryFolder } from '../support/temporaryFolder';

const MARK = '/mark of the test';

/** On a network drive each of these is a question to the server, and together they are how long a check-out takes. */
describe('A check-out', () => {
    const folder = temporaryFolder();

    it('asks the share for no more than its promises need', function () {
        skipUnless(this, 'systemCalls');
        chmodSync(folder(), 0o755); // A new file has the rights that the folder gives, as mostly.
        const trace = join(folder(), 'trace');
        const child = join(__dirname, '..', 'children', 'countedCheckOut.js');
        const calls = 'trace=%file,read,pread64,write,fsync,fstat,statx,getdents64';
        const args = [
            '-f',
            '-y',
            '-o',
            trace,
            '-e',
            calls,
            process.execPath,
            child,
            join(folder(), 'locks.json'),
            MARK,
        ];
        assert.equal(spawnSync('strace', args).status, 0);
        const lines = readFileSync(trace, 'utf8').split('\n');
        const isMark = (line: string): boolean => /^\d+ +f?access/.test(line) && line.includes(MARK);
        const [from, to] = [lines.findIndex(isMark), lines.findLastIndex(isMark)];
        const made = lines
            .slice(from + 1, to)
            .filter((line) => line.includes(folder()) && !line.includes(' resumed>'))
            .map((line) => /^\d+ +(\w+)/.exec(line)![1]!)
            .map((call) => (/stat/.test(call) ? 'stat' : call.replace(/at$|64$/, '')));
        const counts: Record<string, number> = {};
        for (const call of made) counts[call] = (counts[call] ?? 0) + 1;
        assert.deepEqual(counts, {
            mkdir: 1, // The mutex,
            rmdir: 1,
            open: 5, // its owner file, the locks, their draft, the copy, the history,
            pread: 1, // the locks,
            write: 4,
            fsync: 1, // the draft,
            stat: 6, // locks read, is the draft in this mutex, draft written, is there a copy, history, locks at the last look
            rename: 2,
            unlink: 1, // the owner file.
        });
    });
});
