/** Programs that a test starts run with the mutant that is being tried, too. */
exports.mochaHooks = {
    beforeEach() {
        const mutant = globalThis.__stryker__?.activeMutant;
        if (mutant === undefined) delete process.env.__STRYKER_ACTIVE_MUTANT__;
        else process.env.__STRYKER_ACTIVE_MUTANT__ = mutant;
    },
};
