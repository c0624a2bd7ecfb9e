import * as vscode from 'vscode';
import { commandIds } from '../commandIds';
import type { GuardedFile } from '../model/protection';
import type { Repositories } from '../model/repositories';
import type { Action } from '../ui/messages';
import { ownershipActions } from './namesakes';

/** Buttons that help when a file is not checked out by the user. */
export function suggestedActions(repositories: Repositories, file: GuardedFile): Action[] {
    const { session, path, holder, lock } = file;
    const uri = session.uriOf(path);
    if (holder === 'me') return [];
    if (holder === 'namesake') return ownershipActions(repositories, file);
    if (holder === 'others') {
        return [{ title: 'Copy Lock Details', command: commandIds.copyLockDetails, arguments: [uri] }];
    }
    if (!vscode.workspace.isTrusted) return [{ title: 'Manage Workspace Trust', command: 'workbench.trust.manage' }];
    if (session.repository.state.kind === 'ready' && lock === undefined) {
        return [{ title: 'Check Out…', command: commandIds.checkOut, arguments: [uri] }];
    }
    return [{ title: 'Retry', command: commandIds.refresh }];
}
