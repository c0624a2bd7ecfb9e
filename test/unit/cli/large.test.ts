import assert from 'node:assert/strict';
import { LONGEST_MESSAGE } from '../../../src/core/locks/rules';
import { type ListedFile, locksOf } from '../../support/commandLine';
import { makeTemporaryWorkspace, type TemporaryWorkspace } from '../../support/temporaryWorkspace';
import { type JsonOutcome, runHere, writeLocks } from '../support/commandLine';

describe('The command line with much to read', () => {
    let shop: TemporaryWorkspace;

    beforeEach(async () => (shop = await makeTemporaryWorkspace()));
    afterEach(() => shop.remove());

    const held = (keys: readonly string[], lock: object = { user: 'Eve' }): string =>
        JSON.stringify(Object.fromEntries(keys.map((key) => [key, lock])));
    const list = async (): Promise<ListedFile[]> => {
        const { code, stdout, stderr } = await runHere(shop.folder, ['list', '--json']);
        assert.equal(code, 0, stderr);
        return JSON.parse(stdout) as ListedFile[];
    };
    const change = async (verb: 'check-out' | 'check-in', ...files: string[]): Promise<JsonOutcome[]> => {
        const args = [verb, '--json', '--user', 'Bob', '--', ...files];
        return JSON.parse((await runHere(shop.folder, args)).stdout) as JsonOutcome[];
    };

    it('cuts megabytes of text in the table, and prints all of it as JSON', async () => {
        const flood = 'x'.repeat(2 ** 20);
        writeLocks(shop.folder, held(['job12/op1.vnc'], { user: flood, host: flood, message: flood }));
        const { stdout } = await runHere(shop.folder, ['list']);
        assert.ok(stdout.length < 5000, `${stdout.length} characters`);
        writeLocks(shop.folder, held(['x'.repeat(4000), 'job12/op2.vnc']));
        assert.ok((await runHere(shop.folder, ['list'])).stdout.length < 6000, 'A long name must not widen every row.');
        writeLocks(shop.folder, held(['job12/op1.vnc'], { user: flood, host: flood, message: flood }));
        const refused = await runHere(shop.folder, ['check-out', 'job12/op1.vnc', '--user', 'Bob']);
        assert.equal(refused.code, 1);
        assert.ok(refused.stderr.length < 2000);
        const file = (await list()).find(({ name }) => name === 'job12/op1.vnc');
        assert.deepEqual([file?.locked_by, file?.host, file?.message], [flood, flood, flood]);
    });

    it('refuses a message of more than 10,000 characters', async () => {
        const message = 'x'.repeat(LONGEST_MESSAGE + 1);
        const { code, stderr } = await runHere(shop.folder, ['check-out', '4801247.vnc', '--message', message]);
        assert.deepEqual(
            [code, stderr],
            [2, 'The message is longer than 10000 characters. See cnc-checkout --help.\n'],
        );
        assert.equal((await runHere(shop.folder, ['check-out', '4801247.vnc', '--message', message.slice(1)])).code, 0);
    });

    it('changes a locks file with 100,000 entries', async () => {
        const keys = Array.from({ length: 100_000 }, (_, index) => `job ${index % 500}/${index}.vnc`);
        writeLocks(shop.folder, held(keys, { user: 'Eve', timestamp: '', message: 'Rev C' }));
        const before = locksOf(shop.folder);
        assert.deepEqual(
            (await change('check-out', '4801247.vnc', 'job 7/7.vnc')).map(({ ok, error }) => error?.code ?? ok),
            [true, 'heldByOther'],
        );
        await change('check-in', '4801247.vnc');
        assert.equal(JSON.stringify(JSON.parse(locksOf(shop.folder))), JSON.stringify(JSON.parse(before)));
    });
});
