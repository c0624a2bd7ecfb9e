import * as assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { FileContents } from '../../../src/core/repository/fileContent';
import { Programmer } from '../support/programmer';
import { openRepository } from '../support/repository';
import { skipUnless } from '../../support/skips';
import { temporaryFolder } from '../support/temporaryFolder';

describe('What is in the files of a repository', () => {
    const folder = temporaryFolder();
    const at = (name: string): string => path.join(folder(), 'repo', name);
    const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

    async function contents(...paths: readonly string[]) {
        const { repository } = openRepository(folder(), 'Bob');
        await repository.refresh();
        const read = await FileContents.read(repository.snapshot, paths);
        const known = paths.map((one) => [one.toLowerCase(), read.get(one.toLowerCase())] as const);
        return Object.fromEntries(known.filter(([, content]) => content !== undefined));
    }

    beforeEach(() => mkdirSync(at('')));

    it('is its size and its hash, by its path in any case', async () => {
        writeFileSync(at('A.vnc'), 'G0 X0');
        writeFileSync(at('empty.vnc'), '');
        assert.deepEqual(await contents('a.VNC', 'empty.vnc'), {
            'a.vnc': { size: 5, sha256: sha256('G0 X0') },
            'empty.vnc': { size: 0, sha256: sha256('') },
        });
    });

    it('is only its size when it is large', async () => {
        writeFileSync(at('part.mcam'), Buffer.alloc(2 ** 20 + 1));
        writeFileSync(at('other.mcam'), Buffer.alloc(2 ** 20));
        const { 'part.mcam': large, 'other.mcam': other } = await contents('part.mcam', 'other.mcam');
        assert.deepEqual(large, { size: 2 ** 20 + 1 });
        assert.equal(other?.sha256?.length, 64);
    });

    it('is not known of a file that is not there, is a folder, or lies outside', async () => {
        mkdirSync(at('folder.vnc'));
        writeFileSync(path.join(folder(), 'outside.vnc'), 'secret');
        assert.deepEqual(await contents('gone.vnc', 'folder.vnc', '../outside.vnc'), {});
    });

    describe('looked at again under the mutex', () => {
        const later = (name: string, text: string | Buffer): void => {
            writeFileSync(at(name), text);
            utimesSync(at(name), new Date(), new Date(Date.now() + 5250));
        };
        async function contentsOf(
            paths: readonly string[],
            meanwhile: () => void,
            options = {},
        ): Promise<(object | undefined)[]> {
            const { repository } = openRepository(folder(), 'Bob');
            await repository.refresh();
            const contents = await FileContents.read(repository.snapshot, paths, options);
            meanwhile();
            await contents.lookAgain(paths);
            return paths.map((one) => contents.get(one.toLowerCase()));
        }

        it('is that of the last save, and not known of a large file that was saved', async () => {
            writeFileSync(at('a.vnc'), 'G0 X0');
            writeFileSync(at('same.vnc'), 'G0 X0');
            writeFileSync(at('part.mcam'), Buffer.alloc(2 ** 20));
            const read = await contentsOf(['a.vnc', 'same.vnc', 'part.mcam', 'new.vnc'], () => {
                later('a.vnc', 'G0 X1');
                later('part.mcam', Buffer.alloc(2 ** 20 + 1));
                later('new.vnc', 'G1');
            });
            assert.deepEqual(read, [
                { size: 5, sha256: sha256('G0 X1') },
                { size: 5, sha256: sha256('G0 X0') },
                { size: 2 ** 20 + 1 },
                { size: 2, sha256: sha256('G1') },
            ]);
        });

        it('is not told by a time that a disk keeps in whole seconds', async () => {
            const [moment, content] = [new Date('2026-03-04T05:06:08Z'), ['G0 X0', 'G0 X1']];
            const write = (text: string): void => {
                writeFileSync(at('a.vnc'), text);
                utimesSync(at('a.vnc'), moment, moment);
            };
            write(content[0]!);
            const read = await contentsOf(['a.vnc'], () => write(content[1]!));
            assert.deepEqual(read, [{ size: 5, sha256: sha256(content[1]!) }]);
        });

        it('is not known where looking would hold up the others', async () => {
            writeFileSync(at('a.vnc'), 'G0 X0');
            const read = await contentsOf(['a.vnc'], () => later('a.vnc', 'G0 X1'), { longestLookMs: 0 });
            assert.deepEqual(read, [{ size: 5 }]);
        });

        it('is what the history and the copy of a check-out have, also of a file that was saved while the mutex was waited for', async () => {
            writeFileSync(at('a.vnc'), 'G0 X0');
            const mallory = (): void => later('a.vnc', 'G0 X7');
            const atFailpoint = (moment: string): void => (moment === 'entered' ? mallory() : undefined);
            const bob = new Programmer(folder(), 'Bob', { atFailpoint });
            await bob.repository.refresh();
            const [outcome] = await bob.repository.checkOut(['a.vnc'], 'Feed', { keepsBytes: true });
            assert.equal(outcome?.file?.bytes?.toString(), 'G0 X7');
            assert.equal(outcome.file.sha256, sha256('G0 X7'));
            const [event] = (await bob.repository.history()).events;
            assert.deepEqual(event?.after, { size: 5, sha256: sha256('G0 X7') });
        });
    });

    it('is not known of a file behind a link', async function () {
        skipUnless(this, 'links');
        mkdirSync(at('job'));
        writeFileSync(at('job/a.vnc'), 'G0');
        renameSync(at('job'), path.join(folder(), 'elsewhere'));
        symlinkSync(path.join(folder(), 'elsewhere'), at('job'));
        symlinkSync(path.join(folder(), 'elsewhere', 'a.vnc'), at('b.vnc'));
        assert.deepEqual(await contents('job/a.vnc', 'b.vnc'), {});
    });
});
