import type { Repository } from '../core/repository/repository';
import { pathOfRevisions } from './fileArguments';
import type { Work } from './invocation';
import { type Streams, writeLine } from './output';
import type { OutputFile } from './outputFile';

/**
 * Prints the content of a revision, byte for byte, or writes it to a file.
 * @param currentFolder absolute path, or undefined where there is none
 * @throws CheckoutError `revisionUnreadable`, and then nothing was printed
 */
export async function show(
    repository: Repository,
    { files, revisions }: Work,
    currentFolder: string | undefined,
    { stdout }: Streams,
    output: OutputFile | undefined,
): Promise<void> {
    const path = await pathOfRevisions(files[0]!, repository, currentFolder);
    const number = revisions[0]!;
    if (output !== undefined) {
        await repository.revisions.copyTo(path, number, output.file, { isNew: !output.overwrites });
        return writeLine(stdout, `Wrote revision ${number} of ${path} to ${output.file}.`);
    }
    // Read twice: a machine or a script at the other end must not get the beginning of a damaged program.
    await repository.revisions.readPieces(path, number, () => undefined);
    await repository.revisions.readPieces(path, number, async (piece) => {
        if (!stdout.write(piece)) await new Promise((resolve) => stdout.once('drain', resolve));
    });
}
