import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { CheckoutError } from '../../src/core/base/errors';
import { withoutIcons, withoutLinks } from '../../src/ui/textSafety';
import { initials, lockDetails, lockLine } from '../../src/ui/lockText';
import { plainLine } from '../../src/core/base/plainText';
import { escapingLog } from '../../src/ui/log';
import { reportError, reportRefusals } from '../../src/ui/messages';
import { takeButtons } from './support/screen';
import { commandsToTerminals } from '../unit/support/attacks';

describe('Text that other people typed', () => {
    it('gives no link in a message', () => {
        // The pattern by which VS Code finds links in its messages.
        const link = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i;
        const hostile = 'Held by Bob: “[[Retry]](command:workbench.action.quit "x")” [a](https://example.com)';
        assert.match(hostile, link);
        assert.doesNotMatch(withoutLinks(hostile), link);
    });

    it('becomes one line without control characters or changed text direction', () => {
        assert.equal(
            plainLine('\u001b[31mred\r\nnext\u2028\u202egnp\u2069\u061c '),
            '‹U+001B›[31mred next ‹U+202E›gnp‹U+2069›‹U+061C›',
        );
        assert.doesNotMatch(plainLine(commandsToTerminals), /\p{Cc}|\p{Bidi_Control}/u);
    });

    it('gives no icon in a quick pick or the status bar', () => {
        // The pattern by which VS Code finds icons in its labels.
        const icon = /(\\)?\$\(([A-Za-z0-9-]+(?:~[A-Za-z]+)?)\)/;
        for (const hostile of ['$(flame)', '$$(flame)', '$($(flame)', '\\$(sync~spin)']) {
            assert.match(hostile, icon);
            assert.doesNotMatch(withoutIcons(hostile), icon);
        }
    });

    it('is cut to a readable length', () => {
        const flood = '\ud83d\udd27'.repeat(500_000);
        const lock = { user: flood, host: flood, message: flood, timestamp: flood };
        const file = { path: 'x.vnc', diskPath: '/x.vnc', state: 'heldByOthers', lock, missing: false } as const;
        assert.ok(lockLine(file, 0).length <= 120);
        assert.ok(lockDetails(file, 0).length < 3000);
        assert.equal(initials(flood), '🔧🔧');
        for (const text of [lockLine(file, 0), lockDetails(file, 0)]) assert.doesNotMatch(text, /\p{Cs}/u);
    });

    it('is one line of the log and cannot forge another', async () => {
        const lines: string[] = [];
        const channel = vscode.window.createOutputChannel('Log of a test', { log: true });
        const recorded = new Proxy(channel, {
            get: (target, key) =>
                key === 'info' || key === 'error'
                    ? (line: string) => void lines.push(line)
                    : (Reflect.get(target, key) as unknown),
        });
        const log = escapingLog(recorded);
        const typed = `Rev C\n2026-11-23 12:00:00.000 [error] not from here${commandsToTerminals}`;
        reportRefusals(
            'checked out',
            [{ path: 'x.vnc', refusal: { code: 'heldByOther', message: `Held: ${typed}.` } }],
            log,
        );
        reportError(new CheckoutError('mutexTimeout', typed), log);
        reportError(Object.assign(new Error(typed), { stack: `Error: ${typed}\n    at x` }), log);
        await vscode.commands.executeCommand('notifications.clearAll');
        channel.dispose();
        // Of the last error each line of its stack is one.
        assert.ok(lines.length >= 4, lines.join('\n'));
        for (const line of lines) assert.doesNotMatch(line, /\p{Cc}|\p{Bidi_Control}/u);
        assert.match(lines[0]!, /^Refused: Held: Rev C 2026-11-23/);
        assert.match(lines[1]!, /^mutexTimeout: Rev C 2026-11-23/);
    });

    it('offers the setting where VS Code is not allowed to access a file server', async () => {
        const channel = vscode.window.createOutputChannel('CNC Checkout server', { log: true });
        takeButtons();
        // As VS Code's Node.js throws it on Windows.
        const cause = Object.assign(new Error("UNC host 'cam' access is not allowed"), {
            code: 'ERR_UNC_HOST_NOT_ALLOWED',
        });
        reportError(new CheckoutError('repositoryUnreachable', 'It cannot be read.', undefined, { cause }), channel);
        assert.deepEqual(takeButtons(), ['Open Setting', 'Retry']);
        await vscode.commands.executeCommand('notifications.clearAll');
        channel.dispose();
    });

    it('gives a badge of at most two letters', () => {
        const badges = ['Dave Smith', 'SHOP\\maria', 'x', 'jean-luc.picard', '\u0000', '👩‍🔧'].map(initials);
        assert.deepEqual(badges, ['DS', 'Ma', 'X', 'JL', '?', '👩🔧']);
        // A letter that is several in upper case, and what is more than a text in a style sheet.
        const odd = ['ßa ﬃb', 'ﬃ', '" }', '"};*{display:none}', '\\"', "x'y", '\\', '\ud83d'].map(initials);
        assert.deepEqual(odd, ['SS', 'FF', '?', 'DN', '?', 'XY', '?', '?']);
        for (const badge of [...badges, ...odd]) assert.ok([...badge].length <= 2);
    });
});
