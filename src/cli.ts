#!/usr/bin/env node
// cli: the command line, which needs core only.

import * as os from 'node:os';
import * as path from 'node:path';
import { change } from './cli/change';
import { history } from './cli/history';
import { helpText, readInvocation, UsageError, type Work } from './cli/invocation';
import { list } from './cli/list';
import { type Streams, writeLine } from './cli/output';
import { CheckoutError, describeError, rethrowUnlessSystemError, systemCode } from './core/base/errors';
import { defaultExtensions, locateRepository } from './core/repository/locateRepository';
import { LocksFile } from './core/locks/locksFile';
import { FileLockStore } from './core/locks/fileLockStore';
import { Repository } from './core/repository/repository';

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
    const repository = await openRepository(invocation, currentFolder, surroundings);
    if (invocation.command === 'list') {
        await list(repository, invocation.format === 'json', surroundings);
        return DONE;
    }
    if (invocation.command === 'history') {
        await history(repository, invocation, currentFolder, surroundings);
        return DONE;
    }
    return (await change(repository, invocation, currentFolder, surroundings)) ? DONE : REFUSED;
}

async function openRepository(work: Work, currentFolder: string | undefined, { stderr }: Streams): Promise<Repository> {
    // Reading needs no name, and a service account may have none.
    const user = work.user ?? (work.command === 'list' || work.command === 'history' ? '' : accountName());
    const owner = { user, host: os.hostname() };
    const root = work.root ?? '.';
    if (currentFolder === undefined && !path.isAbsolute(root)) {
        throw new UsageError('The current folder no longer exists. Give --root as a full path.');
    }
    const extensions = defaultExtensions;
    const { repository, locksFile } = await locateRepository({
        root: currentFolder === undefined ? root : path.resolve(currentFolder, root),
        repository: work.repository,
        locksFile: work.locks,
        extensions,
    });
    const file = new LocksFile(locksFile, { owner, timeout: work.timeout }, (warning) => {
        writeLine(stderr, warning);
    });
    const { keepsRevisions } = work;
    return new Repository({ root: repository, extensions, ...owner, keepsRevisions }, new FileLockStore(file));
}

function readCurrentFolder(): string | undefined {
    try {
        return process.cwd();
    } catch (error) {
        if (systemCode(error) === 'ENOENT') return undefined;
        throw error;
    }
}

function accountName(): string {
    try {
        return os.userInfo().username;
    } catch (error) {
        // Containers and services may have an account without an entry in the user database.
        rethrowUnlessSystemError(error);
        throw new UsageError('This account has no name on this computer. Give one with --user.');
    }
}

function explain(error: unknown): string {
    if (error instanceof UsageError) return `${error.message} See cnc-checkout --help.`;
    if (error instanceof CheckoutError) return error.message;
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
