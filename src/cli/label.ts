import type { Repository } from '../core/repository/repository';
import { pathOfRevisions } from './fileArguments';
import type { Work } from './invocation';
import { type Streams, writeLine } from './output';

/**
 * Gives a revision a label; an empty one takes it away.
 * @param currentFolder absolute path, or undefined where there is none
 * @throws CheckoutError
 */
export async function label(
    repository: Repository,
    { files, revisions, message }: Work,
    currentFolder: string | undefined,
    { stdout }: Streams,
): Promise<void> {
    const path = await pathOfRevisions(files[0]!, repository, currentFolder);
    await repository.revisions.label(path, revisions[0]!, message.trim());
    const what = message.trim() === '' ? 'has no label now' : `is labelled “${message.trim()}” now`;
    writeLine(stdout, `Revision ${revisions[0]!} of ${path} ${what}.`);
}
