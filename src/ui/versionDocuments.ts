import * as vscode from 'vscode';
import { hashOfFile } from '../core/revisions/contentStore';
import type { FileTimes } from '../core/disk/fileState';
import { readRegular } from '../core/disk/regularFile';
import { isSystemError } from '../core/base/errors';
import { nameOf } from '../core/base/repositoryPath';
import type { CheckOutVersions } from '../model/checkOutVersions';
import { plainLine } from '../core/base/plainText';
import type { Repositories, RepositoryResource } from '../model/repositories';

/** The URI scheme of versions at check-out. */
export const VERSION_SCHEME = 'cnc-checkout-version';

const TOO_LARGE = 'not recorded: the file was too large to read at check-out';

/** What a document of this scheme shows: the text of a file at check-out, or its details at check-out or now. */
type Shown = 'text' | 'details then' | 'details now';

/** The URI under which VS Code shows a file as it was at check-out. @param timestamp the time in its lock */
export function versionUri(file: vscode.Uri, timestamp: string, shown: Shown = 'text'): vscode.Uri {
    return file.with({ scheme: VERSION_SCHEME, query: JSON.stringify({ timestamp, shown }) });
}

/** Gives VS Code the text of files at check-out; for binary files their size, time and hash. */
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

    /** Has VS Code load a document again that it may have in memory. */
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
            return `${plainLine(nameOf(resource.path))}\n\nThe file is missing or cannot be reached.\n`;
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

/** A hash on two lines, so that two of them fit side by side. */
function inTwo(sha256: string): string {
    const half = sha256.length / 2;
    return `${sha256.slice(0, half)}\n${sha256.slice(half)}`;
}

/** Decodes a copy as the file itself is open, so that equal bytes are equal text. */
async function textOf(copy: string, file: vscode.Uri): Promise<string> {
    const bytes = await readRegular(copy, Infinity);
    const open = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === file.toString());
    if (open === undefined) return vscode.workspace.decode(bytes, { uri: file });
    return vscode.workspace.decode(bytes, { encoding: open.encoding });
}
