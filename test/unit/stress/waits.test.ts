import * as assert from 'node:assert/strict';
import type { Call } from '../../stress/history';
import { waitingAt, waitsOf } from '../../stress/waits';

let turn = 0;
const call = (who: string, start: number, end: number, answer: Call['answer'] = { kind: 'done' }): Call => ({
    who,
    user: who,
    operation: 'checkOut',
    file: '1.mcam',
    message: '',
    turn: turn++,
    start: start * 1e6,
    end: end * 1e6,
    answer,
});

describe('The waits of a stress test', () => {
    it('are measured per transaction, in milliseconds', () => {
        const two = call('A', 0, 8);
        const calls = [two, { ...two, file: '2.mcam' }, call('A', 10, 11), call('B', 20, 22)];
        assert.deepEqual(waitsOf(calls), { median: 2, most: 8, longest: 8, overtaken: 0 });
    });

    it('exclude calls that were never answered', () => {
        assert.equal(waitsOf([call('A', 0, 1), call('B', 0, 9, { kind: 'none' })]).longest, 1);
    });

    it('count how many others got in meanwhile', () => {
        const others = Array.from({ length: 10 }, (_, index) => call('B', index, index + 0.5));
        assert.equal(waitsOf([...others, call('A', 2.1, 7.1)]).overtaken, 5);
        assert.equal(waitsOf([]).overtaken, 0);
    });

    it('count who waits at a given moment', () => {
        const calls = [call('A', 0, 5), call('A', 6, 9), call('B', 4, 8), call('C', 7.5, 9)];
        assert.deepEqual(
            [3, 4.5, 5.5, 7, 10].map((moment) => waitingAt(calls, moment * 1e6)),
            [1, 2, 1, 2, 0],
        );
    });
});
