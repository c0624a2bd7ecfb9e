import * as vscode from 'vscode';
import { folderForPrograms, writeScript } from '../model/commandLineScripts';
import { showMessage } from '../ui/messages';
import type { CommandContext } from './shared/commandContext';

/** Install Command Line: puts `cnc-checkout` where every console of this user finds it. */
export async function installCommandLine({ commandLine }: CommandContext): Promise<void> {
    const script = await commandLine.script;
    const target = folderForPrograms(process.env);
    const { folder } = commandLine;
    if (target === undefined) {
        const text = `The command line is in ${folder}. Add that folder to the PATH of your account, and every console finds cnc-checkout. VS Code’s terminals find it already.`;
        const copy = { title: 'Copy Path', run: () => vscode.env.clipboard.writeText(folder) };
        return showMessage('info', text, [copy]);
    }
    const installed = await writeScript(target, { script, environment: process.env });
    showMessage('info', `Installed ${installed}. Open a new console, and type: cnc-checkout help`);
}
