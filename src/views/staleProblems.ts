import * as vscode from 'vscode';
import { nameOf } from '../core/base/repositoryPath';
import { plainLine } from '../core/base/plainText';
import type { StaleProgram, StalePrograms } from '../model/stalePrograms';

/** Why a program is stale: "posted 2 days before 4801247.mcam was last changed". */
export function staleLine({ part, before }: StaleProgram): string {
    return `posted ${before} before ${plainLine(nameOf(part))} was last changed`;
}

/** Lists the stale programs in the Problems panel. */
export function registerStaleProblems(context: vscode.ExtensionContext, stalePrograms: StalePrograms): void {
    const problems = vscode.languages.createDiagnosticCollection('cncCheckout');
    context.subscriptions.push(
        problems,
        stalePrograms.onDidChange(() => {
            problems.clear();
            problems.set(stalePrograms.all.map((stale) => [stale.session.uriOf(stale.path), [problemOf(stale)]]));
        }),
    );
}

function problemOf(stale: StaleProgram): vscode.Diagnostic {
    const line = staleLine(stale);
    const problem = new vscode.Diagnostic(
        new vscode.Range(0, 0, 0, Number.MAX_SAFE_INTEGER),
        `${line.charAt(0).toUpperCase()}${line.slice(1)}. Post it again, or check that the change does not affect this program.`,
        vscode.DiagnosticSeverity.Warning,
    );
    problem.source = 'CNC Checkout';
    return problem;
}
