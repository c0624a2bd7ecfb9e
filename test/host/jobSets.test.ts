import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { acceptAll, asksForJob, asksForMessage, asksToRelease, leaveAll } from './support/quickInput';
import { assertSaid } from './support/screen';
import { set } from './support/settings';
import { api, lockOf, me, onDisk, readHolders, repositoryOf, uriOf, useTidyShop, writeLocks } from './support/shop';

describe('The files of a job', () => {
    useTidyShop();
    beforeEach(async () => {
        await writeFile(onDisk('4801247-op2.vnc'), '%\n');
        await repositoryOf(api).repository.lookEverywhere();
    });

    it('are left out by the first answer', async () => {
        await acceptAll(
            [asksForJob('4801247.vnc'), asksForMessage('4801247.vnc')],
            'cncCheckout.checkOut',
            uriOf('4801247.vnc'),
        );
        assert.deepEqual(await readHolders(), { '4801247.vnc': me() });
    });

    it('are not checked out when the question is cancelled, and neither is the file', async () => {
        await leaveAll([asksForJob('4801247.vnc')], 'cncCheckout.checkOut', uriOf('4801247.vnc'));
        assert.deepEqual(await readHolders(), {});
    });

    describe('with the setting `always`', () => {
        beforeEach(() => set(api, 'jobSets', 'always'));

        it('are checked out and in with any one of them', async () => {
            await acceptAll([asksForMessage('3 files')], 'cncCheckout.checkOut', uriOf('4801247-op2.vnc'));
            const all = { '4801247-op2.vnc': me(), '4801247.mcam': me(), '4801247.vnc': me() };
            assert.deepEqual(await readHolders(), all);
            await acceptAll([asksToRelease('3 files')], 'cncCheckout.checkIn', uriOf('4801247.mcam'));
            assert.deepEqual(await readHolders(), {});
        });

        it('are not checked out if someone else holds one', async () => {
            await writeLocks(api, { '4801247-op2.vnc': lockOf('Dave', 'Tap breaks') });
            await acceptAll([asksForMessage('3 files')], 'cncCheckout.checkOut', uriOf('4801247.vnc'));
            assertSaid(/^None of the 3 files was checked out: 4801247-op2\.vnc .*by Dave.*“Tap breaks”/);
            assert.deepEqual(await readHolders(), { '4801247-op2.vnc': 'Dave' });
        });

        it('can still be checked out one by one, as the refusal offers', async () => {
            await writeLocks(api, { '4801247-op2.vnc': lockOf('Dave') });
            const [questions, uri] = [[asksForMessage('4801247.vnc')], uriOf('4801247.vnc')];
            await acceptAll(questions, 'cncCheckout.checkOut', uri, [uri], 'alone');
            assert.deepEqual(await readHolders(), { '4801247-op2.vnc': 'Dave', '4801247.vnc': me() });
        });

        it('skip files that are already mine and, at check-in, a colleague’s', async () => {
            await writeLocks(api, { '4801247.mcam': lockOf(me()) });
            await acceptAll([asksForMessage('2 files')], 'cncCheckout.checkOut', uriOf('4801247.vnc'));
            assert.equal(Object.values(await readHolders()).filter((user) => user === me()).length, 3);
            await writeLocks(api, {
                '4801247.mcam': lockOf(me()),
                '4801247.vnc': lockOf(me()),
                '4801247-op2.vnc': lockOf('Dave'),
            });
            await vscode.commands.executeCommand('cncCheckout.checkIn', uriOf('4801247.vnc'));
            assert.deepEqual(await readHolders(), { '4801247-op2.vnc': 'Dave' });
        });

        it('follow the job pattern; an invalid one gives way to the built-in rule', async () => {
            await set(api, 'jobPattern', '^(op)\\d');
            await acceptAll([asksForMessage('2 files')], 'cncCheckout.checkOut', uriOf('job12/op1.vnc'));
            assert.deepEqual(await readHolders(), { 'job12/op1.vnc': me(), 'job12/op2.vnc': me() });
            await set(api, 'jobPattern', '^(op');
            await acceptAll([asksToRelease('op1.vnc')], 'cncCheckout.checkIn', uriOf('job12/op1.vnc'));
            assert.deepEqual(await readHolders(), { 'job12/op2.vnc': me() });
        });
    });

    it('are left out with the setting `never`', async () => {
        await set(api, 'jobSets', 'never');
        await acceptAll([asksForMessage('4801247.vnc')], 'cncCheckout.checkOut', uriOf('4801247.vnc'));
        assert.deepEqual(await readHolders(), { '4801247.vnc': me() });
    });
});
