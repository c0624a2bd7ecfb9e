import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { start } from '../support/processes';
import { root } from '../support/root';
import { type Counts, resultsVariable } from '../support/runSuites';
import { stillness } from './stillness';
import type { WindowsNode } from './windowsNode';

/**
 * Runs a script under the Windows build of Node to its end. What it prints goes to a file, since Wine takes the pipes of
 * this Node for something else, and is shown at its end.
 * @param name for the sentence that says what went wrong
 */
export async function runOnWindows(node: WindowsNode, name: string, args: readonly string[]): Promise<Counts> {
    const folder = mkdtempSync(join(tmpdir(), 'cnc-windows-'));
    const [output, results] = [join(folder, 'output'), join(folder, 'results.json')];
    const [command = '', ...first] = node.program;
    const handle = openSync(output, 'w');
    try {
        const child = start(command, [...first, ...args], {
            cwd: root,
            env: { ...process.env, ...node.environment, [resultsVariable]: results },
            stdio: ['ignore', handle, handle],
        });
        const over = new AbortController();
        const ended = once(child, 'close') as Promise<[number | null]>;
        const isStill = stillness(child.pid!, output, over.signal).then(() => child.kill('SIGKILL'));
        const [code] = await ended;
        over.abort();
        const text = readFileSync(output, 'utf8');
        process.stdout.write(text);
        if (code === null && (await isStill)) throw new Error(`${name} stood still after: ${lastLineOf(text)}`);
        return readCounts(results) ?? failed(`${name} ended without a result, with exit code ${code}.`);
    } catch (error) {
        return failed(error instanceof Error ? error.message : String(error));
    } finally {
        closeSync(handle);
        rmSync(folder, { recursive: true, force: true });
    }
}

function readCounts(file: string): Counts | undefined {
    try {
        return JSON.parse(readFileSync(file, 'utf8')) as Counts;
    } catch {
        return undefined;
    }
}

/** A failure of what should have run, so that the others go on. */
export function failed(message: string): Counts {
    console.error(message);
    return { passed: 0, failed: 1, failures: [message], skipped: [] };
}

function lastLineOf(text: string): string {
    return text.trimEnd().split('\n').at(-1) ?? '';
}
