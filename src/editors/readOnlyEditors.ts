import * as vscode from 'vscode';
import { activeResource, isUnsaved } from '../ui/openEditors';
import { DisposableStore } from '../model/disposables';
import { guardedFile, type GuardedFile } from '../model/protection';
import type { Repositories } from '../model/repositories';

const READ_ONLY = 'workbench.action.files.setActiveEditorReadonlyInSession';
const AS_BEFORE = 'workbench.action.files.resetActiveEditorReadonlyInSession';

/**
 * Makes the editors of files that the user has not checked out read-only, in this window only. VS Code can do that for the
 * active editor only, and then remembers it for all editors of the resource until the window is reloaded. So each editor
 * is handled when it becomes active, before anyone can type in it.
 */
export class ReadOnlyEditors implements vscode.Disposable {
    /** Resources that this class may have made read-only. */
    private readonly touched = new Set<string>();
    /** Resources that look like files of a repository but are not, such as links. */
    private readonly strangers = new Set<string>();
    private place = '';
    private active: { readonly name: string; readonly readOnly: boolean } | undefined;
    private running: Promise<void> | undefined;
    private again = false;
    private readonly disposables = new DisposableStore();
    private readonly emitter = this.disposables.add(new vscode.EventEmitter<void>());

    /** The active editor is now as read-only as it has to be. */
    readonly onDidSettle = this.emitter.event;

    constructor(private readonly repositories: Repositories) {
        const activated = (): void => this.activated();
        this.disposables.addAll(
            vscode.window.tabGroups.onDidChangeTabs(activated),
            vscode.window.tabGroups.onDidChangeTabGroups(activated),
            vscode.window.onDidChangeActiveTextEditor(activated),
            repositories.onDidChange(() => this.reconsider()),
            repositories.onDidReopen(() => this.reconsider()),
            vscode.workspace.onDidSaveTextDocument(() => this.reconsider()),
            vscode.workspace.onDidChangeTextDocument(({ document }) => {
                // Edits appeared, or were undone.
                if (document.uri.toString() === this.active?.name) this.reconsider();
            }),
        );
        this.activated();
    }

    /** The resource of the active editor and whether it is made read-only; undefined while that is being done. */
    get settled(): { readonly name: string; readonly readOnly: boolean } | undefined {
        return this.running === undefined ? this.active : undefined;
    }

    /** The file of the active editor, if it is read-only because the user has not checked it out. */
    get activeFile(): GuardedFile | undefined {
        const uri = activeResource();
        if (this.active?.readOnly !== true || uri?.toString() !== this.active.name) return undefined;
        return guardedFile(this.repositories, uri);
    }

    dispose(): void {
        this.disposables.dispose();
    }

    /** Another editor may be active, and may have received the command that was meant for the one before. */
    private activated(): void {
        const name = activeResource()?.toString();
        const place = `${vscode.window.tabGroups.activeTabGroup.viewColumn} ${name}`;
        // Tabs also change when their editor becomes read-only and when edits appear or disappear.
        if (place === this.place) return this.reconsider();
        this.place = place;
        if (this.running !== undefined && name !== undefined) this.touched.add(name);
        this.settle();
    }

    private reconsider(): void {
        const uri = activeResource();
        if (uri?.toString() === this.active?.name && this.isReadOnly(uri) === this.active?.readOnly) return;
        this.settle();
    }

    private settle(): void {
        this.again = true;
        this.running ??= this.run();
    }

    private async run(): Promise<void> {
        try {
            while (this.again) {
                this.again = false;
                await this.apply(activeResource());
            }
        } finally {
            this.running = undefined;
        }
        this.emitter.fire();
    }

    private async apply(uri: vscode.Uri | undefined): Promise<void> {
        const readOnly = this.isReadOnly(uri);
        const name = uri?.toString() ?? '';
        this.active = { name, readOnly };
        void vscode.commands.executeCommand('setContext', 'cncCheckout.activeIsProtected', readOnly);
        if (uri === undefined) return;
        if (readOnly) {
            this.touched.add(name);
            void this.lookFor(uri);
        } else if (!this.touched.has(name)) return;
        await vscode.commands.executeCommand(readOnly ? READ_ONLY : AS_BEFORE);
        const now = activeResource()?.toString();
        if (now === name) {
            if (!readOnly) this.touched.delete(name);
            return;
        }
        // The editor that is active now may have received the command.
        if (now !== undefined) this.touched.add(now);
        this.again = true;
    }

    private isReadOnly(uri: vscode.Uri | undefined): boolean {
        const file = uri && guardedFile(this.repositories, uri);
        if (uri === undefined || file?.mode !== 'readOnly' || file.holder === 'me') return false;
        if (!file.seen && this.strangers.has(uri.toString())) return false;
        // While its repository is being reopened, an editor stays as it is.
        if (file.holder === 'unknown' && this.active?.name === uri.toString()) return this.active.readOnly;
        // VS Code never saves a read-only file, so a file with unsaved edits stays writable.
        return !isUnsaved(uri);
    }

    /** Finds out whether a file that is in no listing belongs to the repository at all. */
    private async lookFor(uri: vscode.Uri): Promise<void> {
        const file = guardedFile(this.repositories, uri);
        if (file === undefined || file.seen || file.holder === 'unknown') return;
        const { session, path } = file;
        const diskPath = await session.repository.openable(path);
        if (diskPath !== undefined || session.repository.state.kind !== 'ready') return;
        this.strangers.add(uri.toString());
        this.reconsider();
    }
}
