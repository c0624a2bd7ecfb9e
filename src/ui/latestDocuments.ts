import * as vscode from 'vscode';
import { plainLine } from '../core/base/plainText';
import { nameOf } from '../core/base/repositoryPath';
import { parseTimestamp } from '../core/base/time';
import type { Repositories } from '../model/repositories';

/** The URI scheme of revisions that a file is compared with. */
export const REVISION_SCHEME = 'cnc-checkout-revision';

interface Query {
    readonly number: number;
    readonly shown: 'text' | 'details';
}

/** The URI under which VS Code shows a revision of a file: its text, or its size, time and hash. */
export function revisionUri(file: vscode.Uri, number: number, shown: Query['shown']): vscode.Uri {
    return file.with({ scheme: REVISION_SCHEME, query: JSON.stringify({ number, shown }) });
}

/** Gives VS Code the text of revisions; of binary files their size, time and hash. */
export function registerLatestDocuments(repositories: Repositories): vscode.Disposable {
    return vscode.workspace.registerTextDocumentContentProvider(REVISION_SCHEME, {
        async provideTextDocumentContent(uri) {
            const { number, shown } = JSON.parse(uri.query) as Query;
            const file = uri.with({ scheme: 'file', query: '' });
            const found = repositories.find(file);
            if (found === undefined) return '';
            const { revisions } = found.session.repository;
            if (shown === 'details') {
                const { record } = await revisions.find(found.path, number);
                const time = parseTimestamp(record?.modified ?? '');
                return [
                    plainLine(nameOf(found.path)),
                    '',
                    `Size:         ${(record?.size ?? 0).toLocaleString()} bytes`,
                    `Last change:  ${time === undefined ? '' : new Date(time).toLocaleString()}`,
                    'SHA-256:',
                    ...((record?.sha256 ?? '').match(/.{1,32}/g) ?? []),
                    '',
                ].join('\n');
            }
            const bytes = await revisions.read(found.path, number);
            const open = vscode.workspace.textDocuments.find((one) => one.uri.toString() === file.toString());
            if (open === undefined) return vscode.workspace.decode(bytes, { uri: file });
            return vscode.workspace.decode(bytes, { encoding: open.encoding });
        },
    });
}
