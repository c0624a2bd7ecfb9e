import { Writable } from 'node:stream';
import { main } from '../../../src/cli';
import type { Run } from '../../support/commandLine';

/** Runs the command line to its end in this process, as if in a folder: a process of its own takes fifty times as long. */
export async function runHere(folder: string, args: readonly string[]): Promise<Run> {
    const [stdout, stderr] = [new Written(), new Written()];
    const code = await main(args, { stdout, stderr, currentFolder: () => folder });
    return { code, stdout: stdout.text(), stderr: stderr.text() };
}

class Written extends Writable {
    private readonly pieces: Buffer[] = [];

    text(): string {
        return Buffer.concat(this.pieces).toString('utf8');
    }

    override _write(piece: Buffer, _: BufferEncoding, done: () => void): void {
        this.pieces.push(piece);
        done();
    }
}
