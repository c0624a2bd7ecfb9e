import { systemCode } from '../../src/core/base/errors';

/** A test that is not for this run, and why: a finished sentence that says of Windows or of Wine what is in the way. */
interface Skip {
    /** The compiled file, below the folder of its suites. */
    readonly file: string;
    /** A part of the test's full title, or of several. */
    readonly title: string;
    readonly reason: string;
}

/** Each must be the reason of at least one test: a run fails that has a skip for none. */
export const skips: readonly Skip[] = [
    {
        file: 'locks/locksFile.test.js',
        title: 'starts again when its mutex was taken over meanwhile',
        reason: 'The test removes a folder in which a file is open, which Windows does not do.',
    },
    {
        file: 'locks/locksFile.test.js',
        title: 'leaves the mutex of whoever took it over alone',
        reason: 'The test removes a folder in which a file is open, which Windows does not do.',
    },
    {
        file: 'mutex/mutexDirectory.test.js',
        title: 'was not kept to the end when it is gone',
        reason: 'The test removes a folder in which a file is open, which Windows does not do.',
    },
    {
        file: 'mutex/mutexDirectory.test.js',
        title: 'can be taken over with what a dead holder prepared in it',
        reason: 'The dead holder of the test is alive, with a file open, which Windows keeps.',
    },
    {
        file: 'mutex/mutexDirectory.test.js',
        title: 'goes to one of two processes that found it stale',
        reason: 'The dead holder of the test is alive, with a file open, which Windows keeps.',
    },
    {
        file: 'mutex/mutexDirectory.test.js',
        title: 'is lost for good by a live holder that is taken for the stale one',
        reason: 'The dead holder of the test is alive, with a file open, which Windows keeps.',
    },
    {
        file: 'repository/watcher.test.js',
        title: 'is told of a change by the poll where no event arrives',
        reason: 'Wine has no `taskkill /T`, by which the test ends the processes of others.',
    },
    {
        file: 'repository/listing.test.js',
        title: 'shows a folder that cannot be read as such',
        reason: 'Windows keeps access lists, and no mode closes a folder there.',
    },
    {
        file: 'repository/listing.test.js',
        title: 'is a new listing when a file has another name',
        reason: 'Wine renames nothing where only the case changes; Windows does.',
    },
];

/** What a test cannot do here by itself. The product never does it, so no fault of its can hide behind this. */
export function obstacleIn(error: unknown): string | undefined {
    const { syscall } = error as NodeJS.ErrnoException;
    const code = systemCode(error) ?? '';
    if (syscall === 'symlink' && ['ENOTSUP', 'EPERM'].includes(code)) {
        return 'Wine makes no symbolic links; Windows lets only administrators make them.';
    }
    return undefined;
}
