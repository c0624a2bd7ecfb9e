import { commands, type Command } from './commandNames';
import { optionsOf, shortOf, special, type OptionName } from './options';

/** How a command is called, and what it does in one sentence. */
interface CommandHelp {
    /** What stands behind the name; a second line where it is long. */
    readonly usage: readonly string[];
    readonly does: string;
}

const commandHelp: Readonly<Record<Command, CommandHelp>> = {
    list: {
        usage: ['[TEXT...] [--mine | --checked-out] [--json] [--output FILE]'],
        does: 'Lists the files, and of each who has it, since when and why. TEXT is a part of the path (4801247, job12) or a pattern (*.mcam).',
    },
    'check-out': {
        usage: [
            'FILE... [--message TEXT] [--no-revision | --revisions-up-to MB]',
            '[--wait | --fetch | --as-it-is] [--json]',
        ],
        does: 'Checks files out, so that nobody else can change them.',
    },
    'check-in': {
        usage: [
            'FILE... [--message TEXT] [--keep] [--no-revision | --revisions-up-to MB]',
            '[--from-other-computer] [--json]',
        ],
        does: 'Checks files in, and keeps what is in them as a revision.',
    },
    'take-over': {
        usage: ['FILE... --message TEXT [--json]'],
        does: 'Takes files over from those who have them. They are told, with the message.',
    },
    rename: {
        usage: ['FROM TO [--from-other-computer] [--json]'],
        does: 'Renames or moves a file or a folder together with its check-outs and its history.',
    },
    undo: {
        usage: ['FILE... [--from-other-computer] [--json]'],
        does: 'Puts files back as they were at their check-out, and releases them.',
    },
    history: {
        usage: ['[FILE] [--limit NUMBER] [--json | --csv] [--output FILE]'],
        does: 'Tells who did what, when and why: with a file, or with all of them.',
    },
    watch: {
        usage: ['[FILE] [--since TIME] [--limit NUMBER] [--json]'],
        does: 'Prints each event of the history as it happens, until Ctrl+C.',
    },
    revisions: { usage: ['FILE [--json]'], does: 'Lists the revisions of a file, the newest first.' },
    show: { usage: ['FILE@N [--output FILE]'], does: 'Prints a revision, byte for byte.' },
    compare: {
        usage: ['FILE[@N] FILE[@N] [--json]'],
        does: 'Prints the lines that differ, of files as they are now or in a revision.',
    },
    restore: {
        usage: ['FILE@N --message TEXT [--json]'],
        does: 'Puts a revision back into a file that you have checked out.',
    },
    label: { usage: ['FILE@N TEXT'], does: 'Gives a revision a label; an empty text takes it away.' },
    verify: { usage: ['[--json]'], does: 'Reads every revision, and names those that are damaged or gone.' },
    tidy: {
        usage: ['[--dry-run] [--parts RULE] [--programs RULE] [--json]'],
        does: 'Removes old revisions that the rules do not need.',
    },
    doctor: {
        usage: ['[--json]'],
        does: 'Looks for what could keep people from working with the repository, and says what to do.',
    },
    server: {
        usage: ['schema | check | import | export [--lock-server ADDRESS] [--json]'],
        does: 'Sets a lock server up, looks at it, or moves check-outs there and back.',
    },
};

/** What stands behind an option, and what it means: a line of text each. */
const optionHelp: Readonly<Record<OptionName, readonly [value: string, ...lines: string[]]>> = {
    root: [
        'DIR',
        'the folder that contains repo/ and locks.json, or one in the repository (default: the current folder)',
    ],
    repository: [
        'DIR',
        'the folder of CAM files (default: the one that the root lies in, repo in the root, or the root)',
    ],
    locks: ['FILE', 'the file in which check-outs are recorded (default: locks.json in the repository or above it)'],
    user: ['NAME', 'the name under which you check files out (default: your account on this computer)'],
    'lock-server': [
        'ADDRESS',
        'the lock server on which check-outs are recorded: postgresql://NAME@HOST,HOST/DATABASE?repository=NAME',
        '(the password: PGPASSWORD or PGPASSFILE; who issued its certificate: PGSSLROOTCERT;',
        'a certificate in place of a password: PGSSLCERT and PGSSLKEY)',
    ],
    timeout: ['SECONDS', 'how long to wait while another computer changes the locks file (default: 15, at most 600)'],
    message: ['TEXT', 'why you check out, take over or restore, or what you changed (visible to everyone)'],
    mine: ['', 'list what you have checked out'],
    'checked-out': ['', 'list what anybody has checked out'],
    keep: ['', 'check in, but keep the files checked out'],
    'no-revision': ['', 'do not keep the content as a revision'],
    'revisions-up-to': ['MB', 'do not keep the content of larger files as a revision (default: no limit)'],
    wait: ['', 'with a lock server: wait until the newest content of the files has arrived at this site'],
    fetch: ['', '... or take it from the lock server'],
    'as-it-is': ['', '... or check out what is here'],
    'from-other-computer': ['', 'check in, undo, restore or rename what you checked out on another computer'],
    limit: ['NUMBER', 'print at most this many history entries, newest first; at watch: end after so many'],
    since: ['TIME', 'begin with what was done at this time (2026-11-30T06:00:00+01:00) instead of now'],
    'dry-run': ['', 'only say which revisions would be removed'],
    parts: [
        'RULE',
        'which old revisions of parts stay (default: 10,365d: the 10 newest of each file, and those of a year;',
        '10,365d,50GB: also the newest of the rest, up to 50 GB of contents; all)',
    ],
    programs: ['RULE', 'the same of all other files (default: all)'],
    json: ['', 'print JSON'],
    csv: ['', 'print CSV, for a spreadsheet'],
    separator: ['SIGN', 'what stands between two cells of CSV: "," (the default), ";" or tab'],
    output: ['FILE', 'write the list or the history to a new file instead of printing it'],
    overwrite: ['', 'replace that file if it exists'],
    help: ['', 'print this, or what is known of one command'],
    version: ['', 'print the version'],
};

/** Groups of commands, as the help shows them. */
const groups: readonly (readonly Command[])[] = [
    ['list', 'check-out', 'check-in', 'take-over', 'rename', 'undo', 'history', 'watch'],
    ['revisions', 'show', 'compare', 'restore', 'label', 'verify', 'tidy'],
    ['doctor', 'server'],
];
const LONGEST_NAME = Math.max(...commands.map(({ length }) => length));
/** Where what an option means begins in its line. */
const MEANING_AT = 19;

const paths =
    'FILE is a path inside the repository (4801247.mcam, job12/op1.vnc) or a path on disk; FILE@3 is its revision 3.';
const exitCodes = `Exit code:
    0  success
    1  at least one file was refused, and the others were done; compare: different; verify, doctor: damage or a problem
    2  could not run: usage error, no repository, or the locks file or lock server is damaged, unreachable or busy
`;

/** What `--help` prints. */
export function helpText(): string {
    const usages = groups.map((group) => group.map((name) => usageOf(name, LONGEST_NAME)).join('\n'));
    const all = Object.keys(optionHelp) as OptionName[];
    return `Check-out and check-in for a shared folder of CAM files: one holder per file.

Usage:
${usages.join('\n\n')}

    cnc-checkout help COMMAND, or COMMAND --help
    cnc-checkout completion bash | zsh | powershell

${paths}
FROM and TO are such paths, too, of a file or of a folder, whose check-outs go along.

Options:
${all.map(describeOption).join('\n')}

${exitCodes}`;
}

/** What `COMMAND --help` prints. */
export function helpOf(command: Command): string {
    const { usage, does } = commandHelp[command];
    const own = optionsOf(command);
    const ofIt = own.filter((name) => name in special || name === 'json' || name === 'lock-server');
    const others = own.filter((name) => !ofIt.includes(name)).map((name) => `--${name}`);
    const files = /FILE|FROM/.test(usage.join('').replace('--output FILE', '')) ? `\n${paths}\n` : '';
    return `${does}

Usage:
${usageOf(command, command.length)}
${files}
Options:
${ofIt.map(describeOption).join('\n')}

Every command takes ${others.slice(0, -1).join(', ')} and ${others.at(-1)!}, see cnc-checkout --help.
`;
}

/** What a command does, in one sentence. */
export function summaryOf(command: Command): string {
    return commandHelp[command].does;
}

function usageOf(command: Command, width: number): string {
    const beginning = `    cnc-checkout ${command.padEnd(width)} `;
    return commandHelp[command].usage
        .map((line, at) => (at === 0 ? beginning : ' '.repeat(beginning.length)) + line)
        .join('\n');
}

function describeOption(name: OptionName): string {
    const [value, ...lines] = optionHelp[name];
    const short = shortOf(name);
    const syntax = `${short === undefined ? '' : `-${short}, `}--${name}${value === '' ? '' : ` ${value}`}`;
    const indent = ' '.repeat(4 + MEANING_AT);
    if (lines.length === 0) return `    ${syntax}`;
    const isLong = syntax.length >= MEANING_AT;
    const first = isLong ? `    ${syntax}\n${indent}` : `    ${syntax.padEnd(MEANING_AT)}`;
    return first + lines.join(`\n${indent}`);
}
