import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../support/chromium';
import { scaled } from '../support/pace';
import { root } from '../support/root';
import { Workbench } from './support/workbench';

/** Milliseconds of a quiet machine. */
const LONGEST_WAIT_MS = 60_000;

describe('npm start', () => {
    let program: ChildProcess;
    let browser: Browser | undefined;
    let workbench: Workbench;
    let printed = '';

    before(async () => {
        const env = { ...process.env, CNC_CHECKOUT_VSCODE: 'browser' };
        program = spawn(process.execPath, [join(root, 'out', 'test', 'support', 'main.js'), 'start'], {
            env,
            stdio: ['ignore', 'pipe', 'inherit'],
        });
        const address = await new Promise<string>((resolve, reject) => {
            program.stdout?.on('data', (text: Buffer) => {
                printed += text.toString();
                const found = /http:\/\/\S+/.exec(printed)?.[0];
                if (found !== undefined && printed.includes('Ctrl-C')) resolve(found);
            });
            program.once('exit', () => reject(new Error(`It ended, and had printed: ${printed}`)));
        });
        browser = await launchChromium();
        const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
        page.setDefaultTimeout(scaled(LONGEST_WAIT_MS));
        workbench = new Workbench(page, 'dark');
        await page.goto(address);
    });
    afterEach(async function () {
        if (this.currentTest?.isFailed()) await workbench.screenshotOfFailure('start-failed');
    });
    after(async () => {
        await browser?.close();
        program?.kill('SIGKILL');
    });

    it('shows the tree of the sample, a program, and what to click first', async () => {
        await workbench.view.waitFor('4801247 Bracket');
        await workbench.view.waitFor('4801310-op3.vnc', 'Dave');
        await workbench.editorTab('4801310-op1.vnc').waitFor();
        await workbench.notification('click Check Out at the top right of the editor').waitFor();
        assert.match(printed, /Click Check Out at the top right of the editor/);
        await workbench.screenshot('start');
        await workbench.page.locator('.editor-actions').getByRole('button', { name: 'Check Out' }).click();
        await workbench.quickInput.waitFor('4801310');
    });

    it('ends at Ctrl-C', async () => {
        const ended = once(program, 'exit');
        program.kill('SIGINT');
        assert.deepEqual(await ended, [0, null]);
    });
});
