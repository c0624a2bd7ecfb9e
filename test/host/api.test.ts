import assert from 'node:assert/strict';
import { readFile, rename } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { CncCheckoutApi, CncOutcome } from '../../src/api/version1';
import { extensionUnderTest } from '../support/internals';
import { record, waitFor } from './support/events';
import { set } from './support/settings';
import { takeMessages, takeQuestions } from './support/screen';
import {
    api as internals,
    colleague,
    inShop,
    lockOf,
    me,
    onDisk,
    readHolders,
    repositoryOf,
    shopFolder,
    uriOf,
    useTidyShop,
    writeLocks,
} from './support/shop';

const op1 = 'job12/op1.vnc';
const op2 = 'job12/op2.vnc';
const hours = 3;

describe('The API for other extensions', () => {
    let api: CncCheckoutApi;
    useTidyShop();
    before(async () => {
        const exported = await extensionUnderTest().activate();
        api = exported.getApi(1);
    });
    // Nobody has clicked, so nobody is asked or told.
    afterEach(() => assert.deepEqual([takeQuestions(), takeMessages()], [[], []]));

    it('is the same one for everybody who asks, and cannot be changed by one of them', () => {
        assert.equal(extensionUnderTest().exports.getApi(1), api);
        assert.ok(Object.isFrozen(api));
    });

    it('says which version there is when another one is asked for', () => {
        const exported = extensionUnderTest().exports as { getApi(version: number): unknown };
        assert.throws(() => exported.getApi(2), {
            message:
                'CNC Checkout has no version 2 of its API, only version 1. Ask for that one, or update CNC Checkout.',
        });
    });

    it('tells who has a file, since when, why and where, and that another one is available', async () => {
        const lock = { ...lockOf('Dave', 'Chatter\nin pocket 3', hours * 60), host: 'CAM-7' };
        await writeLocks(internals, { [op1]: lock });
        assert.deepEqual(await api.getFile(uriOf(op1)), {
            uri: uriOf(op1),
            path: op1,
            state: 'heldByOthers',
            holder: 'Dave',
            since: new Date(lock.timestamp),
            message: 'Chatter\nin pocket 3',
            host: 'CAM-7',
            problem: undefined,
            isMissing: false,
        });
        const free = await api.getFile(uriOf('job13/Größe 40/op1.VNC'));
        assert.deepEqual([free?.state, free?.holder, free?.isMissing], ['available', undefined, false]);
        assert.equal(await api.getFile(uriOf('job12/gone.vnc')), undefined);
        assert.equal(await api.getFile(vscode.Uri.file(inShop('locks.json'))), undefined);
        assert.equal(await api.getFile(vscode.Uri.parse('untitled:op1.vnc')), undefined);
    });

    it('lists the repositories and all that is checked out in them, as it is now', async () => {
        await colleague('Dave').checkOut([op1], 'Rev C');
        const [repository, ...others] = await api.getRepositories();
        assert.deepEqual([repository?.root, repository?.user, repository?.problem], [uriOf(''), me(), undefined]);
        assert.deepEqual([repository?.name, others], [repositoryOf(internals).name, []]);
        const held = await repository!.getCheckedOutFiles();
        assert.deepEqual(
            held.map(({ path, holder, host }) => [path, holder, host]),
            [[op1, 'Dave', 'OFFICE-PC']],
        );
    });

    it('says that nobody can tell who has a file whose entry cannot be read', async () => {
        await writeLocks(internals, `{ "${op1}": 7 }`);
        const file = await api.getFile(uriOf(op1));
        assert.deepEqual([file?.state, file?.holder], ['heldByOthers', undefined]);
        assert.match(file?.problem ?? '', /^Nobody can tell who has checked out job12\/op1\.vnc: .*\.$/);
    });

    it('checks a file out and in again, with its revision and unsaved edits', async () => {
        const [out] = await api.checkOut([uriOf(op1)], { message: 'Posted by CAM' });
        assert.deepEqual(plain(out), { uri: onDisk(op1), result: 'done', revision: undefined, notice: undefined });
        const { state, holder, message } = (await api.getFile(uriOf(op1)))!;
        assert.deepEqual([state, holder, message], ['heldByMe', me(), 'Posted by CAM']);
        const edit = new vscode.WorkspaceEdit();
        edit.insert(uriOf(op1), new vscode.Position(0, 0), '(EDITED)\n');
        await vscode.workspace.applyEdit(edit);
        const [outcome] = await api.checkIn([uriOf(op1)], { message: 'Done' });
        assert.deepEqual(plain(outcome), { uri: onDisk(op1), result: 'done', revision: 2, notice: undefined });
        assert.match(await readFile(onDisk(op1), 'utf8'), /^\(EDITED\)/);
        assert.deepEqual(await readHolders(), {});
    });

    it('gives refusals as values, each for its file, in order, and changes the others', async () => {
        await colleague('Dave').checkOut([op1], 'Rev C');
        const outside = vscode.Uri.file(inShop('locks.json'));
        const outcomes = await api.checkOut([outside, uriOf(op1), uriOf(op2), uriOf('job12/gone.vnc')]);
        assert.deepEqual(codes(outcomes), ['outsideRepository', 'heldByOther', 'done', 'fileMissing']);
        const [, held] = outcomes;
        assert.ok(held?.result === 'refused');
        assert.equal(held.holder, 'Dave');
        assert.match(
            held.message,
            /^job12\/op1\.vnc was checked out by Dave on OFFICE-PC just now: “Rev C”\. Ask Dave/,
        );
        assert.deepEqual(await readHolders(), { [op1]: 'Dave', [op2]: me() });
        assert.deepEqual(codes(await api.checkOut([uriOf(op2)])), ['alreadyMine']);
        assert.deepEqual(codes(await api.checkIn([uriOf(op1), uriOf(op2)])), ['heldByOther', 'done']);
        assert.deepEqual(codes(await api.checkIn([uriOf(op2)])), ['notCheckedOut']);
    });

    it('changes none of several files that go together when one is refused', async () => {
        await colleague('Dave').checkOut([op1], '');
        const uris = [uriOf(op1), uriOf(op2)];
        assert.deepEqual(codes(await api.checkOut(uris, { allOrNone: true })), ['heldByOther', 'notTogether']);
        assert.deepEqual(await readHolders(), { [op1]: 'Dave' });
    });

    it('refuses what the commands would ask about: a message that the shop requires, a name that several people use', async () => {
        await set(internals, 'requireMessage', true);
        const [outcome] = await api.checkOut([uriOf(op1)], { message: ' ' });
        assert.ok(outcome?.result === 'refused');
        assert.equal(
            outcome.message,
            'job12/op1.vnc was not checked out, because this shop requires a message for every check-out. Give one.',
        );
        assert.deepEqual(codes(await api.checkOut([uriOf(op1)], { message: 'x'.repeat(10_001) })), ['messageTooLong']);
        await writeLocks(internals, { [op2]: { ...lockOf(me(), 'Hers'), host: 'OFFICE-PC' } });
        assert.deepEqual(codes(await api.checkOut([uriOf(op1)], { message: 'Mine' })), ['nameNeeded']);
        assert.deepEqual(codes(await api.checkIn([uriOf(op2)])), ['otherComputer']);
        assert.deepEqual(await readHolders(), { [op2]: me() });
    });

    it('leaves everything alone when it was cancelled', async () => {
        const cancelling = new vscode.CancellationTokenSource();
        cancelling.cancel();
        assert.deepEqual(codes(await api.checkOut([uriOf(op1)], { token: cancelling.token })), ['cancelled']);
        assert.deepEqual(await readHolders(), {});
    });

    it('tells which files changed hands', async () => {
        const changed = record(api.onDidChangeFiles);
        const isTold = (uris: readonly vscode.Uri[] = []): boolean => uris.some(({ path }) => path.endsWith('op2.vnc'));
        const told = waitFor(api.onDidChangeFiles, isTold, 'the check-out was told');
        await colleague('Dave').checkOut([op2], '');
        await told;
        changed.stop();
        assert.deepEqual(
            changed.fired.flat().map(({ fsPath }) => fsPath),
            [onDisk(op2)],
        );
    });

    it('never gives an old answer while nobody can tell: it says why, and refuses changes for the same reason', async () => {
        await api.checkOut([uriOf(op1)]);
        const told = waitFor(api.onDidChangeRepositories, () => hasProblem(), 'the problem was told');
        await writeLocks(internals, '{ "job12/op1.vnc": {');
        await told;
        const [repository] = await api.getRepositories();
        assert.match(repository?.problem ?? '', /damaged/);
        const damaged = { code: 'locksFileDamaged', message: repository!.problem! };
        await assert.rejects(api.getFile(uriOf(op1)), damaged);
        await assert.rejects(repository!.getCheckedOutFiles(), damaged);
        const [outcome] = await api.checkIn([uriOf(op1)]);
        assert.deepEqual(plain(outcome), { uri: onDisk(op1), result: 'refused', ...damaged, holder: undefined });
    });

    it('finds a file by another path that leads to it', async () => {
        const other = vscode.Uri.file(`${shopFolder()}/repo/JOB12/../job12/op1.vnc`);
        assert.equal((await api.getFile(other))?.path, op1);
    });

    it('tells that a file that somebody has is gone', async () => {
        await api.checkOut([uriOf(op1)]);
        await rename(onDisk(op1), onDisk('job12/away.txt'));
        await repositoryOf(internals).repository.refresh();
        assert.equal((await api.getFile(uriOf(op1)))?.isMissing, true);
    });

    const hasProblem = (): boolean => 'error' in repositoryOf(internals).repository.state;
});

/** An outcome with the path of its file: a resource notes how it was spelled before. */
function plain(outcome: CncOutcome | undefined): object {
    return { ...outcome, uri: outcome?.uri.fsPath };
}

/** `done`, or why not. */
function codes(outcomes: readonly CncOutcome[]): string[] {
    return outcomes.map((outcome) => (outcome.result === 'done' ? 'done' : outcome.code));
}
