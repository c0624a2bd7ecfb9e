import * as vscode from 'vscode';
import type { RepositoryFile } from '../core/repository/snapshot';

/** What is known of a file beside its lock, as far as it changes the icon. */
interface Marks {
    /** The share is unreachable, so that the state may be out of date. */
    readonly muted?: boolean;
    /** The user changed it since the check-out. */
    readonly modified?: boolean;
    /** It has been checked out for longer than the setting allows. */
    readonly old?: boolean;
}

/** The icon and colour of a file's state, in the trees and in every quick pick: each state has a shape of its own. */
export function stateIcon(file: RepositoryFile, marks: Marks = {}): vscode.ThemeIcon {
    const [icon, colour] = shapeOf(file, marks);
    const shown = marks.muted ? 'disabledForeground' : colour;
    return new vscode.ThemeIcon(icon, shown === undefined ? undefined : new vscode.ThemeColor(shown));
}

function shapeOf(file: RepositoryFile, { modified, old }: Marks): [icon: string, colour?: string] {
    if (file.state === 'available') return ['file'];
    if (file.missing) return ['circle-slash', 'cncCheckout.missingForeground'];
    if (file.state === 'heldByMe') {
        if (modified) return ['diff-modified', 'cncCheckout.modifiedForeground'];
        return [old ? 'watch' : 'edit', 'cncCheckout.heldByMeForeground'];
    }
    return [old ? 'watch' : 'lock', 'cncCheckout.heldByOthersForeground'];
}
