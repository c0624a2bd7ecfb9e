/** Leaves a test or a suite out, and says why. */
export function skipBecause(context: Mocha.Context, reason: string): never {
    console.log(`Skipped, because ${reason}.`);
    context.skip();
}
