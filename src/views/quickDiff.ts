import * as vscode from 'vscode';
import { commandIds } from '../commandIds';
import type { CheckOutVersions } from '../model/checkOutVersions';
import { DisposableStore } from '../model/disposables';
import type { ModifiedFiles } from '../model/modifiedFiles';
import { isBinaryFile } from '../core/disk/binaryFile';
import type { RepositorySession } from '../model/repositorySession';
import type { Repositories } from '../model/repositories';
import { versionUri } from '../ui/versionDocuments';

/** The files that the user holds, in the Source Control view, and change bars in their editors. */
class CheckOutControl implements vscode.Disposable {
    private readonly control: vscode.SourceControl;
    private readonly modified: vscode.SourceControlResourceGroup;
    private readonly others: vscode.SourceControlResourceGroup;

    constructor(
        readonly session: RepositorySession,
        private readonly modifiedFiles: ModifiedFiles,
        private readonly versions: CheckOutVersions,
    ) {
        const root = vscode.Uri.file(session.repository.options.root);
        this.control = vscode.scm.createSourceControl('cncCheckout', 'CNC Checkout', root);
        this.control.inputBox.visible = false;
        this.control.quickDiffProvider = { provideOriginalResource: (uri) => this.original(uri) };
        this.modified = this.control.createResourceGroup('modified', 'Modified Since Check-Out');
        this.others = this.control.createResourceGroup('unchanged', 'Checked Out');
        this.modified.hideWhenEmpty = true;
        this.others.hideWhenEmpty = true;
        this.update();
    }

    /** Lists the files again. VS Code then also asks again which version an editor is compared with. */
    update(): void {
        const held = this.session.repository.snapshot.heldByMe();
        const stateOf = (diskPath: string, missing: boolean): vscode.SourceControlResourceState => {
            const resourceUri = vscode.Uri.file(diskPath);
            const command = { command: commandIds.compareWithVersion, title: 'Compare', arguments: [resourceUri] };
            return { resourceUri, command, decorations: { strikeThrough: missing }, contextValue: 'heldByMe' };
        };
        const isModified = held.map(({ path }) => this.modifiedFiles.has(this.session, path));
        const states = held.map(({ diskPath, missing }) => stateOf(diskPath, missing));
        this.modified.resourceStates = states.filter((_, index) => isModified[index]);
        this.others.resourceStates = states.filter((_, index) => !isModified[index]);
        this.control.count = this.modified.resourceStates.length;
    }

    dispose(): void {
        this.control.dispose();
    }

    private async original(uri: vscode.Uri): Promise<vscode.Uri | undefined> {
        const path = this.session.pathOf(uri);
        const file = path === undefined ? undefined : this.session.file(path);
        if (path === undefined || file?.state !== 'heldByMe' || file.lock === undefined) return undefined;
        const copy = (await this.versions.versionOf({ session: this.session, path }))?.copy;
        if (copy === undefined || (await isBinaryFile(copy))) return undefined;
        return versionUri(uri, file.lock.timestamp);
    }
}

/** Shows changes since check-out in the Source Control view and in editors. */
export function registerQuickDiff(
    context: vscode.ExtensionContext,
    repositories: Repositories,
    modifiedFiles: ModifiedFiles,
    versions: CheckOutVersions,
): void {
    const disposables = new DisposableStore();
    let controls: readonly CheckOutControl[] = [];
    const reopen = (): void => {
        disposables.clear();
        controls = repositories.all.map((session) => new CheckOutControl(session, modifiedFiles, versions));
        disposables.addAll(...controls);
    };
    const update = (files: readonly { readonly session: RepositorySession }[]): void => {
        const changed = new Set(files.map(({ session }) => session));
        for (const control of controls) if (changed.has(control.session)) control.update();
    };
    context.subscriptions.push(
        disposables,
        repositories.onDidReopen(reopen),
        repositories.onDidChange(({ session, change }) => {
            if (change.files.size > 0 || change.state) update([{ session }]);
        }),
        modifiedFiles.onDidChange(update),
        versions.onDidKeep(update),
    );
}
