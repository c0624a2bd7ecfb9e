import * as vscode from 'vscode';
import { describeError } from '../core/base/errors';
import type { ProtectionMessage } from './protectionMessage';
import type { ReadOnlyEditors } from './readOnlyEditors';

const WRITEABLE = 'workbench.action.files.setActiveEditorWriteableInSession';

/**
 * Whoever types in a read-only editor is told so by VS Code, at the cursor, with a link that runs this command of VS Code's own.
 * While the active editor is one that the user has to check out first, the command checks its file out.
 */
export class WriteableCommand implements vscode.Disposable {
    private registration: vscode.Disposable | undefined;
    private readonly settling: vscode.Disposable;

    constructor(
        private readonly editors: ReadOnlyEditors,
        private readonly message: ProtectionMessage,
        private readonly log: vscode.LogOutputChannel,
    ) {
        this.settling = editors.onDidSettle(() => this.update());
    }

    dispose(): void {
        this.settling.dispose();
        this.release();
    }

    private update(): void {
        if (this.editors.activeFile === undefined) return this.release();
        if (this.registration !== undefined) return;
        try {
            this.registration = vscode.commands.registerCommand(WRITEABLE, () => this.run());
        } catch (error) {
            this.log.warn(`Another extension has taken VS Code’s command ${WRITEABLE}: ${describeError(error)}`);
        }
    }

    private release(): void {
        this.registration?.dispose();
        this.registration = undefined;
    }

    private async run(): Promise<void> {
        const file = this.editors.activeFile;
        if (file !== undefined) return this.message.attempted(file);
        // Another editor became active meanwhile.
        this.release();
        await vscode.commands.executeCommand(WRITEABLE);
    }
}
