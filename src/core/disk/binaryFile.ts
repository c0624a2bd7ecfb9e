import { open } from 'node:fs/promises';
import { READING } from './readFile';

/** This much of a file tells text from binary. */
const SAMPLE = 4096;

/** Whether a file is no text, as Git tells it: there is a NUL in its beginning. @throws the system error */
export async function isBinaryFile(diskPath: string): Promise<boolean> {
    const handle = await open(diskPath, READING);
    try {
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(SAMPLE), 0, SAMPLE, 0);
        return buffer.subarray(0, bytesRead).includes(0);
    } finally {
        await handle.close();
    }
}
