import { formatDuration } from '../base/time';
import type { Job } from './jobs';
import { extensionOf } from '../base/repositoryPath';

const PART = '.mcam';
const PROGRAM = '.vnc';
/** Two times that are no further apart may be one: FAT counts in two seconds, and so do some file servers. */
const COARSE_MS = 2000;

/** A program and the part that it was posted from. */
export interface PostedProgram {
    readonly program: string;
    readonly part: string;
}

/**
 * The programs of a job, each with its part: the part of the same name, else the one with the longest name that the
 * program's name begins with, else the only part where that is the part of the whole job. A program whose part nobody can
 * tell is left out.
 * @returns names, as the job has them
 */
export function postedPrograms({ name: job, files }: Job): PostedProgram[] {
    const parts = files.filter((name) => extensionOf(name) === PART).map((name) => ({ name, stem: stemOf(name) }));
    if (parts.length === 0) return [];
    const programs = files.filter((name) => extensionOf(name) === PROGRAM);
    return programs.flatMap((program) => {
        const stem = stemOf(program);
        const [nearest] = parts
            .filter((part) => beginsWith(stem, part.stem))
            .sort((one, other) => other.stem.length - one.stem.length);
        const part = nearest ?? (parts.length === 1 && isOfWholeJob(parts[0]!.stem, job) ? parts[0] : undefined);
        return part === undefined ? [] : [{ program, part: part.name }];
    });
}

/**
 * How long before the last change of its part a program was posted, as a person says it ("5 min", "3 h", "2 days").
 * @param posted, partChanged milliseconds since 1970
 * @returns undefined when it was posted after that, or nobody can tell because the times are coarse
 */
export function postedBefore(posted: number, partChanged: number): string | undefined {
    const behind = partChanged - posted;
    if (!(behind > COARSE_MS)) return undefined;
    return formatDuration(behind) ?? 'less than a minute';
}

/** Whether a name goes on after another one, and not within one of its numbers or words: 4801247-12 is none of 4801247-1. */
function beginsWith(name: string, beginning: string): boolean {
    if (!name.startsWith(beginning)) return false;
    const seam = name.slice(beginning.length - 1, beginning.length + 1);
    return !/^(?:\d\d|\p{L}\p{L})$/u.test(seam);
}

/** Whether a part is called after its job alone, perhaps with a revision or a word: 4801247-1 or 4801247-OP2 is one of several. */
function isOfWholeJob(part: string, job: string): boolean {
    return part.startsWith(job.toLowerCase()) && !/^[-_ .]*(?:op[a-z]*[-_ .]*)?\d/.test(part.slice(job.length));
}

function stemOf(name: string): string {
    return name.slice(0, name.lastIndexOf('.')).toLowerCase();
}
