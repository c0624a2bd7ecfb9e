import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { gzipSync } from 'node:zlib';
import type { Internals } from '../../src/extension';
import { activateInternals } from '../support/internals';
import { tell } from './figures';

const LOOKS = 5;
const REVISIONS = 1000;
const EVENTS = 50_000;
const HOUR_MS = 3_600_000;

/** Like the other measurements in a window: they judge nothing. */
describe('The History view, in a window of VS Code', () => {
    const folder = (): string => vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
    const hash = 'a'.repeat(64);
    const at = (hoursAgo: number): string => new Date(Date.now() - hoursAgo * HOUR_MS).toISOString();

    async function write(count: number, event: (index: number) => object): Promise<void> {
        const lines = Array.from({ length: count }, (_, index) => {
            const facts = { user: 'Alice', host: 'CAM-PC-03', message: `Change ${index}`, action: 'check-in' };
            return `${JSON.stringify({ ...facts, ...event(index) })}\n`;
        });
        await writeFile(join(folder(), 'locks.history.jsonl'), lines.join(''));
    }

    /** From the wish to see it to the rows that VS Code can draw, each time as if it were read for the first time. */
    async function look(api: Internals, command: string, ...args: unknown[]): Promise<number[]> {
        const times: number[] = [];
        for (let round = 0; round < LOOKS; round++) {
            await api.repositories.reopen();
            await vscode.commands.executeCommand(command, ...args);
            const started = performance.now();
            const rows = await api.historyTree.getChildren();
            for (const row of rows) api.historyTree.getTreeItem(row);
            times.push(performance.now() - started);
        }
        return times;
    }

    it('the history', async () => {
        const api = await activateInternals();
        await api.ready;
        const file = 'job12/op1.vnc';
        const kept = join(folder(), 'locks.revisions', 'job12', 'op1.vnc');
        await mkdir(kept, { recursive: true });
        const content = gzipSync('M30\n');
        for (let number = 1; number <= REVISIONS; number++) await writeFile(join(kept, `r${number}.vnc.gz`), content);
        await write(REVISIONS, (index) => {
            const time = at(REVISIONS - index);
            return { time, file, revision: { number: index + 1, size: 4, sha256: hash, modified: time } };
        });
        const uri = vscode.Uri.file(join(folder(), 'repo', 'job12', 'op1.vnc'));
        const revisionRows = await look(api, 'cncCheckout.showHistory', uri);
        await write(EVENTS, (index) => ({
            time: at((EVENTS - index) / 10),
            file: `job${index % 500}/op${index % 7}.vnc`,
            before: { size: 1000, sha256: hash },
            after: { size: 1300, sha256: hash },
        }));
        const eventRows = await look(api, 'cncCheckout.showRepositoryHistory');
        tell({ revisionRows, eventRows });
    });
});
