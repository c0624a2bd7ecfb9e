import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { waitFor } from './support/events';
import { assertSaid, takeMessages } from './support/screen';
import { api, colleague, repositoryOf, uriOf, useTidyShop } from './support/shop';

const op1 = 'job13/Größe 40/op1.VNC';

describe('A link to a file', () => {
    useTidyShop();
    const follow = async (link: string): Promise<void> => void (await api.links.handleUri(vscode.Uri.parse(link)));

    it('is copied, and shows the file in the tree of whoever follows it', async () => {
        await vscode.commands.executeCommand('cncCheckout.copyLink', uriOf(op1), [uriOf(op1)]);
        assertSaid('Copied the link');
        const link = await vscode.env.clipboard.readText();
        assert.match(link, new RegExp(`^${vscode.env.uriScheme}://cnc-checkout\\.cnc-checkout/file\\?path=job13%2F`));
        assert.doesNotMatch(link, /\s/);
        const { subject } = api.history;
        const shown = waitFor(
            subject.onDidChange,
            () => subject.current?.kind === 'file' && subject.current.path === op1,
            'the file is selected',
        );
        await follow(link);
        await shown;
    });

    for (const path of ['job12/gone.vnc', '../secret.vnc', 'C:\\x.vnc']) {
        it(`says that ${path} is in no repository, and opens nothing`, async () => {
            const query = new URLSearchParams({ path, repository: 'repo' });
            await follow(`vscode://cnc-checkout.cnc-checkout/file?${query.toString()}`);
            const [said] = takeMessages();
            assert.ok(said?.startsWith(`${path} is in none of the repositories that are open here.`), said);
        });
    }

    it('of something else changes nothing', async () => {
        await follow('vscode://cnc-checkout.cnc-checkout/check-out?path=job12/op1.vnc');
        assertSaid('The link is none of a file in a repository.');
        assert.equal(repositoryOf(api).file('job12/op1.vnc')?.state, 'available');
    });
});

describe('The tool for language models', () => {
    useTidyShop();
    async function ask(name?: string): Promise<string> {
        const input = name === undefined ? {} : { name };
        const result = await vscode.lm.invokeTool('cncCheckout_whoHas', { input, toolInvocationToken: undefined });
        return result.content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join('');
    }

    it('tells who has a program, and that another one is free', async () => {
        await colleague('Dave').checkOut(['job12/op1.vnc'], 'Chatter\u001b[2J');
        const answer = await ask('OP1 vnc');
        assert.match(answer, /job12\/op1\.vnc\nChecked out by Dave, just now\n[^]*Message: Chatter‹U\+001B›\[2J/);
        assert.match(answer, /job13\/Größe 40\/op1\.VNC\nAvailable/);
        assert.match(await ask(), /^job12\/op1\.vnc\nChecked out by Dave/);
        assert.equal(await ask('op99'), 'There is no such file in the open repositories.');
    });

    it('tells that nobody has anything', async () => {
        assert.equal(await ask(), 'Nobody has checked anything out.');
    });
});
