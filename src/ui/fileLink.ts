import * as vscode from 'vscode';
import type { RepositoryResource } from '../model/repositories';

const EXTENSION = 'cnc-checkout.cnc-checkout';
const ACTION = '/file';

/** What a link leads to. */
export interface LinkedFile {
    /** Path inside the repository. */
    readonly path: string;
    /** What the repository was called where the link was made. */
    readonly repository: string;
}

/** A link that opens the place of a file in the VS Code of whoever follows it, from a mail or a chat. */
export function linkTo({ session, path }: RepositoryResource): string {
    const query = new URLSearchParams({ path, repository: session.name });
    return `${vscode.env.uriScheme}://${EXTENSION}${ACTION}?${query.toString().replaceAll('+', '%20')}`;
}

/** Where a link leads; undefined for one that is not of a file. */
export function linkedFile({ path, query }: vscode.Uri): LinkedFile | undefined {
    const values = new URLSearchParams(query);
    const [file, repository] = [values.get('path'), values.get('repository')];
    return path !== ACTION || !file ? undefined : { path: file, repository: repository ?? '' };
}
