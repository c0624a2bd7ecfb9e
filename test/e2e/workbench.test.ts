import assert from 'node:assert/strict';
import { openSession, type Session } from './support/session';

describe('A workbench with the packed extension', function () {
    this.timeout(60_000);
    let session: Session;

    before(async () => {
        session = await openSession();
    });
    after(() => session?.close());

    it('shows the repository in the Explorer', async () => {
        const { workbench } = session;
        await workbench.explorer.expand('repo');
        await workbench.explorer.waitFor('4801247.vnc');
        await workbench.screenshot('explorer');
        const labels = (await workbench.explorer.readAll()).map(({ label }) => label);
        assert.ok(labels.includes('job12'), labels.join());
    });

    it("has the extension's commands in the palette", async () => {
        // Until VS Code knows that it trusts the folder, only the commands that change nothing are there.
        await session.workbench.statusBarItem('No files checked out by you').waitFor();
        const labels = await session.workbench.commandsFor('CNC: ');
        assert.ok(
            labels.some((label) => label.startsWith('CNC: Check Out')),
            labels.join(),
        );
    });

    it('follows a change of theme', async () => {
        await session.workbench.setTheme('light');
        await session.workbench.openContainer('CNC Checkout');
        await session.workbench.screenshot('light');
    });
});
