import { parseArgs } from 'node:util';
import { LONGEST_MESSAGE } from '../core/locks/rules';
import type { Separator } from './csv';

/** A parsed command line. */
export type Invocation = { readonly command: 'help' } | { readonly command: 'version' } | Work;

/** A command that needs a repository. */
export interface Work {
    readonly command: (typeof commands)[number];
    readonly files: readonly string[];
    readonly message: string;
    /** Whether files stay checked out after their check-in. */
    readonly keep: boolean;
    /** Whether a check-in keeps what was checked in. */
    readonly keepsRevisions: boolean;
    /** Whether a check-in may end check-outs of other computers. */
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
    readonly root: string | undefined;
    readonly repository: string | undefined;
    readonly locks: string | undefined;
    readonly user: string | undefined;
    /** Milliseconds to wait for the mutex. */
    readonly timeout: number;
}

/** The command line is invalid. The message is a complete sentence. */
export class UsageError extends Error {}

export const helpText = `Check-out and check-in for a shared folder of CAM files: one holder per file.

Usage:
    cnc-checkout list      [--json] [--output FILE]
    cnc-checkout check-out FILE... [--message TEXT] [--json]
    cnc-checkout check-in  FILE... [--message TEXT] [--keep] [--no-revision] [--from-other-computer] [--json]
    cnc-checkout take-over FILE... --message TEXT [--json]
    cnc-checkout rename    FROM TO [--json]
    cnc-checkout history   [FILE] [--limit NUMBER] [--json | --csv] [--output FILE]

FILE is a path inside the repository (4801247.mcam, job12/op1.vnc) or a path on disk.

Options:
    --root DIR         the folder that contains repo/ and locks.json, or one in the repository (default: the current folder)
    --repository DIR   the folder of CAM files (default: the one that the root lies in, repo in the root, or the root)
    --locks FILE       the file in which check-outs are recorded (default: locks.json in the repository or above it)
    --user NAME        the name under which you check files out (default: your account on this computer)
    --timeout SECONDS  how long to wait while another computer changes the locks file (default: 15, at most 600)
    --message TEXT     why you check out or take over (visible to everyone), or what you changed (kept in the history)
    --keep             check in, but keep the files checked out
    --no-revision      check in without keeping the content as a revision
    --from-other-computer
                       check in what you checked out on another computer
    --limit NUMBER     print at most this many history entries, newest first
    --json             print JSON
    --csv              print CSV, for a spreadsheet
    --separator SIGN   what stands between two cells of CSV: "," (the default), ";" or tab
    --output FILE      write the list or the history to a new file instead of printing it
    --overwrite        replace that file if it exists
    --help, --version

Exit code:
    0  success
    1  at least one file was refused; the others were done
    2  could not run: usage error, no repository, or the locks file is damaged, unreachable or busy
`;

const DEFAULT_TIMEOUT_MS = 15_000;
/** As the setting `cncCheckout.mutexTimeout` has it. */
const LONGEST_TIMEOUT_S = 600;
const commands = ['list', 'check-out', 'check-in', 'take-over', 'rename', 'history'] as const;
const options = {
    root: { type: 'string' },
    repository: { type: 'string' },
    locks: { type: 'string' },
    user: { type: 'string' },
    timeout: { type: 'string' },
    message: { type: 'string' },
    limit: { type: 'string' },
    keep: { type: 'boolean' },
    'no-revision': { type: 'boolean' },
    'from-other-computer': { type: 'boolean' },
    json: { type: 'boolean' },
    csv: { type: 'boolean' },
    separator: { type: 'string' },
    output: { type: 'string' },
    overwrite: { type: 'boolean' },
    help: { type: 'boolean' },
    version: { type: 'boolean' },
} as const;

const separators: ReadonlyMap<string, Separator> = new Map([
    [',', ','],
    [';', ';'],
    ['tab', '\t'],
    ['\\t', '\t'],
]);

type OptionName = keyof typeof options;

/** The options that only some commands take. */
const special: Partial<Record<OptionName, readonly Work['command'][]>> = {
    message: ['check-out', 'check-in', 'take-over'],
    keep: ['check-in'],
    'no-revision': ['check-in'],
    'from-other-computer': ['check-in'],
    limit: ['history'],
    csv: ['history'],
    separator: ['history'],
    output: ['list', 'history'],
    overwrite: ['list', 'history'],
};

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
        if (token.kind === 'option') values.set(knownOption(token.name, token.rawName), checkedValue(token));
    }
    if (values.has('help')) return { command: 'help' };
    if (values.has('version')) return { command: 'version' };
    const [name, ...files] = positionals;
    const command = commands.find((candidate) => candidate === name);
    if (command === undefined) {
        throw new UsageError(name === undefined ? 'No command was given.' : `Unknown command: ${name}.`);
    }
    for (const [option, takers] of Object.entries(special) as [OptionName, readonly string[]][]) {
        if (values.has(option) && !takers.includes(command)) throw new UsageError(`${command} takes no --${option}.`);
    }
    if (values.has('json') && values.has('csv')) throw new UsageError('--json and --csv cannot be used together.');
    for (const [option, other] of [
        ['separator', 'csv'],
        ['overwrite', 'output'],
    ] as const) {
        if (values.has(option) && !values.has(other))
            throw new UsageError(`--${option} is only of use with --${other}.`);
    }
    if ((values.get('message') ?? '').length > LONGEST_MESSAGE) {
        throw new UsageError(`The message is longer than ${LONGEST_MESSAGE} characters.`);
    }
    checkFiles(command, files);
    if (command === 'take-over' && (values.get('message') ?? '').trim() === '') {
        throw new UsageError('take-over needs a --message for the current holder.');
    }
    return {
        command,
        files,
        message: values.get('message') ?? '',
        keep: values.has('keep'),
        keepsRevisions: !values.has('no-revision'),
        fromOtherComputer: values.has('from-other-computer'),
        format: values.has('json') ? 'json' : values.has('csv') ? 'csv' : 'text',
        separator: readSeparator(values.get('separator')),
        output: values.get('output'),
        overwrite: values.has('overwrite'),
        limit: readLimit(values.get('limit')),
        root: values.get('root'),
        repository: values.get('repository'),
        locks: values.get('locks'),
        user: values.get('user')?.trim(),
        timeout: readTimeout(values.get('timeout')),
    };
}

function knownOption(name: string, rawName: string): OptionName {
    // `-m` has the name `m`, so that a short option is never one of ours.
    if (!Object.hasOwn(options, name) || rawName !== `--${name}`) throw new UsageError(`Unknown option: ${rawName}.`);
    return name as OptionName;
}

function checkedValue(token: { name: string; value?: string | undefined; inlineValue?: boolean | undefined }): string {
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

function checkFiles(command: Work['command'], files: readonly string[]): void {
    if (command === 'list') {
        if (files.length > 0) throw new UsageError('list takes no files: it always lists the whole repository.');
        return;
    }
    if (command === 'history') {
        if (files.length > 1) throw new UsageError('history takes at most one file.');
    } else if (command === 'rename') {
        if (files.length !== 2) throw new UsageError('rename needs two paths: the file, and its new name.');
    } else if (files.length === 0) throw new UsageError(`${command} needs at least one file.`);
    if (files.some((file) => file.trim() === '')) throw new UsageError('A file name is empty.');
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
