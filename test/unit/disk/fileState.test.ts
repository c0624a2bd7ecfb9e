import * as assert from 'node:assert/strict';
import { chmodSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { isCoarse, sameTimes, stateOf } from '../../../src/core/disk/fileState';
import { temporaryFolder } from '../support/temporaryFolder';

describe('The state of a file', () => {
    const folder = temporaryFolder();

    it('is another once its size or its time is another', () => {
        const state = { size: 7, mtimeMs: 1000.5 };
        assert.equal(sameTimes(state, { ...state }), true);
        assert.equal(sameTimes(state, { ...state, size: 8 }), false);
        assert.equal(sameTimes(state, { ...state, mtimeMs: 1000 }), false);
    });

    it('may stay the same through a change where the disk keeps whole seconds', () => {
        for (const [mtimeMs, coarse] of [
            [2000, true],
            [2001, false],
            [2000.5, false],
        ] as const) {
            assert.equal(isCoarse({ size: 0, mtimeMs }), coarse, `${mtimeMs}`);
        }
    });

    it('has its size, its time and, where the disk has them, its rights', () => {
        const file = path.join(folder(), 'a.vnc');
        writeFileSync(file, 'M30\n');
        chmodSync(file, 0o640);
        utimesSync(file, 1000, 2000.25);
        const { uid, gid } = statSync(file);
        const times = { size: 4, mtimeMs: 2_000_250 };
        assert.deepEqual(
            stateOf(statSync(file)),
            process.platform === 'win32' ? times : { ...times, mode: 0o640, uid, gid },
        );
    });
});
