import * as assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { useFaultyDisk } from './support/useFaultyDisk';

describe('An unanswered rename by a program that is late', function () {
    const { disk, folder } = useFaultyDisk();

    async function rename(when: 'before' | 'after'): Promise<{ told: string; text: string }> {
        const [file, prepared] = [join(folder(), 'file'), join(folder(), 'prepared')];
        writeFileSync(file, 'old');
        writeFileSync(prepared, 'new');
        const ran = await disk().runChild(folder(), 'renameOnce', { at: 1, with: 'EIO', when });
        assert.match(ran.hit ?? '', /^rename /);
        assert.equal(existsSync(prepared), false);
        return { told: ran.stdout.trim(), text: readFileSync(file, 'utf8') };
    }

    it('is not requested again, since another may have taken over', async () => {
        assert.deepEqual(await rename('before'), { told: 'EIO', text: 'old' });
    });

    it('counts if the server did it', async () => {
        assert.deepEqual(await rename('after'), { told: 'replaced', text: 'new' });
    });
});
