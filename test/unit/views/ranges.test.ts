import * as assert from 'node:assert/strict';
import { Ranges } from '../../../src/views/ranges';
import { byName } from '../../../src/views/rowLists';

describe('Ranges', () => {
    const name = (index: number): string => `job/48${String(index).padStart(5, '0')}.vnc`;
    const names = (count: number, from = 0): string[] =>
        Array.from({ length: count }, (_, index) => name(from + index));
    const sorted = (paths: readonly string[]): string[] => [...paths].sort(byName);

    it('leaves a list whole that can be shown as it is', () => {
        assert.equal(new Ranges(byName).divide('job', names(5000)), undefined);
    });

    it('divides a long list without losing, doubling or moving a row', () => {
        const paths = names(100_000);
        const ranges = new Ranges(byName).divide('job', paths)!;
        assert.deepEqual(
            ranges.flatMap((range) => range.paths),
            paths,
        );
        assert.equal(ranges.length, 100);
        assert.ok(ranges.every((range) => range.paths.length === 1000));
    });

    it('keeps the ranges when files come and go', () => {
        const ranges = new Ranges(byName);
        const starts = (paths: readonly string[]): string[] => ranges.divide('job', paths)!.map(({ start }) => start);
        const before = starts(names(10_000));
        // The first of all, the first of a range, and one between two others.
        const gone = new Set([name(0), name(3000)]);
        const paths = sorted([
            ...names(10_000).filter((path) => !gone.has(path)),
            'job/4700000.vnc',
            'job/4804999a.vnc',
        ]);
        assert.deepEqual(starts(paths), before);
        assert.deepEqual(
            ranges.divide('job', paths)!.flatMap((range) => range.paths),
            paths,
        );
    });

    it('has no empty range, and none that has grown beyond all bounds', () => {
        const ranges = new Ranges(byName);
        ranges.divide('job', names(10_000));
        const few = ranges.divide('job', names(6000, 4000))!;
        assert.ok(few.every((range) => range.paths.length > 0));
        const many = ranges.divide('job', names(100_000))!;
        assert.ok(many.every((range) => range.paths.length <= 2000));
    });

    it('divides each list for itself', () => {
        const ranges = new Ranges(byName);
        ranges.divide('one', names(10_000));
        assert.equal(ranges.divide('other', names(6000, 50_000))![0]!.start, name(50_000));
    });

    it('finds the range of a path, there or not', () => {
        const ranges = new Ranges(byName);
        const divided = ranges.divide('job', names(10_000, 1))!;
        for (const [path, index] of [
            [name(1), 0],
            [name(1000), 0],
            [name(1001), 1],
            [name(10_000), 9],
            ['job/4700000.vnc', 0],
            ['job/9900000.vnc', 9],
        ] as const) {
            assert.equal(ranges.find(divided, path), divided[index], path);
        }
    });

    it('divides a flat list of files that all have one name', () => {
        const paths = sorted(Array.from({ length: 10_000 }, (_, index) => `job-${index}/op1.vnc`));
        const ranges = new Ranges(byName).divide('held', paths)!;
        assert.equal(ranges.length, 10);
        assert.deepEqual(
            ranges.flatMap((range) => range.paths),
            paths,
        );
    });
});
