import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import * as vscode from 'vscode';
import { historyItem } from '../../src/commands/shared/historyItems';
import type { CncCheckout } from '../../src/extension';
import { commandsToTerminals, keysThatLeadAway } from '../unit/support/attacks';
import { acceptAll, leaveAll } from './support/quickInput';
import { takeMessages, takeQuestions } from './support/screen';
import { activate, colleague, inShop, repositoryOf, row, tidyUp, uriOf } from './support/shop';

const now = Date.parse('2026-11-26T12:00:00Z');
const alice = { user: 'Alice', host: 'OFFICE-PC', time: '2026-11-26T10:00:00.000000+00:00', message: 'Rev C' };
const op1 = 'job12/op1.vnc';
const asksForEvent = (name: string): string =>
    `History of ${name}: Type a name, a file or a word of a message; select an entry to open its file`;

describe('Show History', () => {
    let api: CncCheckout;
    const activeFile = (): string | undefined => vscode.window.activeTextEditor?.document.uri.fsPath;

    const removeHistory = (): Promise<void> => rm(inShop('locks.history.jsonl'), { force: true });
    before(async () => {
        api = await activate();
    });
    beforeEach(async () => {
        await tidyUp(api);
        await removeHistory();
    });
    after(async () => {
        await tidyUp(api);
        await removeHistory();
    });

    it('lists the events of a file that is clicked in the tree, and opens it', async () => {
        await colleague('Alice').checkOut([op1], 'Rev C');
        await repositoryOf(api).repository.refresh();
        const { node } = await row(api, 'job12', 'op1.vnc');
        await acceptAll([asksForEvent('op1.vnc')], 'cncCheckout.showHistory', node);
        assert.equal(activeFile(), uriOf(op1).fsPath);
    });

    it('lists the events of a file in the Explorer, and does nothing when it is cancelled', async () => {
        await colleague('Alice').checkOut([op1], 'Rev C');
        await leaveAll([asksForEvent('op1.vnc')], 'cncCheckout.showHistory', uriOf(op1));
        assert.equal(activeFile(), undefined);
    });

    it('lists the newest event of the whole repository first', async () => {
        const her = colleague('Alice');
        await her.checkOut([op1], 'Rev C');
        await her.checkOut(['4801247.vnc'], 'Rev D');
        await repositoryOf(api).repository.refresh();
        await acceptAll([asksForEvent(repositoryOf(api).name)], 'cncCheckout.showRepositoryHistory');
        assert.equal(activeFile(), uriOf('4801247.vnc').fsPath);
    });

    it('shows no list for an empty history', async () => {
        await vscode.commands.executeCommand('cncCheckout.showHistory', uriOf(op1));
        await vscode.commands.executeCommand('cncCheckout.showRepositoryHistory');
        const none = ['op1.vnc', repositoryOf(api).name].map((name) => `There is no history for ${name}.`);
        assert.deepEqual([takeMessages(), takeQuestions()], [none, []]);
    });
});

describe('An event of the history', () => {
    it('says who did what, when and where, why, and what changed', () => {
        const item = historyItem(
            { ...alice, action: 'check-in', file: op1, before: { size: 1000 }, after: { size: 1300 } },
            now,
        );
        const [size, newSize] = [(1000).toLocaleString(), (1300).toLocaleString()];
        assert.deepEqual(
            [item.label, item.description, item.detail],
            [
                `Alice checked in ${op1}`,
                '2 h ago · OFFICE-PC',
                `${new Date(alice.time).toLocaleString()} · ${size} → ${newSize} bytes · Rev C`,
            ],
        );
    });

    it('says unchanged only if the content proves it', () => {
        const event = { ...alice, action: 'check-in', file: op1 } as const;
        const [one, other] = [
            { size: 10, sha256: 'a'.repeat(64) },
            { size: 10, sha256: 'b'.repeat(64) },
        ];
        const detail = (before: object, after: object): string =>
            historyItem({ ...event, before, after } as Parameters<typeof historyItem>[0], now).detail ?? '';
        assert.match(detail(one, one), / · unchanged · /);
        assert.match(detail(one, other), / · changed, 10 bytes · /);
        assert.match(detail({ size: 10 }, other), / · 10 bytes · /);
    });

    it('shows what other people wrote as text on one line', () => {
        for (const attack of [commandsToTerminals, '$(trash)', 'a\nb', ...keysThatLeadAway]) {
            const event = { ...alice, user: attack, host: attack, message: attack, file: attack, action: 'undo' };
            const item = historyItem(event as Parameters<typeof historyItem>[0], now);
            for (const text of [item.label, item.description ?? '', item.detail ?? '']) {
                assert.doesNotMatch(text, /[\p{Cc}\p{Bidi_Control}]|\$\(/u);
                assert.ok(text.length < 1000);
            }
        }
    });
});
