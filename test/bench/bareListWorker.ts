/** What any program has to do that lists a folder: reads the names, or names and sizes, sorts them and prints them. */
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const AT_ONCE = 16;

async function printNames(folder: string): Promise<void> {
    process.stdout.write((await namesIn(folder)).join('\n'));
}

async function printSizes(folder: string): Promise<void> {
    const names = await namesIn(folder);
    const files: { name: string; size: number }[] = [];
    for (let start = 0; start < names.length; start += AT_ONCE) {
        const some = names.slice(start, start + AT_ONCE);
        files.push(
            ...(await Promise.all(some.map(async (name) => ({ name, size: (await lstat(join(folder, name))).size })))),
        );
    }
    process.stdout.write(JSON.stringify(files, undefined, 4));
}

async function namesIn(folder: string): Promise<string[]> {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
        .filter((entry) => entry.isFile())
        .map(({ name }) => name)
        .sort();
}

void (process.argv[3] === 'sizes' ? printSizes : printNames)(process.argv[2]!);
