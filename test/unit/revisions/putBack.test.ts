import * as assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { CheckoutError } from '../../../src/core/base/errors';
import { putBack } from '../../../src/core/revisions/putBack';
import { skipUnless } from '../../support/skips';
import { temporaryFolder } from '../support/temporaryFolder';

describe('A deleted file that is put back', () => {
    const folder = temporaryFolder();
    const root = (): string => path.join(folder(), 'repo');
    const file = (): string => path.join(root(), 'job', 'a.vnc');
    const text = 'G1 X0\n';
    const content = () => ({
        copy: path.join(folder(), 'copy'),
        size: text.length,
        sha256: createHash('sha256').update(text).digest('hex'),
        mtimeMs: Date.parse('2026-11-02T08:00:00Z'),
        mode: 0o664,
    });
    const isRefused = (why: RegExp) => (error: unknown) =>
        error instanceof CheckoutError && error.code === 'fileNotRestored' && why.test(error.message);

    beforeEach(() => {
        mkdirSync(path.join(root(), 'job'), { recursive: true });
        writeFileSync(content().copy, text);
        chmodSync(content().copy, 0o400);
    });

    it('is as it was, with its time and its rights, also when its folder was deleted with it', async function () {
        rmSync(path.join(root(), 'job'), { recursive: true });
        await putBack(content(), root(), file());
        assert.equal(readFileSync(file(), 'utf8'), text);
        assert.equal(statSync(file()).mtimeMs, content().mtimeMs);
        assert.deepEqual(readdirSync(path.join(root(), 'job')), ['a.vnc']);
        skipUnless(this, 'modes');
        assert.equal(statSync(file()).mode & 0o777, 0o664);
    });

    it('leaves a new file of that name alone, unless it is to replace it', async () => {
        writeFileSync(file(), 'new\n');
        await assert.rejects(putBack(content(), root(), file()), isRefused(/there is a file of that name again/));
        assert.equal(readFileSync(file(), 'utf8'), 'new\n');
        await putBack(content(), root(), file(), true);
        assert.equal(readFileSync(file(), 'utf8'), text);
        assert.deepEqual(readdirSync(path.join(root(), 'job')), ['a.vnc']);
    });

    it('comes neither from a damaged copy nor through a link', async function () {
        await assert.rejects(
            putBack({ ...content(), sha256: 'x' }, root(), file()),
            isRefused(/its copy .* is damaged/),
        );
        assert.deepEqual(readdirSync(path.join(root(), 'job')), []);
        skipUnless(this, 'links');
        rmSync(path.join(root(), 'job'), { recursive: true });
        mkdirSync(path.join(folder(), 'elsewhere'));
        symlinkSync(path.join(folder(), 'elsewhere'), path.join(root(), 'job'));
        await assert.rejects(putBack(content(), root(), file()), isRefused(/a link took the place/));
        assert.deepEqual(readdirSync(path.join(folder(), 'elsewhere')), []);
    });
});
