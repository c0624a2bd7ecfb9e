import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { chmod, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import * as vscode from 'vscode';
import { skipUnless } from '../support/skips';
import { takeMessages } from './support/screen';
import { api, colleague, inShop, onDisk, originalOf, repositoryOf, uriOf, useTidyShop } from './support/shop';

const part = '4801247.mcam';
const NEW = Buffer.from([0, 1, 2, 0, 3]);
/** A program of the system that only notes what it is to open. */
const PROGRAM = '#!/bin/sh\nprintf %s "$1" > "$0.new" && mv "$0.new" "$0.opened"\n';

describe('Open Old Revision', () => {
    useTidyShop({ jobSets: 'never' });
    const { PATH } = process.env;
    let programs: string;

    beforeEach(async () => {
        programs = mkdtempSync(join(tmpdir(), 'programs-'));
        writeFileSync(join(programs, 'xdg-open'), PROGRAM, { mode: 0o755 });
        process.env['PATH'] = [programs, PATH].join(delimiter);
        await removeCopies();
    });
    afterEach(async () => {
        process.env['PATH'] = PATH;
        await rm(programs, { recursive: true });
        await removeCopies();
    });

    const opened = (): string => join(api.versions.folder, 'opened');
    const removeCopies = (): Promise<void> => rm(opened(), { recursive: true, force: true });

    /** The copies that were made. */
    async function copies(): Promise<string[]> {
        const entries = await readdir(opened(), { recursive: true, withFileTypes: true }).catch(() => []);
        return entries.flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name)] : []));
    }

    /** What the program of the system was given, once it has noted that. */
    async function untilOpened(): Promise<string> {
        for (;;) {
            const names = await readdir(programs);
            if (names.includes('xdg-open.opened')) return readFile(join(programs, 'xdg-open.opened'), 'utf8');
        }
    }

    async function openRevision(number: number): Promise<void> {
        await vscode.commands.executeCommand('cncCheckout.showHistory', uriOf(part));
        const rows = await api.historyTree.getChildren();
        const row = rows.find((one) => one.kind === 'revision' && one.revision.number === number);
        takeMessages();
        await vscode.commands.executeCommand('cncCheckout.openOldRevision', row);
    }

    it('opens a read-only copy that its name marks as old, and leaves the part alone', async function () {
        skipUnless(this, 'xdgOpen');
        const alice = colleague('Alice');
        await alice.keepFound([{ path: part }]);
        await alice.checkOut([part], 'Pocket');
        await writeFile(onDisk(part), NEW);
        await alice.checkIn([part]);
        await repositoryOf(api).repository.refresh();
        await openRevision(1);
        const [copy = '', ...others] = await copies();
        const name = '4801247 (revision 1, old).mcam';
        assert.deepEqual([basename(copy), others], [name, []]);
        assert.deepEqual(await readFile(copy), originalOf(part));
        assert.equal((await stat(copy)).mode & 0o222, 0);
        assert.deepEqual(await readFile(onDisk(part)), NEW);
        if (vscode.env.uiKind === vscode.UIKind.Desktop) {
            assert.equal(await untilOpened(), copy);
            assert.deepEqual(takeMessages(), []);
        } else {
            const why = 'VS Code runs on another computer here and cannot start your program for it';
            const advice = 'Save a copy of the revision, and open that.';
            assert.deepEqual(takeMessages(), [`${name} was not opened, because ${why}. ${advice}`]);
        }
    });

    it('opens nothing of a revision that is damaged, and says so', async () => {
        const alice = colleague('Alice');
        await alice.keepFound([{ path: part }]);
        await repositoryOf(api).repository.refresh();
        const kept = inShop('locks.revisions', part, 'r1.mcam.gz');
        await chmod(kept, 0o644);
        await writeFile(kept, 'torn');
        await openRevision(1);
        assert.deepEqual(await copies(), []);
        const [told, ...others] = takeMessages();
        assert.match(told ?? '', /4801247\.mcam.* cannot be read, because /);
        assert.deepEqual(others, []);
    });
});
