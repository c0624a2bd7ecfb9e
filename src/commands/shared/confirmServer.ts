import * as vscode from 'vscode';
import { plainLine, plainName } from '../../core/base/plainText';
import type { ServerAddress } from '../../core/server/serverAddress';

/** A server that a settings file or a note names. */
interface NamedServer {
    readonly name: string;
    readonly address: ServerAddress;
    readonly namedBy: string;
    readonly caFile: string | undefined;
}

/** Asks whether a name and a password may go to a server that this VS Code has not used before. */
export async function confirmServer({ name, address, namedBy, caFile }: NamedServer): Promise<boolean> {
    const yes = 'Use This Server';
    const { hosts, database, repository } = address;
    const answer = await vscode.window.showWarningMessage(
        `Use the lock server ${name}?`,
        {
            modal: true,
            detail: [
                `It is named by ${plainLine(namedBy)}, and new to this VS Code.`,
                '',
                `${hosts.length === 1 ? 'Host' : 'Hosts'}: ${name}`,
                `Database: ${plainName(database)}`,
                `Repository: ${plainName(repository)}`,
                ...(caFile === undefined ? [] : [`Certificates that it is verified with: ${plainLine(caFile)}`]),
                '',
                'Your name and password will be sent to it. Use it only if your shop’s IT runs or rents it.',
            ].join('\n'),
        },
        yes,
    );
    return answer === yes;
}
