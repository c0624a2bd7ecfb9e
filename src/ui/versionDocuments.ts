import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { hashOfFile, type FileTimes } from '../core/revisions/contentStore';
import { isSystemError } from '../core/base/errors';
import { nameOf } from '../core/base/repositoryPath';
import type { CheckOutVersions } from '../model/checkOutVersions';
import { plainLine } from '../core/base/plainText';
import type { Repositories, RepositoryResource } from '../model/repositories';

/** The scheme of the resources that this gives the text of. */
export const VERSION_SCHEME = 'cnc-checkout-version';

const TOO_LARGE = 'not known: the file was too large to be read at its check-out';

/** What a document of this scheme shows: the text of a file at its check-out, or what can be said of it then or now. */
type Shown = 'text' | 'details then' | 'details now';

/** The resource under which VS Code shows how a file was at its check-out. @param timestamp the time in its lock */
export function versionUri(file: vscode.Uri, timestamp: string, shown: Shown = 'text'): vscode.Uri {
    return file.with({ scheme: VERSION_SCHEME, query: JSON.stringify({ timestamp, shown }) });
}

/** Gives VS Code the text of versions at check-out, and for what is no text its size, time and hash. */
export class VersionDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
    private readonly emitter = new vscode.EventEmitter<vscode.Uri>();
    readonly onDidChange = this.emitter.event;

    constructor(
        private readonly repositories: Repositories,
        private readonly versions: CheckOutVersions,
    ) {}

    dispose(): void {
        this.emitter.dispose();
    }

    /** Has VS Code ask again for a document that it may have in memory. */
    refresh(uri: vscode.Uri): void {
        this.emitter.fire(uri);
    }

    async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
        const { timestamp, shown } = JSON.parse(uri.query) as { timestamp: string; shown: Shown };
        const file = uri.with({ scheme: 'file', query: '' });
        const resource = this.repositories.find(file);
        if (resource === undefined) return '';
        if (shown === 'details now') return this.detailsNow(resource, file.fsPath);
        const version = await this.versions.versionAt(resource, timestamp);
        if (version === undefined) return '';
        if (shown === 'details then') return details(resource, version, version.sha256);
        return version.copy === undefined ? '' : textOf(version.copy, file);
    }

    private async detailsNow(resource: RepositoryResource, diskPath: string): Promise<string> {
        try {
            const { size, mtime: mtimeMs } = await vscode.workspace.fs.stat(vscode.Uri.file(diskPath));
            return details(resource, { size, mtimeMs }, await hashOfFile(diskPath));
        } catch (error) {
            if (!isSystemError(error) && !(error instanceof vscode.FileSystemError)) throw error;
            return `${plainLine(nameOf(resource.path))}\n\nThe file is not there now, or out of reach.\n`;
        }
    }
}

function details({ path }: RepositoryResource, { size, mtimeMs }: FileTimes, sha256: string | undefined): string {
    return [
        plainLine(nameOf(path)),
        '',
        `Size:         ${size.toLocaleString()} bytes`,
        `Last change:  ${new Date(mtimeMs).toLocaleString()}`,
        'SHA-256:',
        sha256 === undefined ? TOO_LARGE : inTwo(sha256),
        '',
    ].join('\n');
}

/** A hash in two lines, which have room side by side. */
function inTwo(sha256: string): string {
    const half = sha256.length / 2;
    return `${sha256.slice(0, half)}\n${sha256.slice(half)}`;
}

/** The text in the encoding in which the file itself is open, so that the same bytes are the same text. */
async function textOf(copy: string, file: vscode.Uri): Promise<string> {
    const bytes = await readFile(copy);
    const open = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === file.toString());
    if (open === undefined) return vscode.workspace.decode(bytes, { uri: file });
    return vscode.workspace.decode(bytes, { encoding: open.encoding });
}
