import * as assert from 'node:assert/strict';
import { postedBefore, postedPrograms } from '../../../src/core/programs/stalePrograms';

describe('A posted program', () => {
    const pairs = (...files: string[]): [string, string][] =>
        postedPrograms({ name: '4801247', files }).map(({ program, part }) => [program, part]);

    it('comes from the only part of its job', () => {
        assert.deepEqual(pairs('4801247.MCAM', '4801247.vnc', '4801247-op2.VNC', '4801247.pdf'), [
            ['4801247.vnc', '4801247.MCAM'],
            ['4801247-op2.VNC', '4801247.MCAM'],
        ]);
        assert.deepEqual(pairs('4801247 rev B.mcam', '4801247-op2.vnc'), [['4801247-op2.vnc', '4801247 rev B.mcam']]);
    });

    it('comes from the part that it is called after, where there are several', () => {
        const parts = ['4801247.mcam', '4801247-OP2.mcam'];
        assert.deepEqual(pairs(...parts, '4801247-op2.vnc', '4801247-op1.vnc'), [
            ['4801247-op2.vnc', '4801247-OP2.mcam'],
            ['4801247-op1.vnc', '4801247.mcam'],
        ]);
    });

    it('comes from no part whose name only looks like the beginning of its own, or that is one of several', () => {
        for (const part of ['4801247-1.mcam', '4801247-OP2.mcam', 'OP3 4801247.mcam']) {
            assert.deepEqual(pairs(part, '4801247-12.vnc'), [], part);
        }
        assert.deepEqual(pairs('4801247-1.mcam', '4801247-1 op2.vnc'), [['4801247-1 op2.vnc', '4801247-1.mcam']]);
    });

    it('comes from none that anybody could tell, where several might be it or there is none', () => {
        assert.deepEqual(pairs('4801247 A.mcam', '4801247 B.mcam', '4801247.vnc'), []);
        assert.deepEqual(pairs('4801247.vnc', '4801247-op2.vnc'), []);
    });

    it('is older than its part by what a person says, and not by what a coarse time may hide', () => {
        const part = 1_000_000_000_000;
        const minute = 60_000;
        const told = [-5, 0, 2000, 2001, minute, 59 * minute, 60 * minute, 47 * 60 * minute, 48 * 60 * minute].map(
            (behind) => postedBefore(part - behind, part),
        );
        const texts = ['less than a minute', '1 min', '59 min', '1 h', '47 h', '2 days'];
        assert.deepEqual(told, [undefined, undefined, undefined, ...texts]);
        assert.equal(postedBefore(Number.NaN, part), undefined);
    });
});
