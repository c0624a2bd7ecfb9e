import * as assert from 'node:assert/strict';
import { rmSync, utimesSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { FolderMtimes } from '../../../src/core/repository/folderMtimes';
import { temporaryFolder } from '../support/temporaryFolder';

describe('FolderTimes', () => {
    const folder = temporaryFolder();
    // Long ago, so that the next change leaves another time however coarse times are.
    beforeEach(() => utimesSync(folder(), 1_000_000, 1_000_000));

    async function looks(times: FolderMtimes, count: number): Promise<string> {
        let answers = '';
        for (let look = 0; look < count; look++) {
            answers += (await times.mayHaveChanged(folder())) ? 'changed ' : '- ';
        }
        return answers.trim();
    }

    it('believes a time that stood still, and checks it now and then all the same', async () => {
        assert.equal(await looks(new FolderMtimes(), 12), 'changed changed - - - - - - - - changed -');
    });

    it('tells of what comes, twice: a second change may leave the same time', async () => {
        const times = new FolderMtimes();
        await looks(times, 3);
        writeFileSync(path.join(folder(), 'new.vnc'), '');
        assert.equal(await looks(times, 4), 'changed changed - -');
    });

    it('has a folder that is gone looked at every time', async () => {
        const times = new FolderMtimes();
        await looks(times, 3);
        rmSync(folder(), { recursive: true });
        assert.equal(await looks(times, 4), 'changed changed changed changed');
    });
});
