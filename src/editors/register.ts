// editors: edit protection, which keeps people from unknowingly changing files that they have not checked out.

import * as vscode from 'vscode';
import { editorCommandIds } from '../commandIds';
import type { Repositories } from '../model/repositories';
import type { CheckOutVersions } from '../model/checkOutVersions';
import type { UserNames } from '../model/userNames';
import { Deletions } from './deletions';
import { FirstChange } from './firstChange';
import { HiddenEdits } from './hiddenEdits';
import { HolderLens } from './holderLens';
import { LocksFileEdits } from './locksFileEdits';
import { NewFiles } from './newFiles';
import { ProtectionMessage } from './protectionMessage';
import { ReadOnlyEditors } from './readOnlyEditors';
import { Renames } from './renames';
import { SaveGuard } from './saveGuard';
import { SkippedEdits } from './skippedEdits';
import { UnsavedEdits } from './unsavedEdits';
import { WriteableCommand } from './writeableCommand';

export function registerProtection(
    context: vscode.ExtensionContext,
    repositories: Repositories,
    versions: CheckOutVersions,
    names: UserNames,
    log: vscode.LogOutputChannel,
): ReadOnlyEditors {
    const editors = new ReadOnlyEditors(repositories);
    const firstChange = new FirstChange(repositories);
    const hiddenEdits = new HiddenEdits(repositories);
    const message = new ProtectionMessage(repositories);
    context.subscriptions.push(
        editors,
        firstChange,
        hiddenEdits,
        new UnsavedEdits(repositories),
        new Renames(repositories, versions, log),
        new Deletions(repositories, versions, log),
        new NewFiles(repositories, versions, names, log),
        new LocksFileEdits(repositories),
        new SkippedEdits(repositories),
        new SaveGuard(repositories, firstChange, hiddenEdits, log),
        new WriteableCommand(editors, message, log),
        new HolderLens(repositories),
        vscode.commands.registerCommand(editorCommandIds.explainProtection, (uri: unknown) => message.explain(uri)),
    );
    return editors;
}
