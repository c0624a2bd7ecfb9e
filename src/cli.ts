#!/usr/bin/env node
// cli: the command line, which needs core only. What only some commands need is imported when one of them runs.

import * as path from 'node:path';
import { helpText, readInvocation, UsageError, type Work } from './cli/invocation';
import { OutputFailure, type Streams, writeLine } from './cli/output';
import type { OutputFile } from './cli/outputFile';
import { CheckoutError, describeError, systemCode } from './core/base/errors';
import type { Repository } from './core/repository/repository';

/** The version in package.json; the bundler fills it in. */
declare const CNC_CHECKOUT_VERSION: string;

const DONE = 0;
const REFUSED = 1;
const COULD_NOT_RUN = 2;

/** The streams and the current folder of the process, or of a test. */
export interface Surroundings extends Streams {
    /** Absolute path; undefined when it no longer exists: a scheduler may start programs anywhere. */
    readonly currentFolder: () => string | undefined;
}

/**
 * Carries out one command.
 * @param args the arguments after the name of the program
 * @returns the exit code, see `helpText`; errors were written to stderr
 */
export async function main(args: readonly string[], surroundings: Surroundings): Promise<number> {
    try {
        return await carryOut(args, surroundings);
    } catch (error) {
        writeLine(surroundings.stderr, explain(error));
        return COULD_NOT_RUN;
    }
}

async function carryOut(args: readonly string[], surroundings: Surroundings): Promise<number> {
    const invocation = readInvocation(args);
    if (invocation.command === 'help') {
        surroundings.stdout.write(helpText);
        return DONE;
    }
    if (invocation.command === 'version') {
        writeLine(surroundings.stdout, CNC_CHECKOUT_VERSION);
        return DONE;
    }
    const currentFolder = surroundings.currentFolder();
    const { openRepository } = await import('./cli/openRepository.js');
    const { repository, locksFile } = await openRepository(invocation, currentFolder, surroundings);
    if (invocation.command === 'list' || invocation.command === 'history') {
        const output = await openOutput(invocation, currentFolder, repository, locksFile);
        const streams = output === undefined ? surroundings : { ...surroundings, stdout: output.stream };
        if (invocation.command === 'list') {
            const { list } = await import('./cli/list.js');
            await list(repository, invocation.format === 'json', streams);
        } else {
            const { history } = await import('./cli/history.js');
            await history(repository, invocation, currentFolder, streams);
        }
        await output?.finish();
        return DONE;
    }
    const { change } = await import('./cli/change.js');
    return (await change(repository, invocation, currentFolder, surroundings)) ? DONE : REFUSED;
}

async function openOutput(
    { output, overwrite }: Work,
    currentFolder: string | undefined,
    { options: { root, extensions } }: Repository,
    locksFile: string,
): Promise<OutputFile | undefined> {
    if (output === undefined) return undefined;
    const { OutputFile } = await import('./cli/outputFile.js');
    const file = currentFolder === undefined ? output : path.resolve(currentFolder, output);
    return OutputFile.open(file, overwrite, { repository: root, extensions, locksFile });
}

function readCurrentFolder(): string | undefined {
    try {
        return process.cwd();
    } catch (error) {
        if (systemCode(error) === 'ENOENT') return undefined;
        throw error;
    }
}

function explain(error: unknown): string {
    if (error instanceof UsageError) return `${error.message} See cnc-checkout --help.`;
    if (error instanceof CheckoutError || error instanceof OutputFailure) return error.message;
    return `Unexpected error: ${describeError(error)}.`;
}

function survive(stream: NodeJS.WriteStream): void {
    stream.on('error', (error) => {
        // The reader (`| head`) closed the pipe; the work is done.
        if (systemCode(error) === 'EPIPE') return;
        process.exitCode = COULD_NOT_RUN;
        if (stream !== process.stderr) writeLine(process.stderr, `The output could not be written: ${error.message}.`);
    });
}

if (require.main === module) {
    const { stdout, stderr } = process;
    survive(stdout);
    survive(stderr);
    void main(process.argv.slice(2), { stdout, stderr, currentFolder: readCurrentFolder }).then(
        (code) => (process.exitCode ??= code),
    );
}
