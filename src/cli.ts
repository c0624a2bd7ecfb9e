#!/usr/bin/env node
// cli: the command line, which needs core only. What only some commands need is imported when one of them runs.

import * as path from 'node:path';
import { readInvocation, UsageError, type Work } from './cli/invocation';
import { OutputFailure, type Streams, writeLine } from './cli/output';
import type { OutputFile } from './cli/outputFile';
import { CheckoutError, describeError, isSystemError, systemCode } from './core/base/errors';
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
 * @returns the exit code, see the help; errors were written to stderr
 */
export async function main(args: readonly string[], surroundings: Surroundings): Promise<number> {
    try {
        return await carryOut(args, surroundings);
    } catch (error) {
        writeLine(surroundings.stderr, await explain(error));
        return COULD_NOT_RUN;
    }
}

async function carryOut(args: readonly string[], surroundings: Surroundings): Promise<number> {
    const invocation = readInvocation(args);
    if (invocation.command === 'help') {
        const { helpOf, helpText } = await import('./cli/help.js');
        surroundings.stdout.write(invocation.of === undefined ? helpText() : helpOf(invocation.of));
        return DONE;
    }
    if (invocation.command === 'completion') {
        const { completionFor } = await import('./cli/completion.js');
        surroundings.stdout.write(completionFor(invocation.shell));
        return DONE;
    }
    if (invocation.command === 'version') {
        writeLine(surroundings.stdout, CNC_CHECKOUT_VERSION);
        return DONE;
    }
    const currentFolder = surroundings.currentFolder();
    if (invocation.command === 'server') {
        const { server } = await import('./cli/server.js');
        return (await server(invocation, currentFolder, surroundings)) ? DONE : REFUSED;
    }
    const { openRepository } = await import('./cli/openRepository.js');
    const { repository, locksFile } = await openRepository(invocation, currentFolder, surroundings);
    if (invocation.command === 'list' || invocation.command === 'history') {
        const output = await openOutput(invocation, currentFolder, repository, locksFile);
        const streams = output === undefined ? surroundings : { ...surroundings, stdout: output.stream };
        if (invocation.command === 'list') {
            const { list } = await import('./cli/list.js');
            await list(repository, invocation, streams);
        } else {
            const { history } = await import('./cli/history.js');
            await history(repository, invocation, currentFolder, streams);
        }
        await output?.finish();
        return DONE;
    }
    const isFine = await carryOutOn(repository, invocation, { ...surroundings, currentFolder, locksFile });
    return isFine ? DONE : REFUSED;
}

/** @returns whether nothing was refused, is different or damaged */
async function carryOutOn(
    repository: Repository,
    work: Work,
    { currentFolder, locksFile, ...streams }: Streams & { currentFolder: string | undefined; locksFile: string },
): Promise<boolean> {
    switch (work.command) {
        case 'revisions':
            await (await import('./cli/revisions.js')).revisions(repository, work, currentFolder, streams);
            return true;
        case 'show': {
            const output = await openOutput(work, currentFolder, repository, locksFile);
            await (await import('./cli/show.js')).show(repository, work, currentFolder, streams, output);
            return true;
        }
        case 'compare':
            return (await import('./cli/compare.js')).compare(repository, work, currentFolder, streams);
        case 'restore':
            return (await import('./cli/restore.js')).restore(repository, work, currentFolder, streams);
        case 'undo':
            return (await import('./cli/undo.js')).undo(repository, work, currentFolder, streams);
        case 'label':
            await (await import('./cli/label.js')).label(repository, work, currentFolder, streams);
            return true;
        case 'watch':
            await (await import('./cli/watch.js')).watch(repository, work, currentFolder, streams);
            return true;
        case 'verify':
            return (await import('./cli/verify.js')).verify(repository, work, streams);
        case 'doctor':
            return (await import('./cli/doctor.js')).doctor(repository, work, streams);
        case 'tidy':
            await (await import('./cli/tidy.js')).tidy(repository, work, streams);
            return true;
        default:
            return (await import('./cli/change.js')).change(repository, work, currentFolder, streams);
    }
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

async function explain(error: unknown): Promise<string> {
    if (error instanceof UsageError) {
        const { suggestionFor } = await import('./cli/suggestion.js');
        return `${error.message} ${suggestionFor(error) ?? 'See cnc-checkout --help.'}`;
    }
    if (error instanceof CheckoutError || error instanceof OutputFailure) return error.message;
    if (!isSystemError(error)) return `Unexpected error: ${describeError(error)}.`;
    const { describeIoError } = await import('./core/disk/ioErrors.js');
    return describeIoError(error);
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
