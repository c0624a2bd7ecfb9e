import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { acceptInVain, asksForJob, asksForMessage, choose, typeText } from './support/quickInput';
import { assertSaid, highlightedItem, takeQuestions } from './support/screen';
import { set } from './support/settings';
import {
    api,
    lockOf,
    me,
    onDisk,
    readHolders,
    repositoryOf,
    row,
    uriOf,
    useTidyShop,
    writeLocks,
} from './support/shop';

describe('Check Out by one click', () => {
    const file = '4801247.vnc';
    const click = async (): Promise<void> => {
        const { node } = await row(api, file);
        takeQuestions();
        await vscode.commands.executeCommand('cncCheckout.checkOutAtOnce', node, [node]);
    };

    useTidyShop();

    for (const [answer, files] of [
        ['always', { '4801247.mcam': '', [file]: '' }],
        ['never', { [file]: '' }],
    ] as const) {
        it(`asks nothing once the question about the job is answered: ${answer}`, async () => {
            await set(api, 'jobSets', answer);
            await click();
            assert.deepEqual(takeQuestions(), []);
            assert.deepEqual(Object.keys(await readHolders()).sort(), Object.keys(files));
            assert.deepEqual(new Set(Object.values(await readHolders())), new Set([me()]));
            assert.equal(repositoryOf(api).file(file)?.lock?.message, '');
        });
    }

    it('asks one question about a file of a job, and none about any other', async () => {
        await choose([{ row: `${file} Only` }], 'cncCheckout.checkOutAtOnce', uriOf(file));
        assert.deepEqual(takeQuestions(), [asksForJob(file)]);
        await vscode.commands.executeCommand('cncCheckout.checkOutAtOnce', uriOf('job12/op1.vnc'));
        assert.deepEqual(takeQuestions(), []);
        assert.deepEqual(await readHolders(), { [file]: me(), 'job12/op1.vnc': me() });
    });

    it('asks for a message where the shop requires one', async () => {
        await set(api, 'requireMessage', true);
        await set(api, 'jobSets', 'never');
        const question = asksForMessage(file).replace('optional, ', '');
        await acceptInVain([question], 3, 'cncCheckout.checkOutAtOnce', uriOf(file));
        assert.deepEqual(await readHolders(), {});
        await choose([{ types: 'Rev C' }], 'cncCheckout.checkOutAtOnce', uriOf(file));
        assert.equal(repositoryOf(api).file(file)?.lock?.message, 'Rev C');
    });

    it('refuses a held file like Check Out…', async () => {
        await writeLocks(api, { [file]: lockOf('Alice') });
        await click();
        assertSaid(/^4801247\.vnc .*by Alice/);
        assert.deepEqual([takeQuestions(), await readHolders()], [[], { [file]: 'Alice' }]);
    });
});

describe('The question about the rest of a job', () => {
    const file = '4801247.vnc';
    const settingOf = (): unknown =>
        vscode.workspace.getConfiguration('cncCheckout').inspect<unknown>('jobSets')?.globalValue;

    useTidyShop();
    // It is the user's own setting, which no test has set by `set`.
    afterEach(() =>
        vscode.workspace
            .getConfiguration('cncCheckout')
            .update('jobSets', undefined, vscode.ConfigurationTarget.Global),
    );

    for (const [answer, title, taken] of [
        ['always', 'Always the Whole Job', ['4801247.mcam', file]],
        ['never', 'Never: Only the Files That I Choose', [file]],
    ] as const) {
        it(`is asked no more once it is answered “${title}”, by a setting that everybody finds`, async () => {
            await choose([{ row: title }, { types: 'Rev C' }], 'cncCheckout.checkOut', uriOf(file));
            assert.deepEqual(Object.keys(await readHolders()).sort(), taken);
            assert.equal(settingOf(), answer);
            assertSaid(`The setting cncCheckout.jobSets is "${answer}" now`);
            await writeLocks(api, {});
            takeQuestions();
            await vscode.commands.executeCommand('cncCheckout.checkOutAtOnce', uriOf(file));
            assert.deepEqual(takeQuestions(), []);
            assert.deepEqual(Object.keys(await readHolders()).sort(), taken);
        });
    }

    it('changes no setting where only this check-out is meant', async () => {
        await choose([{ row: 'Both Files of Job 4801247' }, { types: 'Rev C' }], 'cncCheckout.checkOut', uriOf(file));
        assert.deepEqual(Object.keys(await readHolders()).length, 2);
        assert.equal(settingOf(), undefined);
    });
});

describe('Messages that were typed before', () => {
    const file = 'job12/op1.vnc';
    const messageOf = (): string | undefined => repositoryOf(api).file(file)?.lock?.message;
    const checkOut = async (...choices: Parameters<typeof choose>[0]): Promise<void> => {
        await writeLocks(api, {});
        await choose(choices, 'cncCheckout.checkOut', uriOf(file));
    };

    useTidyShop();

    it('are offered again, and taken by their row', async () => {
        await checkOut({ types: 'New holder on T3' });
        await checkOut({ types: 'Slower feeds' });
        await checkOut({ row: 'New holder on T3' });
        assert.equal(messageOf(), 'New holder on T3');
        await checkOut({ row: 'Slower feeds' });
        assert.equal(messageOf(), 'Slower feeds');
    });

    it('never take the place of what is typed, although it is the beginning of one of them', async () => {
        await checkOut({ types: 'Slower feeds' });
        await checkOut({ types: 'Slower' });
        assert.equal(messageOf(), 'Slower');
    });

    it('never take the place of no message', async () => {
        await checkOut({ types: 'Slower feeds' });
        await checkOut({ row: 'Check out without a message' });
        assert.equal(messageOf(), '');
    });
});

describe('Find File in Repository', () => {
    useTidyShop();

    it('takes words in any order, with or without accents, and opens the file', async () => {
        await writeFile(onDisk('job13/Größe 40/Ventilträger.vnc'), '%\n');
        await repositoryOf(api).repository.lookEverywhere();
        await choose([{ types: 'JOB13 trager', row: 'Ventilträger.vnc' }], 'cncCheckout.findFile');
        const opened = vscode.window.activeTextEditor?.document.uri.fsPath;
        assert.equal(opened, onDisk('job13/Größe 40/Ventilträger.vnc'));
    });

    it('says that nothing has the words, and then opens nothing', async () => {
        const ended = vscode.commands.executeCommand('cncCheckout.findFile');
        const told = 'No file has "4801247 nowhere" in its name, folder or check-out';
        await typeText('4801247 nowhere', told);
        assert.equal(highlightedItem(), told);
        await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
        await ended;
        assert.equal(vscode.window.activeTextEditor, undefined);
    });
});
