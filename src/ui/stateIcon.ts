import * as vscode from 'vscode';
import type { RepositoryFile } from '../core/repository/snapshot';

/**
 * The icon and colour of a file's state, in the tree and in every quick pick.
 * @param muted because the share is unreachable, so that the state may be out of date
 */
export function stateIcon(file: RepositoryFile, muted = false): vscode.ThemeIcon {
    if (muted && file.state !== 'available') {
        const icon = file.missing ? 'warning' : file.state === 'heldByMe' ? 'edit' : 'lock';
        return new vscode.ThemeIcon(icon, new vscode.ThemeColor('disabledForeground'));
    }
    if (file.missing) return new vscode.ThemeIcon('warning', new vscode.ThemeColor('cncCheckout.missingForeground'));
    if (file.state === 'heldByMe') {
        return new vscode.ThemeIcon('edit', new vscode.ThemeColor('cncCheckout.heldByMeForeground'));
    }
    if (file.state === 'heldByOthers') {
        return new vscode.ThemeIcon('lock', new vscode.ThemeColor('cncCheckout.heldByOthersForeground'));
    }
    return new vscode.ThemeIcon('file');
}
