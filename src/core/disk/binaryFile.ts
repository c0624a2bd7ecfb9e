import { open } from 'node:fs/promises';
import { READING } from './regularFile';

/** How much of a file is enough to tell text from binary. */
const SAMPLE_BYTES = 4096;

/** Whether a file is binary, by the rule of Git: it has a NUL near its beginning. @throws the system error */
export async function isBinaryFile(diskPath: string): Promise<boolean> {
    const handle = await open(diskPath, READING);
    try {
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(SAMPLE_BYTES), 0, SAMPLE_BYTES, 0);
        return buffer.subarray(0, bytesRead).includes(0);
    } finally {
        await handle.close();
    }
}
