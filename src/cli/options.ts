import type { Command } from './commandNames';

/** Every option, as Node's `parseArgs` takes it. */
export const options = {
    root: { type: 'string' },
    repository: { type: 'string' },
    locks: { type: 'string' },
    user: { type: 'string' },
    'lock-server': { type: 'string' },
    timeout: { type: 'string' },
    message: { type: 'string', short: 'm' },
    mine: { type: 'boolean' },
    'checked-out': { type: 'boolean' },
    limit: { type: 'string' },
    since: { type: 'string' },
    'dry-run': { type: 'boolean' },
    parts: { type: 'string' },
    programs: { type: 'string' },
    keep: { type: 'boolean' },
    'no-revision': { type: 'boolean' },
    'revisions-up-to': { type: 'string' },
    'from-other-computer': { type: 'boolean' },
    wait: { type: 'boolean' },
    fetch: { type: 'boolean' },
    'as-it-is': { type: 'boolean' },
    json: { type: 'boolean' },
    csv: { type: 'boolean' },
    separator: { type: 'string' },
    output: { type: 'string' },
    overwrite: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
    version: { type: 'boolean', short: 'v' },
} as const;

export type OptionName = keyof typeof options;

/** The options that only some commands take. */
export const special: Partial<Record<OptionName, readonly Command[]>> = {
    message: ['check-out', 'check-in', 'take-over', 'restore'],
    mine: ['list'],
    'checked-out': ['list'],
    keep: ['check-in'],
    'no-revision': ['check-out', 'check-in'],
    'revisions-up-to': ['check-out', 'check-in'],
    'from-other-computer': ['check-in', 'rename', 'undo', 'restore'],
    wait: ['check-out'],
    fetch: ['check-out'],
    'as-it-is': ['check-out'],
    limit: ['history', 'watch'],
    since: ['watch'],
    'dry-run': ['tidy'],
    parts: ['tidy'],
    programs: ['tidy'],
    csv: ['history'],
    separator: ['history'],
    output: ['list', 'history', 'show'],
    overwrite: ['list', 'history', 'show'],
};

/** The options that a command takes, in the order of the help. */
export function optionsOf(command: Command): OptionName[] {
    const all = Object.keys(options) as OptionName[];
    return all.filter((name) => special[name]?.includes(command) ?? true);
}

/** The letter that stands for an option after one dash. */
export function shortOf(name: OptionName): string | undefined {
    const option: object = options[name];
    return 'short' in option ? String(option.short) : undefined;
}
