// programs: what the names and times of programs and parts tell: which belong to one job, and which program is stale.

import { createContext, Script } from 'node:vm';
import type { Names } from '../base/fileNames';
import { foldCase, nameOf } from '../base/repositoryPath';
import { truncate } from '../base/truncate';

/** 2026-11-23, 20261123, 23.11.26 */
const DATE =
    '(?:(?:19|20)\\d\\d[-_. ]?(?:0[1-9]|1[0-2])[-_. ]?(?:0[1-9]|[12]\\d|3[01])' +
    '|(?:0?[1-9]|[12]\\d|3[01])[-_.](?:0?[1-9]|[12]\\d|3[01])[-_.](?:19|20)?\\d\\d)(?!\\d)';
/** Stainless steels by their three digits; materials of four digits are too short to be taken for a number of a job. */
const MATERIAL = '(?:30[1-4]|309|31[067]|321|347|4[1-4]\\d)\\b';
/** FX-034, WO 12345, O1234 */
const MARKED_NUMBER = '^(?:fx|job|wo|so|po|pn|j|o)[-_ ]?\\d{3,9}';
/** 12-3456, 100-200-1, 480 1247 */
const NUMBER_IN_GROUPS = `^(?!${DATE})(?:\\d{1,4}-\\d{3,6}(?:-\\d{1,4})?|(?!${MATERIAL})\\d{3} \\d{3,4})(?!\\d)`;
/** 4801247, AB-48012, wherever it stands: after an operation, a machine, a date or a word. */
const LONG_NUMBER = `(?<![a-z\\d])(?!${DATE})(?:[a-z]{1,4}[-_]?)?\\d{5,12}`;

/**
 * The job in a file's name where the shop names no pattern of its own. Right or silent: a date, a material, a machine, an
 * operation or a thread is no job, and a number that could be any of them has none.
 */
export const DEFAULT_JOB_PATTERN = `(${MARKED_NUMBER}|${NUMBER_IN_GROUPS}|${LONG_NUMBER})(?![a-z\\d])`;

/** Longer names have no job: the time that a pattern takes may grow fast with the length. */
const LONGEST_NAME = 200;
/** A rule for names needs no more; a longer one is a file that somebody pasted. */
const LONGEST_PATTERN = 500;
/**
 * How many repetitions and alternatives a pattern may have. Translating one takes time that grows with their fourth power,
 * and nothing can stop that: 40 take less than a second, 80 of the worst take minutes. Most patterns have five.
 */
const MAX_CHOICES = 40;
/** How long a pattern may take for the names of one folder; a good one needs a tenth of that for 100,000 names. */
const PATTERN_TIMEOUT_MS = 1000;
/** Characters of a pattern in a sentence. */
const PATTERN_LENGTH = 100;

/** The files of one folder that belong together. */
export interface Job {
    /** What the pattern found in the name of its first file. */
    readonly name: string;
    /** Names of its files, without the folder, in the order of the listing. */
    readonly files: readonly string[];
}

/** The jobs of one folder, and the job of each file that has one; by folded names. */
export interface FolderJobs {
    readonly byName: ReadonlyMap<string, Job>;
    readonly byFile: ReadonlyMap<string, Job>;
}

const NO_JOBS: FolderJobs = { byName: new Map(), byFile: new Map() };

/**
 * Tells which files of a folder belong to one job, by a pattern of the shop. A pattern that is not a regular expression,
 * or takes too long, gives way to the built-in rule.
 */
export class JobPattern {
    private rule: StoppablePattern | undefined;
    private found = new WeakMap<Names, FolderJobs>();

    /**
     * @param pattern a regular expression for names without their extension, in any case; its group 1 is the job
     * @param onTrouble told, in a finished sentence, once, why the pattern cannot be used: now, or when it takes too long
     */
    constructor(
        readonly pattern: string,
        private readonly onTrouble: (sentence: string) => void,
    ) {
        try {
            this.rule = new StoppablePattern(pattern);
        } catch (error) {
            this.giveUp(reasonOf(error));
        }
    }

    /**
     * The jobs of a folder; found once, and remembered as long as no file of the folder comes or goes.
     * @param names the names of its files, as the listing has them
     */
    jobsIn(names: Names): FolderJobs {
        let jobs = this.found.get(names);
        if (jobs === undefined) this.found.set(names, (jobs = this.divide([...names.keys()])));
        return jobs;
    }

    /** The name of the job that a file belongs to, whether or not it is there; undefined when it has none. */
    jobOf(path: string): string | undefined {
        return this.jobsOf([path])[0];
    }

    /** The name of the job of each file, in order; for very many files quicker than one by one. */
    jobsOf(paths: readonly string[]): (string | undefined)[] {
        return this.match(paths.map(nameOf));
    }

    private divide(names: readonly string[]): FolderJobs {
        const jobs = new Map<string, { readonly name: string; readonly files: string[] }>();
        for (const [index, job] of this.match(names).entries()) {
            if (job === undefined) continue;
            const known = jobs.get(foldCase(job));
            if (known === undefined) jobs.set(foldCase(job), { name: job, files: [names[index]!] });
            else known.files.push(names[index]!);
        }
        if (jobs.size === 0) return NO_JOBS;
        const byFile = new Map<string, Job>();
        for (const job of jobs.values()) for (const file of job.files) byFile.set(foldCase(file), job);
        return { byName: jobs, byFile };
    }

    /** The job of each name. */
    private match(names: readonly string[]): (string | undefined)[] {
        if (this.rule === undefined) return [];
        const stems = names.map(withoutExtension);
        try {
            return this.rule.match(stems);
        } catch (error) {
            this.giveUp(reasonOf(error));
            return this.match(names);
        }
    }

    /** Goes on with the built-in rule; without any where that is what failed. */
    private giveUp(reason: string): void {
        const isBuiltIn = this.pattern === DEFAULT_JOB_PATTERN || this.rule?.source === DEFAULT_JOB_PATTERN;
        this.rule = isBuiltIn ? undefined : new StoppablePattern(DEFAULT_JOB_PATTERN);
        this.found = new WeakMap();
        if (isBuiltIn) return;
        this.onTrouble(
            `The job pattern ${truncate(this.pattern, PATTERN_LENGTH)} cannot be used, because ${reason}. ` +
                'Correct or empty the setting cncCheckout.jobPattern. Until then, the built-in rule finds the jobs.',
        );
    }
}

/** Why a pattern cannot be used, as a clause to follow "because". */
class PatternTrouble extends Error {}

/**
 * A regular expression that is compiled and matched in a context of its own: only there can one be stopped that would never
 * end.
 */
class StoppablePattern {
    private readonly context: object;

    /** @throws PatternTrouble, or an error of the other context */
    constructor(readonly source: string) {
        if (source !== DEFAULT_JOB_PATTERN) requireLimits(source);
        this.context = createContext({ source, names: undefined });
        if (this.run() === 0) throw new PatternTrouble('it has no group in parentheses for the job');
    }

    /** What group 1 matches in each name. @throws an error of the other context, also when it takes too long */
    match(names: readonly string[]): (string | undefined)[] {
        Object.assign(this.context, { names });
        const found = this.run() as (string | undefined)[];
        return found.map((job) => job?.trim() || undefined);
    }

    private run(): unknown {
        return running.runInContext(this.context, { timeout: PATTERN_TIMEOUT_MS });
    }
}

/**
 * At first compiles the pattern and counts its groups: the empty alternative comes first, so that nothing is searched. Then
 * matches.
 */
const running = new Script(`names === undefined
    ? ((pattern) => (globalThis.pattern = pattern, new RegExp('|' + source, 'i').exec('').length - 1))(new RegExp(source, 'i'))
    : names.map((name) => pattern.exec(name)?.[1])`);

function requireLimits(source: string): void {
    if (source.length > LONGEST_PATTERN) throw new PatternTrouble(`it is longer than ${LONGEST_PATTERN} characters`);
    // Without what is escaped or in a class, and without the `?` that begins a group.
    const bare = source
        .replace(/\\./gs, '')
        .replace(/\[[^\]]*\]/g, '')
        .replaceAll('(?', '(');
    if ((bare.match(/[*+?{|]/g)?.length ?? 0) > MAX_CHOICES) {
        throw new PatternTrouble(`it has more than ${MAX_CHOICES} repetitions and alternatives`);
    }
}

/** An error of the other context is not an instance of this one's `Error`. */
function reasonOf(error: unknown): string {
    if (error instanceof PatternTrouble) return error.message;
    const { code, message = 'unknown' } = error as { code?: unknown; message?: string };
    if (code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return 'it takes too long for the names of this repository';
    return `it is not a regular expression that can be used (${message.replace(/^.*: /s, '')})`;
}

/** Whether two names mean the same job; they are compared without regard to case, as files are. */
export function sameJob(one: string, other: string): boolean {
    return foldCase(one) === foldCase(other);
}

function withoutExtension(name: string): string {
    if (name.length > LONGEST_NAME) return '';
    const dot = name.lastIndexOf('.');
    return dot > 0 ? name.slice(0, dot) : name;
}
