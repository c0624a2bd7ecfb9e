import type { Finding, Verdict } from '../core/repository/finding';
import type { Repository } from '../core/repository/repository';
import type { Work } from './invocation';
import { versionsFolder } from './privateFolder';
import { type Paint, painterOf, type Streams, writeJson, writeLines } from './output';
import { terminalLine } from '../core/base/escape';

const styles: Readonly<Record<Verdict, Parameters<Paint>[0]>> = {
    fine: 'green',
    notice: 'yellow',
    problem: 'red',
    unknown: 'yellow',
};
const WIDTH = 9;

/**
 * Says what could keep people from working with a repository, and what to do about it.
 * @returns whether there is no problem
 */
export async function doctor(repository: Repository, { format }: Work, { stdout }: Streams): Promise<boolean> {
    const findings = await repository.diagnose(versionsFolder());
    if (format === 'json') writeJson(stdout, findings);
    else writeLines(stdout, findings.flatMap(linesOf(painterOf(stdout))));
    return findings.every(({ verdict }) => verdict !== 'problem');
}

function linesOf(paint: Paint): (finding: Finding) => string[] {
    return ({ verdict, text, means, advice }) => {
        const indent = ' '.repeat(WIDTH);
        const more = [means, advice].filter((line) => line !== undefined).map((line) => indent + terminalLine(line));
        return [paint(styles[verdict], verdict) + ' '.repeat(WIDTH - verdict.length) + terminalLine(text), ...more];
    };
}
