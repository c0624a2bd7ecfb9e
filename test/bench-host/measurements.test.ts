import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import { LocksFile } from '../../src/core/locks/locksFile';
import { FileLockStore } from '../../src/core/locks/fileLockStore';
import { Repository } from '../../src/core/repository/repository';
import type { Internals } from '../../src/extension';
import { activateInternals } from '../support/internals';
import { ChangedOutside } from '../../src/model/changedOutside';
import { CheckOutVersions } from '../../src/model/checkOutVersions';
import { ModifiedFiles } from '../../src/model/modifiedFiles';
import { Repositories } from '../../src/model/repositories';
import { StalePrograms } from '../../src/model/stalePrograms';
import { FileTree } from '../../src/views/fileTree';
import { acceptAll, asksForMessage, asksToRelease } from '../host/support/quickInput';
import { tell } from './figures';

const CHANGES = 40;
const LOOKS = 5;
const OPENED = 30;
const CHECK_OUTS = 10;
const MOVED = 5000;
/** Megabytes. */
const BIG = 200;

/** Measurements that need a window, one in each run. They judge nothing: timings do not belong in a test. */
describe('In a window of VS Code', function () {
    const folder = (): string => {
        const path = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
        if (path === undefined) throw new Error('The window has no folder.');
        return path;
    };

    async function extension(): Promise<Internals> {
        const api = await activateInternals();
        await api.ready;
        await api.tree.getChildren();
        return api;
    }

    /** A file of the repository with as many megabytes. */
    async function write(name: string, megabytes: number): Promise<vscode.Uri> {
        const file = join(folder(), 'repo', name);
        await writeFile(
            file,
            Array.from({ length: megabytes }, (_, index) => Buffer.alloc(1_000_000, index)),
        );
        return vscode.Uri.file(file);
    }

    it('a change by a colleague', async () => {
        const api = await extension();
        const dave = openAs('Dave', folder());
        const changesShown: number[] = [];
        for (let change = 0; change < CHANGES; change++) {
            const shown = next(api.tree.onDidChangeTreeData);
            if (change % 2 === 0) await dave.checkOut(['4801247.vnc'], 'Measuring');
            else await dave.checkIn(['4801247.vnc']);
            const changed = performance.now();
            await shown;
            changesShown.push(performance.now() - changed);
        }
        tell({ activated: api.activatedIn, changesShown });
    });

    it('the first rows', async () => {
        const { names } = (await extension()).repositories;
        const firstRows: number[] = [];
        const { lockServers } = (await extension()).repositories;
        for (let look = 0; look < LOOKS; look++) {
            const log = vscode.window.createOutputChannel(`Measuring ${look}`, { log: true });
            const repositories = new Repositories(log, () => undefined, lockServers, names);
            const stalePrograms = new StalePrograms(repositories);
            const versions = new CheckOutVersions(
                vscode.Uri.file(join(folder(), '.versions')),
                repositories,
                log,
                (_, job) => job(new AbortController().signal),
                (sentence) => {
                    throw new Error(sentence);
                },
            );
            const modifiedFiles = new ModifiedFiles(repositories, versions);
            const changedOutside = new ChangedOutside(repositories, log);
            const tree = new FileTree(repositories, stalePrograms, modifiedFiles, changedOutside);
            const started = performance.now();
            // Until there are rows, VS Code asks again whenever it is told of a change.
            const opened = repositories.reopen();
            for (;;) {
                const changed = next(tree.onDidChangeTreeData);
                const rows = await tree.getChildren();
                for (const row of rows) tree.getTreeItem(row);
                if (rows.length > 0) break;
                await changed;
            }
            firstRows.push(performance.now() - started);
            await opened;
            vscode.Disposable.from(tree, modifiedFiles, versions, stalePrograms, repositories, log).dispose();
        }
        tell({ firstRows });
    });

    it('a big file', async () => {
        const api = await extension();
        const settings = vscode.workspace.getConfiguration('cncCheckout');
        await settings.update('jobSets', 'never', vscode.ConfigurationTarget.Workspace);
        const [small, big] = await Promise.all([write('small.mcam', 1), write('big.mcam', BIG)]);
        const checkedOut: { small: number[]; big: number[] } = { small: [], big: [] };
        const [opened] = api.repositories.all;
        if (opened === undefined) throw new Error('The window has no repository.');
        for (let round = 0; round < CHECK_OUTS; round++) {
            for (const [size, file] of Object.entries({ small, big }) as ['small' | 'big', vscode.Uri][]) {
                const started = performance.now();
                await acceptAll([asksForMessage(`${size}.mcam`)], 'cncCheckout.checkOut', file);
                checkedOut[size].push(performance.now() - started);
                // Only the check-out counts, not the copy that goes on after it.
                await api.versions.whenKept(opened);
                // Unchanged files are asked about, and the answer is to release them.
                await acceptAll([asksToRelease(`${size}.mcam`)], 'cncCheckout.checkIn', file);
            }
        }
        tell({ checkedOut });
    });

    it('thousands of files', async () => {
        const api = await extension();
        const [session] = api.repositories.all;
        if (session === undefined) throw new Error('The window has no repository.');
        const { repository } = session;
        const away = join(folder(), 'away');
        await mkdir(away);
        const names = Array.from({ length: MOVED }, (_, index) => `${4900000 + index}.vnc`);
        for (const name of names) await writeFile(join(away, name), 'M30');
        session.openFolders.add('job12');
        await repository.look('job12');
        session.watchOpenFolders();
        const row = (await api.tree.getChildren()).find((one) => 'path' in one && one.path === 'job12');
        const drawing = api.tree.onDidChangeTreeData(async () => {
            // As VS Code does for an expanded row.
            for (const file of await api.tree.getChildren(row)) api.tree.getTreeItem(file);
        });
        const before = process.cpuUsage();
        const count = (): number => repository.snapshot.folder('job12')?.listing.files.size ?? 0;
        const shown = new Promise<void>((resolve) => {
            const stop = repository.onDidChange(() => {
                if (count() < MOVED) return;
                stop();
                resolve();
            });
        });
        // By a program of its own, as fast as that can, so that the events come all at once.
        const move =
            'const [from, to] = process.argv.slice(1); for (const name of fs.readdirSync(from)) fs.renameSync(from + name, to + name);';
        const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
        const folders = [join(away, '/'), join(folder(), 'repo', 'job12', '/')];
        await promisify(execFile)(process.execPath, ['-e', move, ...folders], { env });
        await shown;
        const { user, system } = process.cpuUsage(before);
        drawing.dispose();
        tell({ processorTime: (user + system) / 1000 });
    });

    it('opening a file', async () => {
        const activated =
            vscode.extensions.getExtension('cnc-checkout.cnc-checkout') && (await extension()).activatedIn;
        const opened: number[] = [];
        for (let index = 0; index < OPENED; index++) {
            const file = vscode.Uri.file(join(folder(), 'repo', index % 2 === 0 ? '4801247.vnc' : 'job12/op1.vnc'));
            const started = performance.now();
            await vscode.window.showTextDocument(file);
            opened.push(performance.now() - started);
            await vscode.commands.executeCommand('workbench.action.closeAllEditors');
        }
        tell({ opened, ...(activated === undefined ? {} : { activated }) });
    });
});

function next<T>(event: vscode.Event<T>): Promise<void> {
    return new Promise((resolve) => {
        const subscription = event(() => {
            subscription.dispose();
            resolve();
        });
    });
}

function openAs(user: string, folder: string): Repository {
    const owner = { user, host: 'CAM-PC-03' };
    const file = new LocksFile(join(folder, 'locks.json'), { owner, timeout: 5000 });
    const options = { root: join(folder, 'repo'), extensions: new Set(['.vnc', '.mcam']), ...owner };
    return new Repository(options, new FileLockStore(file));
}
