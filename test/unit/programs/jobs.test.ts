import * as assert from 'node:assert/strict';
import { namesOf } from '../../../src/core/base/fileNames';
import { DEFAULT_JOB_PATTERN, JobPattern } from '../../../src/core/programs/jobs';

describe('A job pattern', () => {
    const told: string[] = [];
    const patternOf = (pattern: string): JobPattern => new JobPattern(pattern, (sentence) => told.push(sentence));
    const jobs = (pattern: JobPattern, ...names: string[]): Record<string, readonly string[]> =>
        Object.fromEntries([...pattern.jobsIn(namesOf(names)).byName.values()].map(({ name, files }) => [name, files]));

    beforeEach(() => told.splice(0));

    it('puts the part, its programs and its setup sheet together by the number at the beginning', () => {
        const names = ['4801247.mcam', '4801247.vnc', '4801247-op2.vnc', '4801247 REV B.PDF', '4801248.vnc', 'op1.vnc'];
        assert.deepEqual(jobs(patternOf(DEFAULT_JOB_PATTERN), ...names), {
            4801247: names.slice(0, 4),
            4801248: ['4801248.vnc'],
        });
    });

    for (const [name, job] of [
        ['4801247', '4801247'],
        ['4801247-op2', '4801247'],
        ['4801247 REV B', '4801247'],
        ['4801247_R02', '4801247'],
        ['4801247-12', '4801247'],
        ['4801247 - Kopie', '4801247'],
        ['(4801247)', '4801247'],
        ['OP100 4801247', '4801247'],
        ['OP10_4801247', '4801247'],
        ['VF4-4801247', '4801247'],
        ['VF-4 4801247', '4801247'],
        ['NLX2500 4801247', '4801247'],
        ['Bracket 4801247 op1', '4801247'],
        ['Kühlplatte 4801366', '4801366'],
        ['2026-11-23 4801247 op1', '4801247'],
        ['20261123-4801247', '4801247'],
        ['23.11.2026 4801247', '4801247'],
        ['2024 4801247', '4801247'],
        ['316 4801247', '4801247'],
        ['123456', '123456'],
        ['480 1247 op1', '480 1247'],
        ['12-3456 op2', '12-3456'],
        ['26-0123 housing', '26-0123'],
        ['100-200-1', '100-200-1'],
        ['FX-034 Plate', 'FX-034'],
        ['fx-034 plate', 'fx-034'],
        ['O1234', 'O1234'],
        ['WO-12345 lid', 'WO-12345'],
        ['PN 12345', 'PN 12345'],
        ['J10234-op1', 'J10234'],
        ['SO12345_1', 'SO12345'],
        ['AB-48012', 'AB-48012'],
        ['4801247A', undefined],
        ['2026-11-23 backup', undefined],
        ['20261123 backup', undefined],
        ['23-11-26 op1', undefined],
        ['6061 plate', undefined],
        ['6061-T6 plate op1', undefined],
        ['7075', undefined],
        ['304L flange', undefined],
        ['4140 shaft', undefined],
        ['17-4 PH bar', undefined],
        ['10-32 tap plate', undefined],
        ['1-8 UNC test', undefined],
        ['UMC-750 probe', undefined],
        ['DNM 5700 warm-up', undefined],
        ['VF-2SS warm-up', undefined],
        ['macro 9010', undefined],
        ['PROG0012', undefined],
        ['G54 probe', undefined],
        ['T101 face mill', undefined],
        ['M30', undefined],
        ['1247', undefined],
        ['op1', undefined],
        ['Rev 2', undefined],
        ['setup 2', undefined],
        ['test', undefined],
    ] as const) {
        it(`finds ${job === undefined ? 'no job' : `the job ${job}`} in "${name}"`, () => {
            assert.equal(patternOf(DEFAULT_JOB_PATTERN).jobOf(`${name}.vnc`), job);
        });
    }

    it('knows numbers with letters before them, in any case', () => {
        const names = ['FX-034 Plate.vnc', 'fx-034 plate.MCAM', 'O1234.vnc', 'VF-2SS warm-up.vnc'];
        assert.deepEqual(jobs(patternOf(DEFAULT_JOB_PATTERN), ...names), {
            'FX-034': ['FX-034 Plate.vnc', 'fx-034 plate.MCAM'],
            O1234: ['O1234.vnc'],
        });
    });

    it('finds the job of a file by its name in any case, and looks once for a folder', () => {
        const names = namesOf(['A-1.vnc', 'a-2.vnc']);
        const pattern = patternOf('^(a)-');
        assert.deepEqual(pattern.jobsIn(names).byFile.get('a-2.vnc')?.files, ['A-1.vnc', 'a-2.vnc']);
        assert.equal(pattern.jobsIn(names), pattern.jobsIn(names));
        assert.equal(pattern.jobOf('deep/folder/A-77.mcam'), 'A');
        assert.equal(pattern.jobOf('deep/folder/B-77.mcam'), undefined);
    });

    it('gives no job to an absurdly long name, nor where the group finds nothing', () => {
        assert.equal(patternOf('^(.*)').jobOf(`${'4'.repeat(300)}.vnc`), undefined);
        assert.equal(patternOf('^(\\d*)').jobOf('op.vnc'), undefined);
        assert.equal(patternOf('^(\\d+)?op').jobOf('op.vnc'), undefined);
    });

    const refused = (pattern: string, reason: string): void => {
        assert.deepEqual(told.splice(0), [
            `The job pattern ${pattern} cannot be used, because ${reason}. Correct or empty the setting cncCheckout.jobPattern. Until then, the built-in rule finds the jobs.`,
        ]);
    };

    for (const [what, pattern, reason, shown] of [
        ['is no regular expression', '(\\d', 'it is not a regular expression that can be used (Unterminated group)'],
        ['has no group', '^\\d+', 'it has no group in parentheses for the job'],
        ['has no group that counts', '^(?:\\d+)', 'it has no group in parentheses for the job'],
        ['is a whole text', `(${'4'.repeat(600)})`, 'it is longer than 500 characters', `(${'4'.repeat(98)}…`],
        [
            'would take minutes to translate',
            `(${'a?'.repeat(80)}aaaa)`,
            'it has more than 40 repetitions and alternatives',
            `(${'a?'.repeat(49)}…`,
        ],
    ] as const) {
        it(`that ${what} gives way to the built-in rule, in one sentence`, () => {
            const broken = patternOf(pattern);
            assert.deepEqual(jobs(broken, '4801247.vnc', 'op1.vnc'), { 4801247: ['4801247.vnc'] });
            assert.equal(broken.jobOf('4801247.vnc'), '4801247');
            refused(shown ?? pattern, reason);
        });
    }

    it('is given up, and said so once, where it would take for ever, also for a name without letters', () => {
        const tooLong = 'it takes too long for the names of this repository';
        const endless = patternOf('^((a+)+)$');
        const names = namesOf(['aa.vnc']);
        assert.equal(endless.jobsIn(names).byName.size, 1);
        assert.deepEqual(jobs(endless, `${'a'.repeat(60)}!.vnc`, '4801247.vnc'), { 4801247: ['4801247.vnc'] });
        // What the pattern found before does not count any longer.
        assert.equal(endless.jobsIn(names).byName.size, 0);
        assert.equal(endless.jobOf('4801247.vnc'), '4801247');
        refused('^((a+)+)$', tooLong);
        assert.equal(patternOf('((?:a?|b?){60})\\b').jobOf('!.vnc'), undefined);
        refused('((?:a?|b?){60})\\b', tooLong);
    });

    it('may repeat as often as it likes', () => {
        assert.equal(patternOf('(\\d{1,99999999})').jobOf('a4801247.vnc'), '4801247');
        assert.equal(patternOf('((((\\d{1,1000}){1,1000}){1,1000}){1,1000})').jobOf('a4801247.vnc'), '4801247');
        assert.deepEqual(told, []);
    });

    it('may have many signs that repeat nothing: in classes, escaped, or at the beginning of a group', () => {
        assert.equal(patternOf(`([*+?{|]${'\\?'.repeat(50)}${'(?:x)'.repeat(50)}|4)`).jobOf('4.vnc'), '4');
        assert.deepEqual(told, []);
    });
});
