import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTemporaryFolder, removeFolder } from '../support/temporaryWorkspace';
import type { Run } from './checker';
import { setClock } from './clocks';
import { contentOf } from './contents';
import { namesOfPair, otherNameOf } from './pairs';
import type { Disturbance } from './disturbances';
import { readHistory, type ClockBounds, type History, type Sight } from './history';
import type { Launch } from './launch';
import type { Tally } from './tally';

/** Entries of other programs, with fields that we do not know, a number that JSON.parse would change, and no lock. */
const foreign = [
    '"zoe.mcam": {\n        "user": "Zoe",\n        "timestamp": "2026-11-23T08:15:30+00:00",\n        "message": "Hers",\n        "machine": 1.0\n    }',
    '"__proto__": {\n        "note": [\n            12345678901234567890\n        ]\n    }',
];

/** Beside so many files that keep their name there is one that is renamed. */
const FILES_TO_PAIR = 4;

/** Where a shop is. */
export interface Place {
    /** An empty folder; the locks file that counts is in it. */
    readonly folder: string;
    /** The same folder as the computers have it that work in it, each its own way, say a mounted share. */
    readonly doors: readonly string[];
    /** Whether only the product itself can look at the locks file: whoever just reads it may find it away, or half of it. */
    readonly isReadByProduct?: boolean;
    /** What happens to it besides: the server is started again, say. */
    readonly disturbances?: readonly Disturbance[];
    /** Starts a script for somebody who has this door; one of this computer's own, with messages, unless it is given. */
    readonly launch?: Launch;
    /** Watches it: settles, with a finished sentence, when it stands still for good. */
    hung?(tally: Tally): Promise<string>;
    close(): Promise<void>;
}

/** A folder of this computer. */
export async function openFolder(): Promise<Place> {
    const folder = await makeTemporaryFolder();
    return { folder, doors: [folder], close: () => removeFolder(folder) };
}

/** The history of one process, while it is written. */
export interface OpenHistory {
    readonly file: string;
    /** When its process was known to be dead. */
    died?: number;
    /** What the clock by which it is written means in that of this computer, unless that is the same. */
    clock?: ClockBounds | undefined;
}

/** A repository of its own for one scenario, with the histories of those who work in it. */
export class Shop {
    /** All that can be checked out; of a program that is renamed both names. */
    readonly files: readonly string[];
    /** Those that keep their name. */
    readonly keptNames: readonly string[];
    readonly locksFile: string;
    readonly foreign = foreign;
    /** Says what clocks show that jump. */
    readonly clockFile: string;
    /** Moments at which a mutex of a dead program was still to be taken over. */
    readonly beforeTakeOver: number[] = [];
    private readonly histories: OpenHistory[] = [];
    private readonly before = `{\n    ${foreign.join(',\n    ')}\n}`;

    /** @param notebook a folder for the histories, which must outlast whatever happens to the place */
    constructor(
        readonly folder: string,
        readonly notebook: string,
        fileCount: number,
    ) {
        this.keptNames = [...Array.from({ length: fileCount }, (_, index) => `part${index}.mcam`), 'zoe.mcam'];
        const pairs = Array.from({ length: Math.ceil(fileCount / FILES_TO_PAIR) }, (_, index) => namesOfPair(index));
        this.files = [...this.keptNames, ...pairs.flat()];
        this.locksFile = join(folder, 'locks.json');
        this.clockFile = join(notebook, 'clock');
        mkdirSync(join(folder, 'repo'));
        setClock(this.clockFile, 0);
        for (const file of [...this.keptNames, ...pairs.map(([first]) => first)]) {
            writeFileSync(join(folder, 'repo', file), '');
        }
        writeFileSync(this.locksFile, this.before);
    }

    /** A new history. */
    history(): OpenHistory {
        const history: OpenHistory = { file: join(this.notebook, `${this.histories.length}.jsonl`) };
        writeFileSync(history.file, '');
        this.histories.push(history);
        return history;
    }

    /** The lines that the product wrote into its own history, the oldest first, those in files that were put aside too. */
    recorded(): string[] {
        const numberOf = (name: string): number => Number(/^locks\.history\.(\d+)\.jsonl$/.exec(name)?.[1] ?? Infinity);
        return readdirSync(this.folder)
            .filter((name) => /^locks\.history(\.\d+)?\.jsonl$/.test(name))
            .sort((one, other) => numberOf(one) - numberOf(other))
            .flatMap((name) => readFileSync(join(this.folder, name), 'utf8').split('\n'))
            .filter((line) => line !== '');
    }

    /** What is in a file when all processes are gone. */
    private look(file: string): Sight {
        const [start, end] = [Number.MAX_VALUE, Number.MAX_VALUE];
        return { file, content: contentOf(join(this.folder, 'repo', file)), start, end };
    }

    /** Programs that have no name any more, or two. @param isSure whether nobody was killed in the middle of a rename */
    misnamed(isSure: (file: string) => boolean): string[] {
        return this.files.flatMap((file) => {
            const other = otherNameOf(file);
            if (other === undefined || other < file) return [];
            const [here, there] = [file, other].map((name) => existsSync(join(this.folder, 'repo', name)));
            if (here !== there || (here && !isSure(file))) return [];
            return [`${here ? 'Both' : 'None'} of ${file} and ${other} are there at the end.`];
        });
    }

    /** What is known when all processes are gone, whatever they were allowed to do. */
    outcome(): Omit<Run, 'mayFail'> {
        const all: History[] = this.histories.map(({ file, died, clock }) => readHistory(file, died, clock));
        const backup = `${this.locksFile}.bak`;
        return {
            calls: all.flatMap(({ calls }) => calls),
            looks: all.map(({ looks }) => looks),
            stays: all.flatMap(({ stays }) => stays),
            sights: [...all.flatMap(({ sights }) => sights), ...this.keptNames.map((file) => this.look(file))],
            troubles: all.flatMap(({ troubles }) => troubles),
            before: this.before,
            after: readFileSync(this.locksFile, 'utf8'),
            backup: existsSync(backup) ? readFileSync(backup, 'utf8') : undefined,
            foreign,
            names: readdirSync(this.folder),
        };
    }
}
