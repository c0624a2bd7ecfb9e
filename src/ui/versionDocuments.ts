import * as vscode from 'vscode';
import { hashOfFile } from '../core/revisions/contentStore';
import { isBinary } from '../core/disk/binaryFile';
import { readRegular } from '../core/disk/regularFile';
import { isSystemError } from '../core/base/errors';
import { nameOf } from '../core/base/repositoryPath';
import { parseTimestamp } from '../core/base/time';
import type { FileRevision } from '../core/repository/readableRevisions';
import type { CheckOutVersions } from '../model/checkOutVersions';
import { plainLine } from '../core/base/plainText';
import type { RevisionRow } from '../model/historyRows';
import type { Repositories, RepositoryResource } from '../model/repositories';
import { revisionDetails, revisionFacts, revisionFileName } from './revisionText';

/** The URI scheme of versions at check-out and of revisions. */
export const VERSION_SCHEME = 'cnc-checkout-version';

const TOO_LARGE = 'not recorded: the file was too large to read at check-out';

/** What a document of this scheme shows: the text of a file at check-out, or its details at check-out or now. */
type Shown = 'text' | 'details then' | 'details now';

/** The URI under which VS Code shows a file as it was at check-out. @param timestamp the time in its lock */
export function versionUri(file: vscode.Uri, timestamp: string, shown: Shown = 'text'): vscode.Uri {
    return file.with({ scheme: VERSION_SCHEME, query: JSON.stringify({ timestamp, shown }) });
}

/** The file of which a document of this scheme shows something; any other resource as it is. */
export function fileShownBy(uri: vscode.Uri): vscode.Uri {
    if (uri.scheme !== VERSION_SCHEME) return uri;
    const query = JSON.parse(uri.query) as object | RevisionQuery;
    return 'revision' in query ? vscode.Uri.file(query.file) : uri.with({ scheme: 'file', query: '' });
}

/** Under what a revision is shown. */
export interface ShownRevision {
    readonly uri: vscode.Uri;
    /** Whether it is shown as text, not its size, time and hash. */
    readonly isText: boolean;
}

/** What the URI of a revision says of it. The path of the URI has a name of its own, so that its tab tells it from the file. */
interface RevisionQuery {
    /** Path on disk of the file. */
    readonly file: string;
    readonly revision: number;
    readonly shown: 'text' | 'details';
}

/** A larger revision is not shown as text: VS Code would not, either. */
const LARGEST_TEXT = 50_000_000;

/** Gives VS Code the text of files at check-out and of revisions; for binary files their size, time and hash. */
export class VersionDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
    private readonly emitter = new vscode.EventEmitter<vscode.Uri>();
    readonly onDidChange = this.emitter.event;
    /** Revisions that were read, and are about to be shown. */
    private readonly prepared = new Map<string, Buffer>();
    /** Texts of no file, by their URIs. */
    private readonly texts = new Map<string, string>();

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

    /**
     * Reads a revision that is to be shown.
     * @param details whether its size, time and hash are to be shown, whatever it is; else a text is shown as such
     * @returns what it is shown under
     * @throws CheckoutError `revisionUnreadable`
     */
    async prepare(
        { session, path, revision, isBinary: isKnown }: RevisionRow,
        details = false,
    ): Promise<ShownRevision> {
        const { number, record, isGone } = revision;
        const uri = (shown: 'text' | 'details'): vscode.Uri => {
            const file = session.uriOf(path);
            const query: RevisionQuery = { file: file.fsPath, revision: number, shown };
            const name = revisionFileName(path, number);
            return vscode.Uri.joinPath(file, '..', name).with({ scheme: VERSION_SCHEME, query: JSON.stringify(query) });
        };
        const isLarge = (record?.size ?? 0) > LARGEST_TEXT;
        if (details || isGone || isKnown || isLarge) return { uri: uri('details'), isText: false };
        const bytes = await session.repository.revisions.read(path, number);
        if (isBinary(bytes)) return { uri: uri('details'), isText: false };
        const text = uri('text');
        // Of a document that VS Code has already, nobody asks for the text again.
        for (const old of [...this.prepared.keys()].slice(0, -1)) this.prepared.delete(old);
        this.prepared.set(text.toString(), bytes);
        return { uri: text, isText: true };
    }

    /** Shows a text that is of no file, read-only. @param title what its tab says */
    async showText(title: string, text: string): Promise<void> {
        const uri = vscode.Uri.from({ scheme: VERSION_SCHEME, path: `/${title}`, query: JSON.stringify({ title }) });
        this.texts.set(uri.toString(), text);
        this.refresh(uri);
        await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
    }

    async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
        const text = this.texts.get(uri.toString());
        if (text !== undefined) return text;
        const query = JSON.parse(uri.query) as { timestamp: string; shown: Shown } | RevisionQuery;
        if ('revision' in query) return this.revision(uri, query);
        const { timestamp, shown } = query;
        const file = fileShownBy(uri);
        const resource = this.repositories.find(file);
        if (resource === undefined) return '';
        if (shown === 'details now') return this.detailsNow(resource, file.fsPath);
        const version = await this.versions.versionAt(resource, timestamp);
        if (version === undefined) return '';
        if (shown === 'details then') return details(resource, version, version.sha256, ['The file as checked out']);
        return version.copy === undefined ? '' : textOf(await readRegular(version.copy, Infinity), file);
    }

    private async revision(uri: vscode.Uri, { file, revision: number, shown }: RevisionQuery): Promise<string> {
        const onDisk = vscode.Uri.file(file);
        const resource = this.repositories.find(onDisk);
        if (resource === undefined) return '';
        const { session, path } = resource;
        const { revisions } = session.repository;
        if (shown === 'details') return detailsOfRevision(resource, await revisions.find(path, number));
        const bytes = this.prepared.get(uri.toString()) ?? (await revisions.read(path, number));
        this.prepared.delete(uri.toString());
        return textOf(bytes, onDisk);
    }

    private async detailsNow(resource: RepositoryResource, diskPath: string): Promise<string> {
        try {
            const { size, mtime: mtimeMs } = await vscode.workspace.fs.stat(vscode.Uri.file(diskPath));
            return details(resource, { size, mtimeMs }, await hashOfFile(diskPath), ['The file as it is now']);
        } catch (error) {
            if (!isSystemError(error) && !(error instanceof vscode.FileSystemError)) throw error;
            return `${plainLine(nameOf(resource.path))}\n\nThe file is missing or cannot be reached.\n`;
        }
    }
}

function detailsOfRevision(resource: RepositoryResource, revision: FileRevision): string {
    const { record } = revision;
    if (record === undefined) return `${revisionDetails(resource.path, revision)}\n`;
    const { size, modified, sha256 } = record;
    return details(resource, { size, mtimeMs: parseTimestamp(modified) }, sha256, revisionFacts(revision));
}

/** What is in a file, line by line as in any other state of it, and then which state it is. */
function details(
    { path }: RepositoryResource,
    { size, mtimeMs }: { readonly size: number; readonly mtimeMs: number | undefined },
    sha256: string | undefined,
    state: readonly string[],
): string {
    return [
        plainLine(nameOf(path)),
        '',
        `Size:         ${size.toLocaleString()} bytes`,
        `Last change:  ${mtimeMs === undefined ? 'unknown' : new Date(mtimeMs).toLocaleString()}`,
        'SHA-256:',
        sha256 === undefined ? TOO_LARGE : inTwo(sha256),
        '',
        'This is:',
        ...state,
        '',
    ].join('\n');
}

/** A hash on two lines, so that two of them fit side by side. */
function inTwo(sha256: string): string {
    const half = sha256.length / 2;
    return `${sha256.slice(0, half)}\n${sha256.slice(half)}`;
}

/** Decodes a content as the file itself is open, so that equal bytes are equal text. */
async function textOf(bytes: Uint8Array, file: vscode.Uri): Promise<string> {
    const open = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === file.toString());
    if (open === undefined) return vscode.workspace.decode(bytes, { uri: file });
    return vscode.workspace.decode(bytes, { encoding: open.encoding });
}
