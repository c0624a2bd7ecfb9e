import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { rethrowUnlessSystemError, systemCode } from '../base/errors';
import { parseJson } from '../base/jsonText';
import { namesIn } from '../disk/folderEntries';
import { moveFile, removeFile } from '../disk/moveFile';
import { readRegular } from '../disk/regularFile';

const ENDING = '.json';
/** A larger file is no record of ours. */
const LARGEST_BYTES = 2 ** 20;

/**
 * Small JSON records in a folder on this computer, a file each. A record is written beside and renamed, so that two windows
 * never read a part of one.
 */
export class JsonRecords<T extends object> {
    /**
     * @param folder absolute path; made when it is needed
     * @param parse the record in what was read; undefined when there is none
     */
    constructor(
        private readonly folder: string,
        private readonly parse: (fields: Readonly<Record<string, unknown>>) => T | undefined,
    ) {}

    /** @throws the system error when it cannot be written */
    async write(name: string, record: T): Promise<void> {
        await mkdir(this.folder, { recursive: true });
        const file = this.fileOf(name);
        const aside = `${file}.${randomBytes(6).toString('hex')}`;
        try {
            await writeFile(aside, JSON.stringify(record), { flush: true });
            await moveFile(aside, file);
        } catch (error) {
            await removeFile(aside).catch(() => undefined); // The first error says more.
            throw error;
        }
    }

    /** Undefined when there is no such record, or it cannot be read: then nobody can tell. */
    async read(name: string): Promise<T | undefined> {
        try {
            return this.recordIn((await readRegular(this.fileOf(name), LARGEST_BYTES)).toString('utf8'));
        } catch (error) {
            rethrowUnlessSystemError(error);
            return undefined;
        }
    }

    /**
     * All records by their names. What is no record is left out.
     * @throws the system error when one that is there cannot be read
     */
    async all(): Promise<ReadonlyMap<string, T>> {
        const records = new Map<string, T>();
        for (const file of await this.files()) {
            const name = file.slice(0, -ENDING.length);
            try {
                const record = this.recordIn((await readRegular(this.fileOf(name), LARGEST_BYTES)).toString('utf8'));
                if (record !== undefined) records.set(name, record);
            } catch (error) {
                // Another window removed it since.
                if (systemCode(error) !== 'ENOENT') throw error;
            }
        }
        return records;
    }

    async remove(name: string): Promise<void> {
        await removeFile(this.fileOf(name));
    }

    private async files(): Promise<string[]> {
        return (await namesIn(this.folder)).filter((file) => file.endsWith(ENDING));
    }

    private recordIn(text: string): T | undefined {
        let value: unknown;
        try {
            value = parseJson(text);
        } catch {
            return undefined; // Torn, or no record of ours.
        }
        return typeof value === 'object' && value !== null ? this.parse(value as Record<string, unknown>) : undefined;
    }

    private fileOf(name: string): string {
        return path.join(this.folder, `${name}${ENDING}`);
    }
}
