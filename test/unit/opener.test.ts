import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { root } from '../support/root';
import { skipUnless } from '../support/skips';
import { temporaryFolder } from './support/temporaryFolder';

describe('The system program for a file', () => {
    const folder = temporaryFolder();
    const opened = (): string => join(folder(), 'opened.txt');

    /** Opens a file with the bundle as it is shipped, in a process of its own. @param path where programs are looked for */
    function openFile(file: string, path: string): { code: number | null; errors: string } {
        const script = `require(process.argv[1]).openWithSystemProgram(process.argv[2])`;
        const args = ['-e', script, join(root, 'dist', 'opener.js'), file];
        const { status, stderr } = spawnSync(process.execPath, args, {
            env: { ...process.env, PATH: path, OPENED: opened() },
            encoding: 'utf8',
        });
        return { code: status, errors: stderr };
    }

    for (const name of [
        '4801366 Kühlplatte/4801366.mcam',
        'a $(touch x) `touch x` & "b" \'c\' ‘d’ %PATH%.mcam',
        '-n.mcam',
    ]) {
        it(`is given the path as it is: ${name}`, function () {
            skipUnless(this, 'xdgOpen');
            const file = join(folder(), name);
            const program = join(folder(), 'xdg-open');
            // Its whole work is one write, so that the file is there with all it says, or not at all.
            writeFileSync(
                program,
                '#!/bin/sh\nprintf "%s|" "$#" "$@" > "$OPENED.new" && mv "$OPENED.new" "$OPENED"\n',
                {
                    mode: 0o755,
                },
            );
            const { code, errors } = openFile(file, [folder(), process.env['PATH']].join(delimiter));
            assert.deepEqual([code, errors], [0, '']);
            // The program goes on by itself; it is short.
            while (!existsSync(opened())) spawnSync('true');
            assert.equal(readFileSync(opened(), 'utf8'), `1|${file}|`);
            assert.ok(!existsSync('x'));
        });
    }

    it('that does not exist is an error, which the window shows', function () {
        skipUnless(this, 'xdgOpen');
        const { code, errors } = openFile(join(folder(), 'a.mcam'), folder());
        assert.equal(code, 1);
        assert.match(errors, /xdg-open.*ENOENT|ENOENT.*xdg-open/s);
    });
});
