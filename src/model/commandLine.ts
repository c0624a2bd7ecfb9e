import * as path from 'node:path';
import type * as vscode from 'vscode';
import { describeError } from '../core/base/errors';
import { writeScript } from './commandLineScripts';

/** The command line in VS Code's own terminals, where it is simply there, and for the consoles of this computer. */
export class CommandLine {
    /** Absolute path of a folder whose path has no version in it. */
    readonly folder: string;
    /** Settles with the absolute path of the script once that is written; rejects with the system error. */
    readonly script: Promise<string>;

    constructor(context: vscode.ExtensionContext, log: vscode.LogOutputChannel) {
        this.folder = path.join(context.globalStorageUri.fsPath, 'bin');
        const terminals = context.environmentVariableCollection;
        terminals.description = 'Adds the command cnc-checkout to the path.';
        terminals.prepend('PATH', this.folder + path.delimiter);
        const cli = context.asAbsolutePath(path.join('dist', 'cli.js'));
        const runtime = { program: process.execPath, cli, environment: process.env };
        this.script = new Promise((resolve) => setImmediate(resolve)).then(() => writeScript(this.folder, runtime));
        this.script.catch((error: unknown) => {
            log.warn(`The command line could not be prepared for terminals: ${describeError(error)}`);
        });
    }
}
