import assert from 'node:assert/strict';
import { assertPlain, wouldBeLinks as message } from './support/plainText';
import { openSession, type Session } from './support/session';

describe('What a colleague typed', function () {
    this.timeout(120_000);
    let session: Session;

    before(async () => {
        const lock = { user: 'Eve', timestamp: new Date().toISOString(), message };
        session = await openSession({
            locks: JSON.stringify({ '4801247.vnc': lock }),
            settings: { 'cncCheckout.userName': 'Maria' },
        });
    });
    afterEach(async function () {
        if (this.currentTest?.isFailed()) await session.workbench.screenshotOfFailure('typed-failed');
    });
    after(() => session?.close());

    it('is text in the tree', async () => {
        const { workbench } = session;
        await workbench.openContainer('CNC Checkout');
        await workbench.view.waitFor('4801247.vnc', message);
        await assertPlain(workbench.view.row('4801247.vnc'), message);
    });

    it('is text in a list of files', async () => {
        const { workbench } = session;
        await workbench.runCommand('CNC: Find File in Repository…');
        const item = workbench.quickInput.item('Eve');
        await item.waitFor();
        await workbench.screenshot('typed-find');
        // A space keeps the list from drawing an icon.
        await assertPlain(item, message.replace('$(', '$ ('));
        await workbench.quickInput.cancel();
    });

    it('is text in a refusal', async () => {
        const { workbench } = session;
        await workbench.openContainer('CNC Checkout');
        await workbench.view.row('4801247.vnc').click();
        await workbench.editorTab('4801247.vnc').waitFor();
        await workbench.runCommand('CNC: Check Out…');
        const refusal = workbench.notification('held by Eve');
        await refusal.waitFor();
        await workbench.screenshot('typed-refusal');
        assert.match(await refusal.innerText(), /\[Click me\] \(command:.* \*\*bold\*\* <img src=x>/s);
        assert.equal(await refusal.locator('img, strong, .codicon-flame').count(), 0);
        assert.equal(await refusal.getByRole('link', { name: 'Click me' }).count(), 0);
    });
});
