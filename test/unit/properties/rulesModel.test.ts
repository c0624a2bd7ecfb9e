import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { newLock } from '../../../src/core/locks/holder';
import type { Lock } from '../../../src/core/locks/lockEntry';
import { LockTable } from '../../../src/core/locks/lockTable';
import { checkIn, checkOut, type Outcome } from '../../../src/core/locks/rules';
import { trying } from './support/cases';

/**
 * Files and people in all their spellings. The model knows them by their place in these lists and never folds a name, so
 * that it cannot repeat a mistake of the product.
 */
const files: readonly (readonly string[])[] = [
    ['a.vnc', 'A.VNC', 'a.Vnc'],
    ['job/a.vnc', 'JOB/a.vnc', 'Job/A.VNC'],
    ['caf\u00e9.mcam', 'cafe\u0301.mcam', 'CAF\u00c9.MCAM', 'CAFE\u0301.mcam'],
    ['ΟΔΟΣ/x.vnc', 'οδος/x.vnc', 'οδοσ/X.vnc'],
    ['J\u030c.vnc', 'j\u030c.vnc', '\u01f0.VNC'],
    ['straße.vnc', 'STRAßE.VNC'],
    ['strasse.vnc', 'STRASSE.vnc'],
    ['__proto__.vnc', '__PROTO__.vnc'],
    ['constructor/tostring.vnc', 'Constructor/toString.vnc'],
];
const people: readonly (readonly string[])[] = [
    ['alice', 'Alice', 'ALICE'],
    ['zo\u00eb', 'ZOE\u0308', 'Zo\u00cb'],
    ['__proto__', '__PROTO__'],
    ['Σίσυφος', 'ΣΊΣΥΦΟΣ'],
];
/** What is refused whoever asks, and why. */
const hopeless = new Map([
    ['../a.vnc', 'outsideRepository'],
    ['C:\\a.vnc', 'outsideRepository'],
    ['', 'outsideRepository'],
    ['notes.txt', 'extensionNotAllowed'],
    ['a.vnc.exe', 'extensionNotAllowed'],
]);
const extensions = new Set(['.vnc', '.mcam']);
const now = Date.parse('2026-11-23T12:00:00Z');

interface Asked {
    readonly file: number | undefined;
    readonly path: string;
    readonly present: boolean;
}

type Step =
    | { readonly kind: 'out' | 'in'; readonly who: number; readonly name: string; readonly asked: readonly Asked[] }
    /** Another program writes an entry, as JSON text, or takes one out. */
    | { readonly kind: 'foreign'; readonly file: number; readonly key: string; readonly source: string | undefined };

const spelled = (all: readonly (readonly string[])[]): fc.Arbitrary<readonly [number, string]> =>
    fc
        .tuple(fc.nat(all.length - 1), fc.nat(11))
        .map(([index, spelling]) => [index, all[index]![spelling % all[index]!.length]!]);

const asked: fc.Arbitrary<Asked> = fc.oneof(
    {
        weight: 8,
        arbitrary: fc.tuple(spelled(files), fc.boolean(), fc.boolean()).map(([[file, path], one, other]) => ({
            file,
            path,
            present: one || other,
        })),
    },
    {
        weight: 1,
        arbitrary: fc.constantFrom(...hopeless.keys()).map((path) => ({ file: undefined, path, present: true })),
    },
);

const step: fc.Arbitrary<Step> = fc.oneof(
    {
        weight: 8,
        arbitrary: fc
            .tuple(fc.constantFrom('out', 'in'), spelled(people), fc.array(asked, { maxLength: 5 }))
            .map(([kind, [who, name], some]): Step => ({ kind, who, name, asked: some })),
    },
    {
        weight: 1,
        arbitrary: fc
            .tuple(spelled(files), fc.constantFrom('null', '{"user": 7}', '[1.0]', '{"user": "stranger"}', undefined))
            .map(([[file, key], source]): Step => ({ kind: 'foreign', file, key, source })),
    },
);

/** What the rules promise, as simply as it can be said: who has which file, and the entries that nobody understands. */
class Model {
    readonly holders = new Map<number, { readonly who: number | undefined; readonly key: string }>();
    readonly odd = new Map<number, string>();

    out(who: number, { file, path, present }: Asked): string | undefined {
        if (file === undefined) return hopeless.get(path);
        const holder = this.holders.get(file);
        if (holder !== undefined) return holder.who === who ? 'alreadyMine' : 'heldByOther';
        if (this.odd.has(file)) return 'malformedLock';
        if (!present) return 'fileMissing';
        this.holders.set(file, { who, key: path });
        return undefined;
    }

    in(who: number, { file, path }: Asked): string | undefined {
        if (file === undefined)
            return hopeless.get(path) === 'outsideRepository' ? 'outsideRepository' : 'notCheckedOut';
        const holder = this.holders.get(file);
        if (holder === undefined) return this.odd.has(file) ? 'malformedLock' : 'notCheckedOut';
        if (holder.who !== who) return 'heldByOther';
        this.holders.delete(file);
        return undefined;
    }

    /** Another program only sees exact keys; it is let write where nothing is, and take out what nobody understands. */
    foreign(file: number, key: string, source: string | undefined): boolean {
        if (source === undefined) return this.odd.get(file) === key && this.odd.delete(file);
        if (this.holders.has(file) || this.odd.has(file)) return false;
        if (source.includes('stranger')) this.holders.set(file, { who: undefined, key });
        else this.odd.set(file, key);
        return true;
    }
}

describe('The rules against a model', function () {
    it('agree with it, whatever several people and programs do', () => {
        fc.assert(
            fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
                const model = new Model();
                let table = LockTable.empty;
                for (const one of steps)
                    table = one.kind === 'foreign' ? write(table, model, one) : act(table, model, one);
                const keys = new Map([...model.holders].map(([file, { key }]) => [key, file]));
                assert.deepEqual(new Set(table.locks().map(({ key }) => key)), new Set(keys.keys()));
                assert.deepEqual(
                    new Set(table.entries.map(({ key }) => key)),
                    new Set([...keys.keys(), ...model.odd.values()]),
                );
                assert.equal(table.entries.length, model.holders.size + model.odd.size);
            }),
            trying(400, 4),
        );
    });

    function act(table: LockTable, model: Model, one: Step & { kind: 'out' | 'in' }): LockTable {
        const { kind, who, name, asked: some } = one;
        const lock: Lock = newLock(name, 'PC', 'why', new Date(now));
        const wanted = some.map((ask) => model[kind](who, ask));
        const result =
            kind === 'out'
                ? checkOut(table, some, lock, extensions, now)
                : checkIn(
                      table,
                      some.map(({ path }) => path),
                      name,
                      now,
                  );
        const codes = result.outcomes.map(({ refusal }: Outcome) => refusal?.code);
        assert.deepEqual(codes, wanted);
        assert.ok(
            result.outcomes.every(({ lock: given, refusal }) => (given === undefined) !== (refusal === undefined)),
        );
        // Through the file and back, as between any two changes.
        const after = LockTable.parse(result.table.serialise());
        for (const [file, { who: holder, key }] of model.holders) {
            for (const spelling of files[file]!) {
                const user = after.find(spelling)?.lock?.user;
                assert.ok(holder === undefined ? user === 'stranger' : people[holder]!.includes(user ?? ''));
                assert.equal(after.find(spelling)?.key, key);
            }
        }
        if (codes.every((code) => code !== undefined)) assert.ok(after.equals(table));
        return after;
    }

    function write(table: LockTable, model: Model, { file, key, source }: Step & { kind: 'foreign' }): LockTable {
        if (!model.foreign(file, key, source)) return table;
        const members = table.entries.map((entry) => `${JSON.stringify(entry.key)}: ${entry.source}`);
        const kept = members.filter((_, index) => source !== undefined || table.entries[index]!.key !== key);
        return LockTable.parse(
            LockTable.parse(
                `{${[...kept, ...(source === undefined ? [] : [`${JSON.stringify(key)}: ${source}`])].join()}}`,
            ).serialise(),
        );
    }
});
