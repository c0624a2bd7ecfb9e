/** What `run.mjs` asks for: which sources are changed, which compiled tests are to notice, and how often a process is used. */
const { MUTATION_SOURCES = '', MUTATION_TESTS = '', MUTATION_REUSE = '0' } = process.env;

export default {
    mutate: MUTATION_SOURCES.split(' '),
    testRunner: 'mocha',
    mochaOptions: {
        'no-config': true,
        'no-package': true,
        spec: MUTATION_TESTS.split(' '),
        require: ['test/mutation/tellChildren.cjs'],
    },
    buildCommand: 'tsc -p test/tsconfig.json --noCheck',
    // Of what is worked out once, only the first test that asks for it would be told apart.
    coverageAnalysis: MUTATION_REUSE === '1' ? 'all' : 'perTest',
    concurrency: 2,
    maxTestRunnerReuse: Number(MUTATION_REUSE),
    timeoutMS: 3000,
    dryRunTimeoutMinutes: 15,
    ignorePatterns: ['out', 'dist', 'coverage', 'docs', 'media', '.github', 'test/mutation/node_modules'],
    // Its own reading of a tsconfig wants the old compiler's interface; no path in ours has to be rewritten.
    tsconfigFile: 'none',
    tempDirName: '.mutation',
    reporters: ['clear-text', 'json'],
    clearTextReporter: { logTests: false, reportTests: false, allowColor: false, allowEmojis: false },
    jsonReporter: { fileName: '.mutation/report.json' },
    thresholds: { high: 90, low: 90, break: null },
    allowConsoleColors: false,
    checkers: [],
};
