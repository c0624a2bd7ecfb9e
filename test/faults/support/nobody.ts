/** Gives up the permissions of root, which no mode of a file or folder keeps out. */
export function becomeNobody(): void {
    if (process.getuid?.() !== 0) return;
    process.setgroups?.([]);
    process.setgid?.(NOBODY);
    process.setuid?.(NOBODY);
}

/** The user and the group that own nothing. */
export const NOBODY = 65534;
