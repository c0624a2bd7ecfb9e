import * as assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import type { Fault } from '../../faults/support/faultyDisk';
import { useFaultyDisk } from '../../faults/support/useFaultyDisk';

describe('On a disk that fails for a moment', () => {
    const { disk, folder } = useFaultyDisk();

    async function call(what: string, fault: Fault): Promise<{ told: string; calls: readonly string[] }> {
        const { stdout, stderr, calls, hit } = await disk().runChild(folder(), 'callDisk', fault, what);
        assert.equal(hit !== undefined, fault.at !== undefined, stderr);
        return { told: stdout.trim(), calls };
    }

    for (const [when, at] of [
        ['its state is asked for', 2],
        ['it is read', 3],
    ] as const) {
        it(`a file that is replaced while ${when} is read again`, async () => {
            writeFileSync(path.join(folder(), 'file'), 'M30');
            assert.equal((await call('read', { at, with: 'ESTALE' })).told, 'M30');
        });
    }

    for (const [what, code, told, times] of [
        ['is asked for again while a scanner has the folder open', 'EBUSY', 'made', 2],
        ['is not asked for again once somebody else has it', 'EEXIST', 'EEXIST', 1],
    ] as const) {
        it(`the name of a new folder ${what}`, async () => {
            // The first call is the look whether it is there.
            const ran = await call('make', { name: 'shop', at: 2, with: code });
            assert.equal(ran.told, told);
            assert.equal(ran.calls.filter((one) => one === 'rename shop').length, times, ran.calls.join());
            assert.deepEqual(readdirSync(folder()), told === 'made' ? ['shop'] : []);
        });
    }

    for (const [what, fault, told] of [
        ['is made where it may not be opened any more', { call: 'open', name: 'copy', with: 'EACCES' }, 'made'],
        ['is made where nobody may change it', { call: 'open', name: 'copy', with: 'EPERM' }, 'made'],
        ['fails when the disk does', { call: 'open', name: 'copy', with: 'EIO' }, 'EIO'],
        ['fails when it does not get to the disk', { call: 'fsync', name: 'copy', with: 'ENOSPC' }, 'ENOSPC'],
    ] as const) {
        it(`a copy ${what}`, async () => {
            writeFileSync(path.join(folder(), 'file'), 'M30');
            assert.equal((await call('copy', { ...fault, at: 1 })).told, told);
        });
    }

    for (const [what, fault, told, text] of [
        ['replaces another at the next try', { with: 'EIO' }, 'replaced', 'new'],
        ['replaces another once nobody has that open any more', { with: 'EEXIST' }, 'replaced', 'new'],
        ['may have replaced another when the answer to that is lost', { with: 'EIO', when: 'after' }, 'unknown', 'new'],
        ['replaces nothing on a full disk', { with: 'ENOSPC' }, 'ENOSPC', 'old'],
    ] as const) {
        it(`a prepared file ${what}`, async () => {
            writeFileSync(path.join(folder(), 'file'), 'old');
            writeFileSync(path.join(folder(), 'prepared'), 'new');
            const ran = await call('replace', { call: 'rename', at: 1, ...fault });
            assert.deepEqual([ran.told, readFileSync(path.join(folder(), 'file'), 'utf8')], [told, text]);
            assert.deepEqual(readdirSync(folder()), ['file']);
        });
    }

    for (const when of ['before', 'after'] as const) {
        it(`the first file of a name is put there at the next try, ${when} the one that was not answered`, async () => {
            writeFileSync(path.join(folder(), 'prepared'), 'new');
            const ran = await call('putFirst', { call: 'link', at: 1, with: 'EIO', when });
            assert.equal(ran.told, 'replaced');
            assert.deepEqual(readdirSync(folder()), ['file']);
        });
    }

    for (const [what, fault, told, left] of [
        [
            'whose creation is not answered',
            { call: 'create', name: 'file', with: 'EIO', when: 'after' },
            'replaced',
            'new',
        ],
        ['that cannot be written at first', { call: 'write', name: 'file', with: 'EIO' }, 'replaced', 'new'],
        ['that does not get to the disk', { call: 'fsync', name: 'file', with: 'ENOSPC' }, 'ENOSPC', undefined],
    ] as const) {
        it(`the first file of a name ${what}, where there are no links, is finished or removed`, async () => {
            writeFileSync(path.join(folder(), 'prepared'), 'new');
            assert.equal((await call('putFirst', { ...fault, at: 1, isLinkless: true })).told, told);
            assert.deepEqual(readdirSync(folder()), left === undefined ? [] : ['file']);
            if (left !== undefined) assert.equal(readFileSync(path.join(folder(), 'file'), 'utf8'), left);
        });
    }

    it('the first file of a name is not put there on a full disk', async () => {
        writeFileSync(path.join(folder(), 'prepared'), 'new');
        assert.equal((await call('putFirst', { call: 'link', at: 1, with: 'ENOSPC' })).told, 'ENOSPC');
        assert.deepEqual(readdirSync(folder()), []);
    });

    describe('a file gets a free name', () => {
        const move = async (fault: Fault): Promise<readonly [told: string, left: Record<string, string>]> => {
            const { told } = await call('move', fault);
            const left = readdirSync(folder()).map((name) => [name, readFileSync(path.join(folder(), name), 'utf8')]);
            return [told, Object.fromEntries(left) as Record<string, string>];
        };
        beforeEach(() => writeFileSync(path.join(folder(), 'file'), 'M30'));

        for (const [what, fault] of [
            ['the request for the new one', { call: 'link', at: 1, with: 'EIO', when: 'after' }],
            ['the request to remove the old one', { call: 'unlink', at: 1, with: 'EIO', when: 'after' }],
            ['that of a disk without links', { call: 'rename', at: 1, with: 'EIO', when: 'after', isLinkless: true }],
        ] as const) {
            it(`although the answer is lost to ${what}`, async () => {
                assert.deepEqual(await move(fault), ['made', { moved: 'M30' }]);
            });
        }

        it('also where there are no links, unless somebody has that', async () => {
            assert.deepEqual(await move({ isLinkless: true }), ['made', { moved: 'M30' }]);
            writeFileSync(path.join(folder(), 'file'), 'M99');
            assert.deepEqual(await move({ isLinkless: true }), ['EEXIST', { file: 'M99', moved: 'M30' }]);
        });

        it('or keeps its old one alone where that cannot be removed, or not be changed', async () => {
            const stays = { call: 'unlink', name: 'file', at: 1, to: Infinity, with: 'EACCES' } as const;
            assert.deepEqual(await move(stays), ['EACCES', { file: 'M30' }]);
            const full = { call: 'rename', at: 1, with: 'ENOSPC', isLinkless: true } as const;
            assert.deepEqual(await move(full), ['ENOSPC', { file: 'M30' }]);
        });
    });

    it('a file is forced to the disk with its rights where that is wanted, and only there', async () => {
        const forced = async (what: string): Promise<number> => (await call(what, { call: 'fsync' })).calls.length;
        assert.equal(await forced('write'), 0);
        assert.equal(await forced('writeDurably'), 2);
    });
});
