/** An error's sentence and those of its causes: a stack says nothing to who runs the tests. */
export function explain(error: unknown): string {
    if (!(error instanceof Error)) return String(error);
    return error.cause === undefined ? error.message : `${error.message}\n  ${explain(error.cause)}`;
}
