import * as assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { useFaultyDisk } from './support/useFaultyDisk';

describe('A first file, where there are no links', function () {
    this.timeout(0);
    const { disk, folder } = useFaultyDisk();
    const file = (): string => join(folder(), 'file');

    async function make(): Promise<{ told: string; text: string }> {
        writeFileSync(join(folder(), 'prepared'), 'ours');
        const { stdout } = await disk().runChild(folder(), 'makeFirstFile', { isLinkless: true });
        assert.deepEqual(readdirSync(folder()), ['file']);
        return { told: stdout.trim(), text: readFileSync(file(), 'utf8') };
    }

    it('is made', async () => {
        assert.deepEqual(await make(), { told: 'replaced', text: 'ours' });
    });

    it('is not put over one of somebody else, nor over an empty one that they are about to fill', async () => {
        for (const text of ['theirs', '']) {
            writeFileSync(file(), text);
            assert.deepEqual(await make(), { told: 'untouched', text });
        }
    });
});
