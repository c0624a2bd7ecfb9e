import * as assert from 'node:assert/strict';
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { isUtf8 } from 'node:buffer';
import * as fc from 'fast-check';
import { DamagedTable } from '../../../src/core/locks/damagedTable';
import { LockTable } from '../../../src/core/locks/lockTable';
import { findPython } from '../../support/installed';
import { skipUnless } from '../../support/skips';
import { cases, seeded } from './support/cases';
import { locksBytes, locksText } from './support/locksFiles';

/**
 * For each line (two texts in base64, or null): whether `json.loads` gives an object for the first, and whether both are
 * the same values in the same order, keys that are there twice included. Reading the second takes nothing but ASCII.
 */
const program = `
import base64, json, sys

if hasattr(sys, 'set_int_max_str_digits'):
    sys.set_int_max_str_digits(0)

def refuse(constant):
    raise ValueError(constant)

class Members(list):
    pass

def load(text, encoding):
    return json.loads(base64.b64decode(text).decode(encoding), object_pairs_hook=Members, parse_constant=refuse)

for line in sys.stdin:
    before, after = json.loads(line)
    try:
        value = load(before, 'utf-8-sig')
    except ValueError:
        value = None
    same = after is None or repr(value) == repr(load(after, 'ascii'))
    print(json.dumps([isinstance(value, Members), same]))
`;

describe('Python and a locks file', function () {
    it('agree on which files are valid, and on the values in what we write', function () {
        skipUnless(this, 'python');
        // One process for many cases.
        for (let left = cases(300); left > 0; left -= 5000) {
            const samples = fc.sample(
                fc.oneof(
                    locksBytes,
                    locksText.map((text) => Buffer.from(text)),
                ),
                {
                    numRuns: Math.min(left, 5000),
                    ...(seeded().seed === undefined ? {} : { seed: seeded().seed! + left }),
                },
            );
            const written = samples.map(write);
            const input = samples.map((bytes, index) => {
                const after = written[index];
                return JSON.stringify([bytes.toString('base64'), after === undefined ? null : btoa(after)]);
            });
            const ran: SpawnSyncReturns<string> = spawnSync(findPython() ?? '', ['-c', program], {
                input: `${input.join('\n')}\n`,
                encoding: 'utf8',
                maxBuffer: 2 ** 28,
            });
            assert.equal(ran.status, 0, ran.stderr);
            const verdicts = ran.stdout.trimEnd().split('\n');
            assert.equal(verdicts.length, samples.length);
            verdicts.forEach((verdict, index) => {
                const [isObject, same] = JSON.parse(verdict) as [boolean, boolean];
                const what = `${JSON.stringify(samples[index]!.toString('latin1'))} was written as ${written[index]}`;
                assert.equal(written[index] !== undefined, isObject, what);
                assert.ok(same, what);
            });
        }
    });
});

/** What the product makes of the bytes of a locks file; undefined when it refuses them. */
function write(bytes: Buffer): string | undefined {
    if (!isUtf8(bytes)) return undefined;
    try {
        return LockTable.parse(bytes.toString('utf8')).serialise();
    } catch (error) {
        assert.ok(error instanceof DamagedTable, String(error));
        return undefined;
    }
}
