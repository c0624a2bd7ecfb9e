import * as vscode from 'vscode';
import { nameOf } from '../../core/base/repositoryPath';
import type { Outcome } from '../../core/locks/rules';
import { withoutIcons } from '../../ui/textSafety';
import { plainLine } from '../../core/base/plainText';
import { reportRefusals, type Action } from '../../ui/messages';

/** How long a message stays in the status bar. */
export const STATUS_MESSAGE_MS = 4000;

/** "4801247.vnc", or "3 files". */
export function describe(paths: readonly string[]): string {
    return paths.length === 1 ? plainLine(nameOf(paths[0] ?? '')) : `${paths.length} files`;
}

/**
 * Says in the status bar what was done, and reports what was refused.
 * @param did "Checked in", say
 * @param otherwise what a person can do instead where files went together
 */
export function reportOutcomes(
    did: string,
    outcomes: readonly Outcome[],
    log: vscode.LogOutputChannel,
    otherwise: readonly Action[] = [],
): void {
    const done = outcomes.filter(({ refusal }) => refusal === undefined).map(({ path }) => path);
    if (done.length > 0) vscode.window.setStatusBarMessage(withoutIcons(`${did} ${describe(done)}`), STATUS_MESSAGE_MS);
    reportRefusals(outcomes, log, otherwise);
}
