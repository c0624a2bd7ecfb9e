/**
 * What closed its file as at the end of the process. Where it were collected, Node.js would close the same number again, which
 * is another file's by then. A module that is exported from keeps it; a suite forgets what is in it when it has run.
 */
export const endedAtExit: object[] = [];
