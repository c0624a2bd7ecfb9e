import type { Finding, Verdict } from '../core/repository/finding';
import { plainLine } from '../core/base/plainText';
import { withProgress } from '../ui/progress';
import type { CommandContext } from './shared/commandContext';
import { pickRepository } from './shared/pickRepository';

/** The worst first. */
const HEADINGS: readonly (readonly [Verdict, string])[] = [
    ['problem', 'Problems'],
    ['notice', 'Worth a look'],
    ['unknown', 'Could not be found out'],
    ['fine', 'Fine'],
];

/** Diagnose Repository: shows as a text what could keep people from working with it, what that means and what to do. */
export async function diagnoseRepository(context: CommandContext, ...args: unknown[]): Promise<void> {
    const { repositories, versions, versionDocuments } = context;
    const session = await pickRepository(repositories, args, 'Select the repository to look at');
    if (session === undefined) return;
    const name = plainLine(session.name);
    const findings = await withProgress(`Examining ${name}`, () => session.repository.diagnose(versions.folder));
    await versionDocuments.showText(`Diagnosis of ${name}`, reportOf(findings));
}

function reportOf(findings: readonly Finding[]): string {
    const parts = HEADINGS.flatMap(([verdict, heading]) => {
        const some = findings.filter((finding) => finding.verdict === verdict);
        return some.length === 0 ? [] : [[heading, ...some.flatMap(linesOf)].join('\n')];
    });
    return `${parts.join('\n\n')}\n`;
}

function linesOf({ text, means, advice }: Finding): string[] {
    const more = [means, advice].filter((line) => line !== undefined);
    return [`- ${plainLine(text)}`, ...more.map((line) => `  ${plainLine(line)}`)];
}
