import * as vscode from 'vscode';
import type { ChangedFile, ChangedOutside } from '../model/changedOutside';
import { capitalised, outsideLine } from '../core/repository/outsideText';
import { onDidAge } from '../ui/ageTicker';

/** Lists the files that were changed outside in the Problems panel. */
export function registerOutsideProblems(context: vscode.ExtensionContext, changedOutside: ChangedOutside): void {
    const problems = vscode.languages.createDiagnosticCollection('cncCheckout.outside');
    const show = (): void => {
        problems.clear();
        const now = Date.now();
        problems.set(changedOutside.all.map((file) => [file.session.uriOf(file.path), [problemOf(file, now)]]));
    };
    context.subscriptions.push(
        problems,
        changedOutside.onDidChange(show),
        onDidAge((hasAged) => changedOutside.all.some(({ latest }) => hasAged(latest.time)) && show()),
    );
}

function problemOf(file: ChangedFile, now: number): vscode.Diagnostic {
    const { Information, Warning } = vscode.DiagnosticSeverity;
    const problem = new vscode.Diagnostic(
        new vscode.Range(0, 0, 0, Number.MAX_SAFE_INTEGER),
        `${capitalised(outsideLine(file, now))}. Check it out to compare the two, and to keep what is in it now.`,
        file.older === undefined ? Warning : Information,
    );
    problem.source = 'CNC Checkout';
    return problem;
}
