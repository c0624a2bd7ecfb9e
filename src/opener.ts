// opener: starts the system's program for a file. A bundle of its own, loaded when the first file is opened that way, and the
// only one that can start a program.

/**
 * Opens a file with the program that the system has for it. The path goes to it as data, never through a shell.
 * @param file absolute path
 * @throws an error when no program could be started
 */
export async function openWithSystemProgram(file: string): Promise<void> {
    const { default: open } = await import('open');
    const { exitCode } = await open(file);
    // Windows has answered by now; elsewhere the program goes on by itself.
    if (exitCode !== null && exitCode !== 0) throw new Error('no program is set for such files');
}
