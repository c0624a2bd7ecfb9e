import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../support/chromium';
import { scaled } from '../support/pace';
import { root } from '../support/root';
import { skipUnless } from '../support/skips';
import { Workbench } from './support/workbench';

/** Milliseconds of a quiet machine. */
const LONGEST_WAIT_MS = 30_000;

describe('npm run start:server', () => {
    let program: ChildProcess;
    let browser: Browser | undefined;
    let north: Workbench;
    let south: Workbench;
    let printed = '';

    before(async function () {
        skipUnless(this, 'postgres');
        const env = { ...process.env, CNC_CHECKOUT_VSCODE: 'browser' };
        program = spawn(process.execPath, [join(root, 'out', 'test', 'support', 'main.js'), 'start:server'], {
            env,
            stdio: ['ignore', 'pipe', 'inherit'],
        });
        const addresses = await new Promise<readonly string[]>((resolve, reject) => {
            program.stdout?.on('data', (text: Buffer) => {
                printed += text.toString();
                if (printed.includes('Ctrl-C')) resolve(printed.match(/http:\/\/\S+/g) ?? []);
            });
            program.once('exit', () => reject(new Error(`It ended, and had printed: ${printed}`)));
        });
        assert.equal(addresses.length, 2, printed);
        browser = await launchChromium();
        const open = async (address: string): Promise<Workbench> => {
            const page = await browser!.newPage({ viewport: { width: 1280, height: 800 } });
            page.setDefaultTimeout(scaled(LONGEST_WAIT_MS));
            await page.goto(address);
            return new Workbench(page, 'dark');
        };
        north = await open(addresses[0]!);
        south = await open(addresses[1]!);
    });
    afterEach(async function () {
        if (!this.currentTest?.isFailed()) return;
        await north?.screenshotOfFailure('start-server-north-failed');
        await south?.screenshotOfFailure('start-server-south-failed');
    });
    after(async () => {
        await browser?.close();
        program?.kill('SIGKILL');
    });

    it('says what it does and what to click, and opens two sites that wait for their person', async () => {
        for (const line of [
            'Starting a PostgreSQL and its standby …',
            'Setting up the lock server and its people …',
            '1. In both windows, click Confirm Lock Server in the view at the left, then Use This Server.',
        ]) {
            assert.ok(printed.includes(line), printed);
        }
        for (const workbench of [north, south]) {
            await workbench.editorTab('4801310-op1.vnc').waitFor();
            await workbench.welcome.getByRole('button', { name: 'Confirm Lock Server' }).click();
            await workbench.clickDialogButton('Use This Server');
            await workbench.view.waitFor('4801310 Manifold');
        }
        // What Maria had checked out before the move is hers.
        await north.statusBarItem('2 checked out').waitFor();
        await south.statusBarItem('No files checked out by you').waitFor();
        await south.view.expand('4801310 Manifold');
        await south.view.waitFor('4801310-op3.vnc', 'Dave');
    });

    it("shows a second person's check-out arrive", async () => {
        await north.page.locator('.editor-actions').getByRole('button', { name: 'Check Out' }).click();
        await north.quickInput.pick('4801310-op1.vnc Only');
        await south.view.waitFor('4801310-op1.vnc', 'maria · just now');
        await south.screenshot('start-server');
    });

    it('ends at Ctrl-C', async () => {
        const ended = once(program, 'exit');
        program.kill('SIGINT');
        assert.deepEqual(await ended, [0, null]);
    });
});
