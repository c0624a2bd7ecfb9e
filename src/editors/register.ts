import * as vscode from 'vscode';
import type { Repositories } from '../host/repositories';
import { ProtectionMessage } from './protectionMessage';
import { ReadOnlyEditors } from './readOnlyEditors';

/** Keeps people from changing, without noticing, what they have not checked out. */
export function registerProtection(context: vscode.ExtensionContext, repositories: Repositories): ReadOnlyEditors {
    const editors = new ReadOnlyEditors(repositories);
    const message = new ProtectionMessage(repositories, editors);
    context.subscriptions.push(
        editors,
        editors.onDidSettle(() => message.forget()),
        vscode.commands.registerCommand('cncCheckout.explainProtection', () => message.explain()),
        vscode.commands.registerCommand('cncCheckout.typedInProtected', () => message.typed()),
    );
    return editors;
}
