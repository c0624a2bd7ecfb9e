import * as assert from 'node:assert/strict';
import { chmodSync, chownSync, lstatSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import * as path from 'node:path';
import { spawnSync } from 'node:child_process';
import { DiskFault, isReadOnly, lookInto, notAFile } from '../../../src/core/disk/diskFault';
import { skipUnless } from '../../support/skips';
import { temporaryFolder } from '../support/temporaryFolder';

describe('A look at why the disk refused', () => {
    const folder = temporaryFolder();
    const at = (...names: string[]): string => path.join(folder(), ...names);
    const failure = (code: string): Error => Object.assign(new Error(code), { code });

    /** What is known then: the reason, what to do, and still the code of the answer. */
    async function found(code: string, file: string, wanted: 'read' | 'write'): Promise<readonly string[] | undefined> {
        const error = failure(code);
        const fault = await lookInto(error, file, wanted);
        if (!(fault instanceof DiskFault)) return assert.equal(fault, error) as undefined;
        assert.equal(fault.cause, error);
        return [fault.code, fault.message, fault.advice];
    }

    it('finds a folder in the place of the file', async () => {
        mkdirSync(at('a'));
        for (const code of ['EISDIR', 'EACCES', 'EPERM', 'EEXIST']) {
            assert.deepEqual(await found(code, at('a'), 'write'), [
                code,
                'it is a folder and not a file',
                'Move it away, and try again.',
            ]);
        }
    });

    it('finds a file in the place of a folder on the way, and nothing where a folder is missing', async () => {
        writeFileSync(at('job'), '');
        for (const file of [at('job', 'a.vnc'), at('job', 'deep', 'a.vnc')]) {
            for (const code of ['ENOTDIR', 'ENOENT']) {
                assert.deepEqual(await found(code, file, 'read'), [
                    code,
                    `${at('job')} is a file and not a folder`,
                    'Check the path, and try again.',
                ]);
            }
        }
        assert.equal(await found('ENOENT', at('gone', 'a.vnc'), 'read'), undefined);
        assert.equal(await found('EACCES', at('job', 'a.vnc'), 'read'), undefined);
    });

    it('finds that a file to be read is not there while its folder is, also behind a link', async function () {
        const missing = ['ENOENT', 'it is not there', 'Check the spelling, or whether it was moved.'];
        mkdirSync(at('job'));
        assert.deepEqual(await found('ENOENT', at('job', 'a.vnc'), 'read'), missing);
        assert.equal(await found('ENOENT', at('job', 'a.vnc'), 'write'), undefined);
        skipUnless(this, 'links');
        symlinkSync(at('job'), at('link'));
        assert.deepEqual(await found('ENOENT', at('link', 'a.vnc'), 'read'), missing);
        assert.equal(await found('ENOENT', at('link', 'deep', 'a.vnc'), 'read'), undefined);
    });

    it('finds a read-only file where something is to be written', async () => {
        writeFileSync(at('a'), '');
        chmodSync(at('a'), 0o444);
        assert.deepEqual(await found('EPERM', at('a'), 'write'), [
            'EPERM',
            'it is read-only',
            'Clear its read-only attribute if it may be changed, and try again.',
        ]);
        assert.equal(await found('EPERM', at('a'), 'read'), undefined);
        assert.equal(isReadOnly(statSync(at('a'))), true);
        chmodSync(at('a'), 0o644);
        assert.equal(await found('EPERM', at('a'), 'write'), undefined);
        assert.equal(isReadOnly(statSync(at('a'), { bigint: true })), false);
    });

    it('finds a link that may not be followed, and looks at what another one leads to', async function () {
        skipUnless(this, 'links');
        mkdirSync(at('folder'));
        symlinkSync(at('folder'), at('link'));
        assert.deepEqual(await found('ELOOP', at('link'), 'read'), [
            'ELOOP',
            'it is a symbolic link',
            'Put the file itself in the place of the link, and try again.',
        ]);
        assert.equal((await found('EISDIR', at('link'), 'read'))?.[1], 'it is a folder and not a file');
        symlinkSync(at('gone'), at('dangling'));
        assert.equal(await found('EACCES', at('dangling'), 'read'), undefined);
    });

    it('says no more than the answer where that is clear, or is no answer of the disk', async () => {
        mkdirSync(at('a'));
        for (const code of ['EIO', 'ENOSPC', 'EBUSY', 'ETIMEDOUT']) {
            assert.equal(await found(code, at('a'), 'write'), undefined, code);
        }
        for (const error of [new Error('a bug'), new DiskFault('EISDIR', 'known', 'Look.')]) {
            assert.equal(await lookInto(error, at('a'), 'read'), error);
        }
    });

    it('finds a folder that lets only the owner of a file replace it', async function () {
        skipUnless(this, 'root');
        const place = (name: string, mode: number, ofFolder: number, ofFile: number): string => {
            mkdirSync(at(name));
            writeFileSync(at(name, 'a'), '');
            chownSync(at(name, 'a'), ofFile, 0);
            chownSync(at(name), ofFolder, 0);
            chmodSync(at(name), mode);
            return at(name, 'a');
        };
        const restricted = place('restricted', 0o1777, 2001, 2002);
        for (const code of ['EPERM', 'EACCES']) {
            assert.deepEqual(await found(code, restricted, 'write'), [
                code,
                'its folder lets only the owner of a file replace it',
                'Ask the administrator of the share to take that restriction (the sticky bit) off the folder.',
            ]);
        }
        assert.equal(await found('EPERM', restricted, 'read'), undefined);
        assert.equal(await found('EROFS', restricted, 'write'), undefined);
        for (const [name, mode, ofFolder, ofFile] of [
            ['open', 0o777, 2001, 2002],
            ['own folder', 0o1777, 0, 2002],
            ['own file', 0o1777, 2001, 0],
        ] as const) {
            assert.equal(await found('EPERM', place(name, mode, ofFolder, ofFile), 'write'), undefined, name);
        }
        assert.equal(await found('EPERM', at('restricted', 'gone'), 'write'), undefined);
    });

    it('has a word for each kind of what is no file', async function () {
        skipUnless(this, 'pipes');
        skipUnless(this, 'socketFiles');
        writeFileSync(at('file'), '');
        spawnSync('mkfifo', [at('pipe')]);
        const server = createServer();
        await new Promise<void>((resolve) => server.listen(at('socket'), resolve));
        try {
            const kindOf = (place: string): string | undefined => notAFile(lstatSync(place))?.[0];
            assert.equal(kindOf(at('file')), undefined);
            for (const [place, kind] of [
                [folder(), 'folder'],
                [at('pipe'), 'pipe'],
                [at('socket'), 'socket'],
                ['/dev/null', 'device'],
            ] as const) {
                assert.equal(kindOf(place), `it is a ${kind} and not a file`);
            }
        } finally {
            server.close();
        }
    });
});
