import * as assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { useFaultyDisk } from './support/useFaultyDisk';

describe('The first locks file, on a disk without hard links', function () {
    const { disk, folder } = useFaultyDisk();
    const file = (): string => join(folder(), 'file');

    async function make(): Promise<{ told: string; text: string }> {
        writeFileSync(join(folder(), 'prepared'), 'ours');
        const { stdout } = await disk().runChild(folder(), 'makeFirstFile', { isLinkless: true });
        assert.deepEqual(readdirSync(folder()), ['file']);
        return { told: stdout.trim(), text: readFileSync(file(), 'utf8') };
    }

    it('is created', async () => {
        assert.deepEqual(await make(), { told: 'replaced', text: 'ours' });
    });

    it('never replaces another program’s file, not even an empty one that is about to be filled', async () => {
        for (const text of ['theirs', '']) {
            writeFileSync(file(), text);
            assert.deepEqual(await make(), { told: 'untouched', text });
        }
    });
});
