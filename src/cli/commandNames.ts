/** The commands that need a repository. */
export const commands = [
    'list',
    'check-out',
    'check-in',
    'take-over',
    'rename',
    'undo',
    'history',
    'watch',
    'revisions',
    'show',
    'compare',
    'restore',
    'label',
    'verify',
    'tidy',
    'doctor',
    'server',
] as const;

export type Command = (typeof commands)[number];

/** The shells that can complete what is typed. */
export const shells = ['bash', 'zsh', 'powershell'] as const;

export type Shell = (typeof shells)[number];

/** What the command lines of other programs call it. */
export const otherNames: Readonly<Record<string, Command>> = {
    add: 'check-in',
    cat: 'show',
    checkin: 'check-in',
    checkout: 'check-out',
    ci: 'check-in',
    co: 'check-out',
    commit: 'check-in',
    diff: 'compare',
    diagnose: 'doctor',
    edit: 'check-out',
    lock: 'check-out',
    log: 'history',
    ls: 'list',
    move: 'rename',
    mv: 'rename',
    revert: 'undo',
    status: 'list',
    steal: 'take-over',
    submit: 'check-in',
    tag: 'label',
    unlock: 'check-in',
};
