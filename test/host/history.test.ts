import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { HistoryRow } from '../../src/model/historyRows';
import { eventText } from '../../src/ui/historyText';
import { commandsToTerminals, keysThatLeadAway } from '../unit/support/attacks';
import { comparison } from './support/editors';
import { record, waitFor } from './support/events';
import { answerDialogs, withAnswer } from './support/dialogs';
import { acceptAll } from './support/quickInput';
import { assertSaid, takeMessages, takeQuestions } from './support/screen';
import { api, colleague, inShop, onDisk, originalOf, repositoryOf, row, uriOf, useTidyShop } from './support/shop';

const now = Date.parse('2026-11-26T12:00:00Z');
const alice = { user: 'Alice', host: 'OFFICE-PC', time: '2026-11-26T10:00:00.000000+00:00', message: 'Rev C' };
const op1 = 'job12/op1.vnc';
const part = '4801247.mcam';

/** A row of the History view: what the extension knows it by, and what VS Code shows of it. */
interface Shown {
    readonly row: HistoryRow;
    readonly item: vscode.TreeItem;
    readonly text: string;
}

describe('The History view', () => {
    useTidyShop({ jobSets: 'never' });
    afterEach(() => vscode.commands.executeCommand('cncCheckout.clearHistoryFilter'));

    const show = (path: string): Thenable<unknown> =>
        vscode.commands.executeCommand('cncCheckout.showHistory', uriOf(path));
    async function shown(parent?: Shown): Promise<Shown[]> {
        const children = await api.historyTree.getChildren(parent?.row);
        return children.map((child) => {
            const item = api.historyTree.getTreeItem(child);
            return { row: child, item, text: `${item.label as string} | ${String(item.description)}` };
        });
    }
    const texts = async (parent?: Shown): Promise<string[]> => (await shown(parent)).map(({ text }) => text);
    async function revision(number: number): Promise<HistoryRow> {
        const found = (await shown()).find(({ row: one }) => one.kind === 'revision' && one.revision.number === number);
        assert.ok(found, `There is no revision ${number}, only ${(await texts()).join('; ')}.`);
        return found.row;
    }
    /** A colleague changes a file and checks it in. */
    async function change(path: string, content: string | Buffer, message: string, user = 'Alice'): Promise<void> {
        const her = colleague(user);
        await her.keepFound([{ path }]); // What was there before the first check-in.
        await her.checkOut([path], message);
        await writeFile(onDisk(path), content);
        await her.checkIn([path], { message });
        await repositoryOf(api).repository.refresh();
    }
    const activeText = (): string | undefined => vscode.window.activeTextEditor?.document.getText();
    const run = (command: string, ...args: unknown[]): Thenable<unknown> =>
        vscode.commands.executeCommand(`cncCheckout.${command}`, ...args);

    it('lists the revisions of a file, the newest first, below the check-out in force', async () => {
        await change(op1, '(TWO)\n', 'Slower');
        await change(op1, '(THREE)\n', 'Faster', 'Dave');
        await repositoryOf(api).repository.revisions.label(op1, 2, 'ECO 1182');
        await colleague('Carol').checkOut([op1], 'Soft jaws');
        await repositoryOf(api).repository.refresh();
        await show(op1);
        const rows = await shown();
        assert.deepEqual(
            rows.map(({ text }) => text),
            [
                'Carol · just now · Soft jaws | checked out',
                '3 · Dave · just now | Faster · 8 bytes',
                '2 · Alice · just now | ECO 1182 · Slower · 6 bytes',
                `1 · found by Alice · just now | before the first check-in · ${originalOf(op1).length.toLocaleString()} bytes`,
                'All Events | check-outs, take-overs, renames, …',
            ],
        );
        const tooltip = rows[2]!.item.tooltip as string;
        for (const fact of ['Label: ECO 1182', 'User: Alice', 'Computer: OFFICE-PC', 'Message: Slower', 'SHA-256: ']) {
            assert.ok(tooltip.includes(fact), tooltip);
        }
        const events = await texts(rows[4]);
        assert.equal(events.length, 7);
        assert.equal(events[0], 'Carol checked out op1.vnc | just now · Soft jaws');
        assert.ok(events.includes('Dave checked in op1.vnc | revision 3 · just now · Faster'));
    });

    it('is about the file of the active editor, and about the row that is selected', async () => {
        const { subject } = api.history;
        await run('openFile', (await row(api, '4801247.vnc')).node);
        await waitFor(subject.onDidChange, () => pathShown() === '4801247.vnc', 'the file of the editor is shown');
        const { node } = await row(api, 'job12', 'op1.vnc');
        assert.ok(node.kind === 'file');
        subject.follow(node);
        assert.equal(pathShown(), op1);
        // What only changed in the same tab is no reason to leave what was selected.
        await vscode.commands.executeCommand('workbench.action.keepEditor');
        assert.equal(pathShown(), op1);
        // An editor that is opened once more is.
        await vscode.commands.executeCommand('workbench.action.closeAllEditors');
        assert.equal(pathShown(), op1);
        await run('openFile', (await row(api, '4801247.vnc')).node);
        await waitFor(subject.onDidChange, () => pathShown() === '4801247.vnc', 'the file is shown once more');
    });
    const pathShown = (): string | undefined => {
        const { current } = api.history.subject;
        return current?.kind === 'file' ? current.path : undefined;
    };

    it('has no rows for a file of which nothing is known', async () => {
        await show(op1);
        assert.deepEqual(await texts(), []);
    });

    it('shows what happened to a file whose check-ins kept nothing', async () => {
        await colleague('Alice').checkOut([op1], 'Look');
        await colleague('Alice').checkIn([op1], {});
        await rm(inShop('locks.history.jsonl'));
        await writeFile(inShop('locks.history.jsonl'), `${JSON.stringify({ ...alice, action: 'undo', file: op1 })}\n`);
        await rm(inShop('locks.revisions'), { recursive: true, force: true });
        await repositoryOf(api).repository.refresh();
        await show(op1);
        assert.deepEqual(await texts(), ['All Events | check-outs, take-overs, renames, …']);
    });

    it('shows a new revision as soon as the colleague’s check-in is seen', async () => {
        await show(op1);
        await colleague('Alice').checkOut([op1], 'Slower');
        await repositoryOf(api).repository.refresh();
        const changes = record(api.historyTree.onDidChangeTreeData);
        await change(op1, '(TWO)\n', 'Slower');
        changes.stop();
        assert.ok(changes.fired.length > 0);
        assert.match((await texts())[0]!, /^2 · Alice/);
    });

    it('draws anew only what reads differently', async () => {
        await change(op1, '(TWO)\n', 'Slower');
        await show(op1);
        await shown();
        const unchanged = record(api.historyTree.onDidChangeTreeData);
        await api.historyTree.look();
        unchanged.stop();
        assert.equal(unchanged.fired.length, 0);
        // A colleague's label changes no lock.
        const changes = record(api.historyTree.onDidChangeTreeData);
        const given = record(api.historyTree.onDidGive);
        await colleague('Carol').revisions.label(op1, 2, 'ECO 1182');
        await api.historyTree.look();
        changes.stop();
        given.stop();
        // Where the window asked for the rows meanwhile, it was given the label, and nothing is to be drawn anew.
        const isDrawn = given.fired.some((rows) => {
            return rows.some((row) => row.kind === 'revision' && row.revision.record?.label === 'ECO 1182');
        });
        assert.ok(changes.fired.length === 1 || isDrawn);
    });

    it('shows the revisions of a file that is gone', async () => {
        await change(op1, '(TWO)\n', 'Slower');
        await run('showRepositoryHistory');
        const [day] = await shown();
        const [event] = await shown(day);
        await rm(onDisk(op1));
        await repositoryOf(api).repository.lookEverywhere();
        await show(part);
        await run('showHistory', event!.row);
        assert.equal(pathShown(), op1);
        assert.match((await texts())[0]!, /^2 · Alice/);
    });

    it('says why the history cannot be read', async () => {
        await mkdir(inShop('locks.history.jsonl'));
        await show(op1);
        assert.match((await texts()).join(), /^The history .*locks\.history\.jsonl cannot be read, because /);
        await rm(inShop('locks.history.jsonl'), { recursive: true });
    });

    it('filters by words of the user, the message and the label', async () => {
        await change(op1, '(TWO)\n', 'Slower');
        await change(op1, '(THREE)\n', 'Faster', 'Dave');
        await repositoryOf(api).repository.revisions.label(op1, 2, 'ECO 1182');
        await show(op1);
        const numbers = async (filter: string): Promise<(number | undefined)[]> => {
            api.history.filter = filter;
            return (await shown()).map(({ row: one }) => (one.kind === 'revision' ? one.revision.number : undefined));
        };
        assert.deepEqual(await numbers('dave'), [3]);
        assert.deepEqual(await numbers('eco alice'), [2]);
        assert.deepEqual(await numbers('eco dave'), []);
        await run('clearHistoryFilter');
        assert.equal((await shown()).length, 4);
    });

    it('opens a revision read-only, in the language and the encoding of the file', async () => {
        await writeFile(onDisk(op1), Buffer.from('(K\u00fchlung)\n', 'latin1'));
        await change(op1, '(TWO)\n', 'Slower');
        const file = await vscode.workspace.openTextDocument(uriOf(op1), { encoding: 'windows1252' });
        await vscode.languages.setTextDocumentLanguage(file, 'ini');
        await show(op1);
        await run('openRevision', await revision(1));
        const editor = vscode.window.activeTextEditor;
        assert.equal(activeText(), '(Kühlung)\n');
        assert.match(editor?.document.uri.path ?? '', /op1 \(revision 1\)\.vnc$/);
        assert.equal(editor?.document.languageId, 'ini');
        assert.equal(vscode.workspace.fs.isWritableFileSystem(editor?.document.uri.scheme ?? ''), undefined);
    });

    it('opens no revision whose content was removed or damaged, and says so', async () => {
        await change(op1, '(TWO)\n', 'Slower');
        await show(op1);
        const [first, second] = [await revision(1), await revision(2)];
        const kept = inShop('locks.revisions', 'job12', 'op1.vnc', 'r1.vnc.gz');
        await rm(kept);
        await writeFile(inShop('locks.revisions', 'job12', 'op1.vnc', 'r3.vnc.gz'), 'no gzip');
        await run('openRevision', first);
        assertSaid(/revision 1 of job12\/op1\.vnc/i);
        const removed = await revision(1);
        await run('openRevision', removed);
        assertSaid('The content of revision 1 of job12/op1.vnc was removed.');
        assert.match((await texts()).join('\n'), /1 · found by Alice · just now \| content removed/);
        await run('compareWithPreviousRevision', second);
        assertSaid('There is no revision of job12/op1.vnc before 2 to compare it with.');
    });

    it('compares a revision with the one before, with the file now, and two that are selected', async () => {
        await change(op1, '(TWO)\n', 'Slower');
        await change(op1, '(THREE)\n', 'Faster');
        await writeFile(onDisk(op1), '(NOW)\n');
        // VS Code may still have it from an earlier test, and look at the disk a moment later.
        const document = await vscode.workspace.openTextDocument(uriOf(op1));
        const shows = (): boolean => document.getText() === '(NOW)\n';
        await waitFor(vscode.workspace.onDidChangeTextDocument, shows, 'the document is what is on the disk');
        await show(op1);
        const [first, third] = [await revision(1), await revision(3)];
        await run('compareWithPreviousRevision', third);
        assert.deepEqual(await comparison(), {
            label: 'op1.vnc (Revision 2 ↔ 3)',
            old: '(TWO)\n',
            now: '(THREE)\n',
        });
        await run('compareRevisionWithFile', third);
        assert.deepEqual(await comparison(), {
            label: 'op1.vnc (Revision 3 ↔ Now)',
            old: '(THREE)\n',
            now: '(NOW)\n',
        });
        await run('compareRevisions', third, [third, first]);
        const { label, now: later } = await comparison();
        assert.deepEqual([label, later], ['op1.vnc (Revision 1 ↔ 3)', '(THREE)\n']);
        await run('compareRevisions', third, [third]);
        assertSaid('Select two revisions in the History view, with Ctrl, to compare them.');
    });

    it('shows size and hash of a part, and compares these', async () => {
        const content = Buffer.from([0, 1, 2, 0, 3]);
        await change(part, content, 'Pocket');
        await show(part);
        const second = await revision(2);
        assert.match((await shown())[0]!.item.contextValue ?? '', /^revision kept binary hasPrevious/);
        await run('openRevision', second);
        const facts =
            /^4801247\.mcam\n\nSize: +5 bytes\nLast change: .*\nSHA-256:\n[0-9a-f]{32}\n[0-9a-f]{32}\n\nThis is:\nRevision 2\nUser: /;
        assert.match(activeText() ?? '', facts);
        await run('compareWithPreviousRevision', second);
        const { old, now: later } = await comparison();
        assert.match(old, /Revision 1 \(before/);
        assert.match(later, /Revision 2/);
        // Line by line the same, where the content is.
        await run('compareRevisionWithFile', second);
        const beside = await comparison();
        const [kept, current] = [beside.old, beside.now].map((text) => text.split('\n').slice(0, 9));
        assert.deepEqual(kept, current);
        assert.match(beside.now, /\nThis is:\nThe file as it is now\n$/);
    });

    it('has the commands of a tab act on the file of the revision that it shows', async () => {
        await change(part, Buffer.from([0, 1, 2, 0, 3]), 'Pocket');
        await show(part);
        const second = await revision(2);
        await run('compareRevisionWithFile', second);
        const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
        assert.ok(tab?.input instanceof vscode.TabInputTextDiff);
        for (const uri of [tab.input.original, tab.input.modified]) {
            await show(op1);
            await run('showHistory', uri);
            assert.equal(pathShown(), part);
        }
        await show(op1);
        await run('showHistory');
        assert.equal(pathShown(), part);
        assert.deepEqual(takeMessages(), []);
    });

    it('restores a revision under a check-out that it offers, and the next check-in says from which', async () => {
        const before = originalOf(op1);
        await change(op1, '(TWO)\n', 'Slower');
        await show(op1);
        const first = await revision(1);
        const agreed = answerDialogs('Check Out…', 'Restore');
        await acceptAll(
            ['Check Out op1.vnc: What are you going to change? (optional, visible to everyone)'],
            'cncCheckout.restoreRevision',
            first,
        );
        agreed();
        assert.deepEqual(await readFile(onDisk(op1)), before);
        const said = takeMessages().join('\n');
        assert.match(said, /Check out op1\.vnc to restore revision 1\?/);
        assert.match(said, /Restore revision 1 of op1\.vnc\?\n[\s\S]*will be replaced; it can be restored for 7 days/);
        await repositoryOf(api).repository.checkIn([op1], {});
        assert.match((await texts())[0]!, /^3 · .* \| restored from 1 · /);
    });

    it('restores nothing that somebody else has', async () => {
        await change(op1, '(TWO)\n', 'Slower');
        await colleague('Carol').checkOut([op1], 'Soft jaws');
        await repositoryOf(api).repository.refresh();
        await show(op1);
        await run('restoreRevision', await revision(1));
        assertSaid(/checked out by Carol/);
        assert.equal(await readFile(onDisk(op1), 'utf8'), '(TWO)\n');
    });

    it('discards unsaved edits only with the file, and keeps them', async () => {
        await change(op1, '(TWO)\n', 'Slower');
        await repositoryOf(api).repository.checkOut([op1], 'Mine');
        const document = await vscode.workspace.openTextDocument(uriOf(op1));
        const editor = await vscode.window.showTextDocument(document);
        // VS Code may still have it from an earlier test, and look at the disk a moment later.
        await waitFor(
            vscode.workspace.onDidChangeTextDocument,
            () => document.getText() === '(TWO)\n',
            'the editor shows what the colleague saved',
        );
        await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '(UNSAVED)'));
        await show(op1);
        const first = await revision(1);
        const agreed = answerDialogs('Restore');
        await run('restoreRevision', first);
        agreed();
        assertSaid(/Your unsaved edits will be discarded\./);
        assert.deepEqual(await readFile(onDisk(op1)), originalOf(op1));
        assert.equal(document.isDirty, false);
        const undone = await api.versions.undone();
        const texts_ = await Promise.all(undone.map(({ copy }) => readFile(copy, 'utf8')));
        assert.ok(texts_.some((text) => text.startsWith('(UNSAVED)(TWO)')));
    });

    it('labels a revision for everybody, and takes the label away', async () => {
        await change(op1, '(TWO)\n', 'Slower');
        await show(op1);
        const labelled = async (answer: string | undefined): Promise<string> => {
            await withAnswer('showInputBox', answer, async () => run('labelRevision', await revision(2)));
            return (await texts())[0]!;
        };
        assert.match(await labelled(' customer rev C '), / \| customer rev C · Slower · 6 bytes$/);
        assert.match(await labelled(undefined), / \| customer rev C · Slower · 6 bytes$/);
        assert.match(await labelled(''), / \| Slower · 6 bytes$/);
    });

    it('copies what is known of a revision', async () => {
        await change(op1, '(TWO)\n', 'Slower');
        await show(op1);
        await run('copyRevisionDetails', await revision(2));
        const copied = await vscode.env.clipboard.readText();
        assert.match(copied, /^op1\.vnc, revision 2\nUser: Alice\n[\s\S]*Size: 6 bytes\nSHA-256: [0-9a-f]{64}$/);
    });

    it('saves a copy, but not among the programs, nor onto what belongs to the locks', async () => {
        await change(op1, '(TWO)\n', 'Slower');
        await show(op1);
        const second = await revision(2);
        const outside = join(tmpdir(), `op1-${Date.now()}.vnc`);
        await withAnswer('showSaveDialog', vscode.Uri.file(outside), () => run('saveRevisionCopy', second));
        assert.equal(await readFile(outside, 'utf8'), '(TWO)\n');
        await rm(outside);
        const inside = onDisk('job12/old.vnc');
        await withAnswer('showSaveDialog', vscode.Uri.file(inside), () => run('saveRevisionCopy', second));
        assertSaid(/old\.vnc was not written: an old revision in the repository could be run by mistake\./);
        await assert.rejects(readFile(inside), { code: 'ENOENT' });
        const history = inShop('locks.history.2.jsonl');
        await withAnswer('showSaveDialog', vscode.Uri.file(history), () => run('saveRevisionCopy', second));
        assertSaid(/locks\.history\.2\.jsonl was not written, because it is the locks file or belongs to it\./);
        await assert.rejects(readFile(history), { code: 'ENOENT' });
    });

    it('shows what happened in the whole repository, by day', async () => {
        const line = (event: object): string => `${JSON.stringify({ ...alice, ...event })}\n`;
        const days = ['2026-11-24', '2026-11-26'].flatMap((day) =>
            ['10', '11'].map((hour) => line({ action: 'undo', file: op1, time: `${day}T${hour}:00:00+00:00` })),
        );
        await writeFile(inShop('locks.history.jsonl'), days.join(''));
        await run('showRepositoryHistory');
        const [newest, oldest, ...others] = await shown();
        assert.deepEqual([newest?.item.description, oldest?.item.description], ['2 events', '2 events']);
        assert.equal(others.length, 0);
        assert.ok(newest?.row.kind === 'day' && oldest?.row.kind === 'day');
        assert.deepEqual([newest.row.day, oldest.row.day], ['2026-11-26', '2026-11-24']);
        const { Expanded, Collapsed } = vscode.TreeItemCollapsibleState;
        assert.deepEqual([newest?.item.collapsibleState, oldest?.item.collapsibleState], [Expanded, Collapsed]);
        const [event] = await shown(newest);
        const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' }).format(Date.parse('2026-11-26T11:00Z'));
        assert.equal(event!.text, `Alice undid the check-out of op1.vnc | ${time} · Rev C · job12`);
        await change(op1, '(TWO)\n', 'Slower');
        assert.equal((await shown()).length, 3);
        await run('openFile', event!.row);
        assert.equal(vscode.window.activeTextEditor?.document.uri.fsPath, uriOf(op1).fsPath);
        assert.equal(api.history.subject.current?.kind, 'repository');
        await run('showHistory', event!.row);
        assert.equal(pathShown(), op1);
    });

    it('divides a day on which very much happened', async () => {
        const line = JSON.stringify({ ...alice, action: 'undo', file: op1 });
        await writeFile(inShop('locks.history.jsonl'), `${line}\n`.repeat(1200));
        await run('showRepositoryHistory');
        const [day] = await shown();
        const parts = await shown(day);
        assert.deepEqual(
            parts.map(({ item }) => item.description),
            ['500 events', '500 events', '200 events'],
        );
        const rows = (await Promise.all(parts.map(shown))).flat();
        assert.equal(new Set([...parts, ...rows].map(({ item }) => item.id)).size, 1203);
    });

    it('names the revision in the tooltip of a file once the history was read', async () => {
        await change(op1, '(TWO)\n', 'Slower');
        await show(op1);
        await shown();
        const { node, item } = await row(api, 'job12', 'op1.vnc');
        const { tooltip } = await api.tree.resolveTreeItem(item, node);
        assert.match(tooltip as string, /\nRevision: 2\n/);
    });

    it('asks nothing', () => {
        assert.deepEqual(takeQuestions(), []);
    });
});

describe('An event of the history', () => {
    it('says who did what, when and where, why, and what changed', () => {
        const { label, description, details } = eventText(
            { ...alice, action: 'check-in', file: op1, before: { size: 1000 }, after: { size: 1300 } },
            now,
        );
        const [size, newSize] = [(1000).toLocaleString(), (1300).toLocaleString()];
        assert.deepEqual(
            [label, description, details.split('\n')],
            [
                'Alice checked in op1.vnc',
                '2 h ago · Rev C',
                [
                    `Alice checked in ${op1}`,
                    `Time: ${new Date(alice.time).toLocaleString()}`,
                    'Computer: OFFICE-PC',
                    'Message: Rev C',
                    `Size: ${size} → ${newSize} bytes`,
                ],
            ],
        );
    });

    it('names the folders of a file that was moved', () => {
        const moved = (from: string, file: string): string =>
            eventText({ ...alice, action: 'rename', from, file, message: '' }, now).label;
        assert.equal(moved('job12/op1.vnc', 'job12/op2.vnc'), 'Alice renamed op1.vnc to op2.vnc');
        assert.equal(moved('job12/op1.vnc', 'old/op1.vnc'), 'Alice renamed job12/op1.vnc to old/op1.vnc');
    });

    it('says unchanged only if the content proves it', () => {
        const event = { ...alice, action: 'check-in', file: op1 } as const;
        const [one, other] = [
            { size: 10, sha256: 'a'.repeat(64) },
            { size: 10, sha256: 'b'.repeat(64) },
        ];
        const details = (before: object, after: object): string =>
            eventText({ ...event, before, after } as Parameters<typeof eventText>[0], now).details;
        assert.match(details(one, one), /\nSize: unchanged, 10 bytes$/);
        assert.match(details(one, other), /\nSize: changed, 10 bytes$/);
        assert.match(details({ size: 10 }, other), /\nSize: 10 bytes$/);
    });

    it('shows what other people wrote as text on one line', () => {
        for (const attack of [commandsToTerminals, '$(trash)', 'a\nb', ...keysThatLeadAway]) {
            const event = { ...alice, user: attack, host: attack, message: attack, file: attack, action: 'undo' };
            const { label, description, details } = eventText(event as Parameters<typeof eventText>[0], now);
            for (const text of [label, description, ...details.split('\n')]) {
                assert.doesNotMatch(text, /[\p{Cc}\p{Bidi_Control}]/u);
                assert.ok(text.length < 3000);
            }
        }
    });
});
