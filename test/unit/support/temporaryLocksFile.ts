import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { LocksFile } from '../../../src/core/locks/locksFile';
import { LockTable } from '../../../src/core/locks/lockTable';
import { temporaryFolder } from './temporaryFolder';

/** A place for a locks file in a folder of its own for each test; there is none yet. */
export interface TemporaryLocksFile {
    readonly folder: () => string;
    readonly file: () => string;
    /** As Bob has it. */
    readonly open: () => LocksFile;
    /** What is checked out, as the file says it. */
    readonly content: () => string[];
}

export function temporaryLocksFile(): TemporaryLocksFile {
    const folder = temporaryFolder();
    const file = (): string => path.join(folder(), 'locks.json');
    return {
        folder,
        file,
        open: () => new LocksFile(file(), { owner: { user: 'Bob', host: 'PC' }, timeout: 60_000 }),
        content: () => keysOf(LockTable.parse(readFileSync(file(), 'utf8'))),
    };
}

export function keysOf(table: LockTable): string[] {
    return table.entries.map(({ key }) => key);
}

/** The text of a locks file in which Al has one file. */
export function heldByAl(name: string): string {
    return `{"${name}": {"user": "Al"}}`;
}
