import * as vscode from 'vscode';
import { nameOf } from '../core/base/repositoryPath';
import { plainLine } from '../core/base/plainText';
import type { StaleProgram, StalePrograms } from '../model/stalePrograms';

/** How a row or a problem says that a program is stale: "posted 2 days before the last change of 4801247.mcam". */
export function staleLine({ part, before }: StaleProgram): string {
    return `posted ${before} before the last change of ${plainLine(nameOf(part))}`;
}

/** Puts the stale programs into the Problems panel, and keeps them true. */
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
        `${line.charAt(0).toUpperCase()}${line.slice(1)}. Post it again, or make sure that the change does not matter here.`,
        vscode.DiagnosticSeverity.Warning,
    );
    problem.source = 'CNC Checkout';
    problem.code = 'stale program';
    return problem;
}
