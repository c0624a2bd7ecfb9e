import * as vscode from 'vscode';
import { logLine } from '../core/base/escape';

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const;

/** The log of the extension. */
export function createLog(): vscode.LogOutputChannel {
    return escapingLog(vscode.window.createOutputChannel('CNC Checkout', { log: true }));
}

/** A log that escapes what it is given, so that no caller has to think of it: an entry is one line, a stack several. */
export function escapingLog(channel: vscode.LogOutputChannel): vscode.LogOutputChannel {
    const escaping = LEVELS.map((level) => {
        const value = (entry: string | Error): void => {
            if (typeof entry === 'string') channel[level](logLine(entry));
            else for (const line of (entry.stack ?? entry.message).split('\n')) channel[level](logLine(line));
        };
        return [level, { value }];
    });
    return Object.create(channel, Object.fromEntries(escaping) as PropertyDescriptorMap) as vscode.LogOutputChannel;
}
