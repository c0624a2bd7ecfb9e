import assert from 'node:assert/strict';
import { openSession, type Session } from './support/session';

describe('The walkthrough, in the workbench', function () {
    let session: Session;
    before(async () => {
        session = await openSession({ settings: { 'cncCheckout.userName': 'Maria' } });
    });
    afterEach(async function () {
        if (this.currentTest?.isFailed()) await session.workbench.screenshotOfFailure('walkthrough-failed');
    });
    after(() => session?.close());

    it('opens only when somebody asks, says what is done, and shows the files from a step', async () => {
        const { workbench } = session;
        const { page } = workbench;
        const steps = page.locator('.getting-started-step');
        assert.equal(await steps.count(), 0);
        await workbench.runCommand('CNC: Get Started');
        await steps.nth(5).waitFor();
        await workbench.screenshot('walkthrough');
        await steps.filter({ hasText: 'Look back' }).click();
        await page.getByRole('button', { name: 'Show History' }).waitFor();
        await workbench.screenshot('walkthrough-history');
        await steps.first().click();
        await page.getByRole('button', { name: 'Show the Files' }).or(page.getByText('Show the Files')).first().click();
        await workbench.view.waitFor('4801247.vnc');
        await steps.first().locator('.codicon.complete').waitFor();
    });
});
