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
    'server',
] as const;
