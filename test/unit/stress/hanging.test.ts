import * as assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as path from 'node:path';
import { skipUnless } from '../../support/skips';
import { unlessHung, Unfinished, untilHung } from '../../stress/hanging';
import { temporaryFolder } from '../support/temporaryFolder';

describe('A place that hangs', () => {
    const folder = temporaryFolder();
    const never = new Promise<never>(() => undefined);

    it('ends a scenario that would never end, with a sentence, and no other scenario', async function () {
        const pipe = path.join(folder(), 'pipe');
        // Whoever reads from it waits for ever.
        skipUnless(this, 'pipes');
        assert.equal(spawnSync('mkfifo', [pipe]).status, 0);
        const hung = untilHung([folder(), pipe], new AbortController().signal, 300, 'cat');
        await assert.rejects(unlessHung(never, hung), (error) => {
            assert.ok(error instanceof Unfinished);
            assert.equal(error.message, `It could not be finished, because ${pipe} did not answer for 0.3 seconds.`);
            return true;
        });
        assert.equal(
            await unlessHung(Promise.resolve('the end'), untilHung([folder()], AbortSignal.abort())),
            'the end',
        );
    });
});
