import * as assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { describeOwner, ownerFileOf, readOwner } from '../../../src/core/mutex/ownerFile';
import { temporaryFolder } from '../support/temporaryFolder';

describe('The owner file of a mutex', () => {
    const folder = temporaryFolder();

    it('can be read as a whole, however long the names of the user and the computer are', async () => {
        for (const long of ['x'.repeat(1_000_000), '\u0001'.repeat(1_000_000), '製'.repeat(1_000_000)]) {
            writeFileSync(ownerFileOf(folder()), describeOwner('t', { user: long, host: long }));
            const { token, owner } = (await readOwner(folder()))!;
            assert.equal(token, 't');
            assert.equal(owner?.user, `${long.slice(0, 255)}…`);
        }
    });
});
