import type { ChildProcess, StdioOptions } from 'node:child_process';
import { start } from '../support/processes';
import type { ClockBounds } from './history';

/** A process that was started, and what its clock means in ours, unless it is the same. */
export interface Launched {
    readonly child: ChildProcess;
    readonly clock?: ClockBounds | undefined;
}

/**
 * Starts a compiled script under Node.
 * @param folder the shop's folder as the script has it
 * @param ends what is wanted of it: messages to and from it, or what it prints
 */
export type Launch = (
    folder: string,
    script: string,
    args: readonly string[],
    env: NodeJS.ProcessEnv,
    ends?: 'messages' | 'output',
) => Launched;

const stdio: Readonly<Record<'messages' | 'output', StdioOptions>> = {
    messages: ['ignore', 'inherit', 'inherit', 'ipc'],
    output: ['ignore', 'pipe', 'pipe'],
};

/** Under the Node of this computer. */
export const launchHere: Launch = (_, script, args, env, ends = 'messages') => ({
    child: start(process.execPath, [script, ...args], { stdio: stdio[ends], env }),
});
