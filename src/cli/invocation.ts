import { parseArgs } from 'node:util';
import { LONGEST_MESSAGE } from '../core/locks/rules';
import {
    DEFAULT_RETENTION,
    parseRetention,
    type RetentionRule,
    type RetentionRules,
} from '../core/revisions/retention';
import { parseTimestamp } from '../core/base/time';
import { commands, shells, type Command, type Shell } from './commandNames';
import type { Separator } from './csv';
import { options, optionsOf, shortOf, special, type OptionName } from './options';

/** A parsed command line. */
export type Invocation =
    | {
          readonly command: 'help';
          /** The command that is asked about; all of them without one. */
          readonly of: Command | undefined;
      }
    | { readonly command: 'version' }
    | { readonly command: 'completion'; readonly shell: Shell }
    | Work;

/** A command that needs a repository. */
export interface Work {
    readonly command: Command;
    readonly files: readonly string[];
    /** The number behind the `@` of each file, for the commands that take one. */
    readonly revisions: readonly (number | undefined)[];
    readonly message: string;
    /** Of which files the list tells: of those that have one of these texts in their paths; of all without one. */
    readonly patterns: readonly string[];
    /** Of which files the list tells: all, those that are checked out, or those that the user has. */
    readonly shown: 'all' | 'checkedOut' | 'mine';
    /** Whether files stay checked out after their check-in. */
    readonly keep: boolean;
    /** Whether what is checked in is kept, and what was there at a check-out. */
    readonly keepsRevisions: boolean;
    /** Larger files, in bytes, are not kept. */
    readonly revisionsUpTo: number | undefined;
    /** Whether what the user's name has checked out on other computers is the user's. */
    readonly fromOtherComputer: boolean;
    readonly format: 'text' | 'json' | 'csv';
    /** What stands between two cells of CSV. */
    readonly separator: Separator;
    /** The file that is written instead of stdout. */
    readonly output: string | undefined;
    /** Whether that file may exist. */
    readonly overwrite: boolean;
    /** The most history entries to print. */
    readonly limit: number | undefined;
    /** From when on events are printed, in milliseconds since 1970. */
    readonly since: number | undefined;
    /** Whether nothing is to be removed. */
    readonly dryRun: boolean;
    /** Which old revisions stay. */
    readonly retention: RetentionRules;
    readonly root: string | undefined;
    readonly repository: string | undefined;
    readonly locks: string | undefined;
    readonly user: string | undefined;
    /** The address of the lock server on which the locks are. */
    readonly lockServer: string | undefined;
    /** What becomes of a file whose newest content has not arrived at this site. */
    readonly whenNotArrived: 'refuse' | 'wait' | 'fetch' | 'asItIs';
    /** Milliseconds to wait for the mutex. */
    readonly timeout: number;
}

/** The command line is invalid. The message is a complete sentence. */
export class UsageError extends Error {
    /** @param unknown a word that was not understood, and those that would have been */
    constructor(
        message: string,
        readonly unknown?: { readonly typed: string; readonly known: readonly string[] },
    ) {
        super(message);
    }
}

const DEFAULT_TIMEOUT_MS = 15_000;
/** As the setting `cncCheckout.mutexTimeout` has it. */
const LONGEST_TIMEOUT_S = 600;
const separators: ReadonlyMap<string, Separator> = new Map([
    [',', ','],
    [';', ';'],
    ['tab', '\t'],
    ['\\t', '\t'],
]);

/**
 * Reads the arguments of the command line.
 * @throws UsageError
 */
export function readInvocation(args: readonly string[]): Invocation {
    // Not strict: Node's own messages about options are several lines long, and for programmers.
    const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
    const values = new Map<OptionName, string>();
    const positionals: string[] = [];
    for (const token of tokens) {
        if (token.kind === 'positional') positionals.push(token.value);
        if (token.kind === 'option') values.set(knownOption(token, positionals[0]), checkedValue(token));
    }
    const [name, ...files] = positionals;
    if (values.has('help')) return { command: 'help', of: commands.find((candidate) => candidate === name) };
    if (values.has('version')) return { command: 'version' };
    if (name === 'help') return { command: 'help', of: files[0] === undefined ? undefined : commandOf(files[0]) };
    if (name === 'completion') return { command: 'completion', shell: shellOf(files) };
    if (name === undefined) throw new UsageError('No command was given.');
    const command = commandOf(name);
    for (const [option, takers] of Object.entries(special) as [OptionName, readonly string[]][]) {
        if (values.has(option) && !takers.includes(command)) throw new UsageError(`${command} takes no --${option}.`);
    }
    if (values.has('mine') && values.has('checked-out')) {
        throw new UsageError('--mine and --checked-out cannot be used together.');
    }
    if (values.has('json') && values.has('csv')) throw new UsageError('--json and --csv cannot be used together.');
    for (const [option, other] of [
        ['separator', 'csv'],
        ['overwrite', 'output'],
        ['wait', 'lock-server'],
        ['fetch', 'lock-server'],
        ['as-it-is', 'lock-server'],
    ] as const) {
        if (values.has(option) && !values.has(other))
            throw new UsageError(`--${option} is only of use with --${other}.`);
    }
    if ((values.get('message') ?? '').length > LONGEST_MESSAGE) {
        throw new UsageError(`The message is longer than ${LONGEST_MESSAGE} characters.`);
    }
    checkFiles(command, files);
    const patterns = command === 'list' ? files.splice(0) : [];
    const text = command === 'label' ? files.pop() : values.get('message');
    if (command === 'take-over' && (text ?? '').trim() === '') {
        throw new UsageError('take-over needs a --message for the current holder.');
    }
    if (command === 'restore' && (text ?? '').trim() === '') {
        throw new UsageError('restore needs a --message that says why.');
    }
    const named = files.map((file) => (takesRevision.has(command) ? readRevision(file) : { file }));
    if (needsRevision.has(command) && named[0]?.revision === undefined) {
        throw new UsageError(`${command} needs the number of a revision: FILE@3.`);
    }
    return {
        command,
        files: named.map(({ file }) => file),
        revisions: named.map(({ revision }) => revision),
        message: text ?? '',
        patterns,
        shown: values.has('mine') ? 'mine' : values.has('checked-out') ? 'checkedOut' : 'all',
        keep: values.has('keep'),
        keepsRevisions: !values.has('no-revision'),
        revisionsUpTo: readMegabytes('revisions-up-to', values),
        fromOtherComputer: values.has('from-other-computer'),
        format: values.has('json') ? 'json' : values.has('csv') ? 'csv' : 'text',
        separator: readSeparator(values.get('separator')),
        output: values.get('output'),
        overwrite: values.has('overwrite'),
        limit: readLimit(values.get('limit')),
        since: readSince(values.get('since')),
        dryRun: values.has('dry-run'),
        retention: {
            parts: readRule('parts', values, DEFAULT_RETENTION.parts),
            programs: readRule('programs', values, DEFAULT_RETENTION.programs),
        },
        root: values.get('root'),
        repository: values.get('repository'),
        locks: values.get('locks'),
        user: values.get('user')?.trim(),
        lockServer: values.get('lock-server')?.trim(),
        whenNotArrived: readWhenNotArrived(values),
        timeout: readTimeout(values.get('timeout')),
    };
}

function commandOf(name: string): Command {
    const command = commands.find((candidate) => candidate === name);
    if (command !== undefined) return command;
    throw new UsageError(`Unknown command: ${name}.`, { typed: name, known: commands });
}

function shellOf([name, ...more]: readonly string[]): Shell {
    const shell = shells.find((candidate) => candidate === name?.toLowerCase());
    if (shell === undefined || more.length > 0)
        throw new UsageError(`completion needs one word: ${shells.join(', ')}.`);
    return shell;
}

type OptionToken = { name: string; rawName: string; value?: string | undefined; inlineValue?: boolean | undefined };

/** @param command the word that stands before it, if one does */
function knownOption({ name, rawName, value, inlineValue }: OptionToken, command: string | undefined): OptionName {
    const isOwn = Object.hasOwn(options, name);
    const isShort = isOwn && rawName === `-${shortOf(name as OptionName)}`;
    // `-message` is no message of "essage".
    const typed = isShort && inlineValue === true ? `${rawName}${value}` : rawName;
    if (isOwn && (typed === `--${name}` || (isShort && typed === rawName))) return name as OptionName;
    const taken = commands.find((candidate) => candidate === command);
    const known = taken === undefined ? (Object.keys(options) as OptionName[]) : optionsOf(taken);
    throw new UsageError(`Unknown option: ${typed}.`, { typed, known: known.map((option) => `--${option}`) });
}

function checkedValue(token: OptionToken): string {
    const { name, value, inlineValue } = token;
    if (options[name as OptionName].type === 'boolean') {
        if (value !== undefined) throw new UsageError(`--${name} takes no value.`);
        return '';
    }
    const isNextOption = !inlineValue && value?.startsWith('--') === true && Object.hasOwn(options, value.slice(2));
    if (value === undefined || isNextOption) throw new UsageError(`--${name} needs a value after it.`);
    if (name !== 'message' && value.trim() === '') throw new UsageError(`The value of --${name} is empty.`);
    return value;
}

/** How many arguments a command takes, where that is not at least one, and what is said of another number. */
const counts: Partial<Record<Work['command'], readonly [least: number, most: number, sentence: string]>> = {
    list: [0, Infinity, ''],
    verify: [0, 0, 'verify takes no files: it always looks at all revisions.'],
    tidy: [0, 0, 'tidy takes no files: it always looks at all revisions.'],
    doctor: [0, 0, 'doctor takes no files: it looks at the whole repository.'],
    server: [1, 1, 'server needs one word: schema, check, import or export.'],
    history: [0, 1, 'history takes at most one file.'],
    watch: [0, 1, 'watch takes at most one file.'],
    revisions: [1, 1, 'revisions needs one file.'],
    show: [1, 1, 'show needs one file: FILE@3.'],
    restore: [1, 1, 'restore needs one file: FILE@3.'],
    rename: [2, 2, 'rename needs two paths: the file or folder, and its new name.'],
    compare: [2, 2, 'compare needs two files; FILE@3 is revision 3 of one.'],
    label: [2, 2, 'label needs a revision and a text: FILE@3 TEXT.'],
};

function checkFiles(command: Work['command'], files: readonly string[]): void {
    const [least, most, sentence] = counts[command] ?? [1, Infinity, `${command} needs at least one file.`];
    if (files.length < least || files.length > most) throw new UsageError(sentence);
    const names = command === 'label' ? files.slice(0, 1) : files;
    if (names.some((file) => file.trim() === '')) throw new UsageError('A file name is empty.');
}

const takesRevision: ReadonlySet<Work['command']> = new Set(['show', 'compare', 'restore', 'label']);
const needsRevision: ReadonlySet<Work['command']> = new Set(['show', 'restore', 'label']);

function readRevision(text: string): { readonly file: string; readonly revision?: number } {
    const [, file = text, number] = /^(.+)@([1-9]\d{0,8})$/s.exec(text) ?? [];
    return number === undefined ? { file } : { file, revision: Number(number) };
}

function readRule(
    option: 'parts' | 'programs',
    values: ReadonlyMap<OptionName, string>,
    otherwise: RetentionRule | undefined,
): RetentionRule | undefined {
    const text = values.get(option);
    if (text === undefined) return otherwise;
    const rule = parseRetention(text);
    if (rule === undefined) throw new UsageError(`--${option} can be all, or what stays: 10,365d,50GB; not ${text}.`);
    return rule ?? undefined;
}

function readWhenNotArrived(values: ReadonlyMap<OptionName, string>): Work['whenNotArrived'] {
    const ways = [
        ['wait', 'wait'],
        ['fetch', 'fetch'],
        ['as-it-is', 'asItIs'],
    ] as const;
    const [way, other] = ways.filter(([option]) => values.has(option));
    if (way !== undefined && other !== undefined) {
        throw new UsageError(`--${way[0]} and --${other[0]} cannot be used together.`);
    }
    return way?.[1] ?? 'refuse';
}

/** @returns bytes */
function readMegabytes(option: OptionName, values: ReadonlyMap<OptionName, string>): number | undefined {
    const text = values.get(option);
    if (text === undefined) return undefined;
    const megabytes = Number(text);
    if (!(megabytes > 0)) throw new UsageError(`--${option} needs a number of megabytes greater than 0, not ${text}.`);
    return megabytes * 2 ** 20;
}

function readSince(text: string | undefined): number | undefined {
    if (text === undefined) return undefined;
    const time = parseTimestamp(text);
    if (time === undefined)
        throw new UsageError(`--since needs a date and time like 2026-11-30T06:00:00, not ${text}.`);
    return time;
}

function readTimeout(text: string | undefined): number {
    if (text === undefined) return DEFAULT_TIMEOUT_MS;
    const seconds = Number(text);
    if (!(seconds > 0 && seconds <= LONGEST_TIMEOUT_S)) {
        throw new UsageError(
            `--timeout needs a number of seconds greater than 0 and at most ${LONGEST_TIMEOUT_S}, not ${text}.`,
        );
    }
    return seconds * 1000;
}

function readSeparator(text: string | undefined): Separator {
    const separator = text === undefined ? ',' : separators.get(text.toLowerCase());
    if (separator === undefined) throw new UsageError(`--separator can be ",", ";" or tab, not ${text}.`);
    return separator;
}

function readLimit(text: string | undefined): number | undefined {
    if (text === undefined) return undefined;
    const limit = Number(text);
    if (!Number.isInteger(limit) || limit <= 0) {
        throw new UsageError(`--limit needs a whole number greater than 0, not ${text}.`);
    }
    return limit;
}
