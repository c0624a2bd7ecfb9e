import * as assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import * as path from 'node:path';
import { HistoryFile } from '../../../src/core/history/historyFile';
import type { Answer, Call } from '../../stress/history';
import { misrecorded, type Recorded, saysUnrecorded } from '../../stress/recorded';
import { temporaryFolder } from '../support/temporaryFolder';

const done: Answer = { kind: 'done' };
const unknown: Answer = { kind: 'none' };
const refused: Answer = { kind: 'refused', code: 'heldByOther' };
const file = '1.mcam';

const checkOut = (user: string, message: string, start: number, end: number, answer: Answer = done): Call => ({
    who: user,
    user,
    operation: 'checkOut',
    file,
    message,
    start,
    end,
    answer,
});
/** @param message of the check-out that it was told to have ended; a command line is not told */
const checkIn = (user: string, message: string | undefined, start: number, end: number, answer?: Answer): Call => ({
    ...checkOut(user, '', start, end),
    operation: 'checkIn',
    answer: answer ?? (message === undefined ? done : { kind: 'done', holder: { user, message } }),
});
const out = (user: string, message: string, of = file): string =>
    JSON.stringify({ time: 'T', action: 'check-out', file: of, user, message });
const back = (user: string, message: string, of = file): string =>
    JSON.stringify({ action: 'check-in', file: of, user, message: '', checkedOut: { time: 'T', message } });
const contentOf = (text: string): { readonly size: number; readonly sha256: string } => ({
    size: text.length,
    sha256: createHash('sha256').update(text).digest('hex'),
});
const putIn = (action: 'undo' | 'restore', text: string): string =>
    JSON.stringify({ ...(JSON.parse(back('Alice', 'A')) as object), action, after: contentOf(text) });
const putBy = (
    operation: 'undo' | 'restore',
    note: string,
    start: number,
    end: number,
    answer: Answer = done,
): Call => ({
    ...checkOut('Alice', 'A', start, end, answer),
    operation,
    note,
});
const bobTaking: Call = {
    ...checkOut('Bob', 'B', 4, 5),
    operation: 'takeOver',
    seen: { user: 'Alice', message: 'A' },
};
const taken = JSON.stringify({
    ...(JSON.parse(out('Bob', 'B')) as object),
    action: 'take-over',
    checkedOut: { time: 'T', message: 'A', user: 'Alice' },
});
const [left, right] = ['turned0-left.mcam', 'turned0-right.mcam'];
const named = (name: string, call: Call): Call => ({ ...call, file: name });
const renaming: Call = {
    ...named(left, checkIn('Alice', 'A', 2, 3)),
    operation: 'rename',
    to: right,
};
const moved = JSON.stringify({
    ...(JSON.parse(back('Alice', 'A', right)) as object),
    action: 'rename',
    from: left,
});
const kept = (revision: number): Call =>
    checkIn('Alice', 'A', 2, 3, { kind: 'done', holder: { user: 'Alice', message: 'A' }, revision });
const backAs = (number: number): string =>
    JSON.stringify({ ...(JSON.parse(back('Alice', 'A')) as object), revision: { number } });
const restored = JSON.stringify({ action: 'restore', user: 'Zoe', message: '' });

const faultsOf = (calls: readonly Call[], lines: readonly string[], rest: Partial<Recorded> = {}): string[] =>
    misrecorded({ calls, lines, mayTear: 0, mayRestore: false, isOrderly: true, ...rest });

const [aliceOut, aliceIn] = [checkOut('Alice', 'A', 0, 1), checkIn('Alice', 'A', 2, 3)];
const bobOut = checkOut('Bob', 'B', 4, 5);
const all = [aliceOut, aliceIn, bobOut];
const allLines = [out('Alice', 'A'), back('Alice', 'A'), out('Bob', 'B')];

describe('The checker of the product’s own history', () => {
    const folder = temporaryFolder();
    const sound: Record<string, [readonly Call[], readonly string[], Partial<Recorded>?]> = {
        'nothing at all': [[], []],
        'what was done, in turn': [all, allLines],
        'what was done at the same time, either way': [
            [checkOut('Alice', 'A', 0, 9), checkIn('Alice', 'A', 1, 9), checkOut('Bob', 'B', 2, 9)],
            allLines,
        ],
        'a check-in of a program that is not told which check-out it ended': [
            [aliceOut, checkIn('Alice', undefined, 2, 3), bobOut],
            allLines,
        ],
        'a check-out that ended twice, in two windows, since a dump brought it back': [
            [aliceOut, checkIn('Alice', 'A', 8, 9), checkIn('Alice', 'A', 2, 3), bobOut],
            [out('Alice', 'A'), back('Alice', 'A'), out('Bob', 'B'), back('Alice', 'A')],
            { isOrderly: false },
        ],
        'a refusal, which is not written': [[...all, checkOut('Carol', 'C', 6, 7, refused)], allLines],
        'what nobody knows, written': [[aliceOut, checkIn('Alice', '', 2, 3, unknown), bobOut], allLines],
        'what nobody knows, not written': [
            [aliceOut, checkIn('Alice', '', 2, 3, unknown), bobOut],
            [out('Alice', 'A'), out('Bob', 'B')],
        ],
        'the end of a check-out of which nobody knows': [
            [checkOut('Alice', 'A', 0, 1, unknown), aliceIn],
            [back('Alice', 'A')],
        ],
        'what could not be written, as the product said': [[{ ...aliceOut, isUnrecorded: true }], []],
        'a torn line, where something was killed': [all, [...allLines, '{"ti'], { mayTear: 1 }],
        'a restored content, and an undo': [
            [aliceOut, putBy('restore', 'one', 2, 3), putBy('undo', 'two', 4, 5)],
            [out('Alice', 'A'), putIn('restore', 'one'), putIn('undo', 'two')],
        ],
        'an undo of two of which nobody knows': [
            [aliceOut, putBy('undo', 'one', 2, 3, unknown), bobOut, putBy('undo', 'two', 6, 7, unknown)],
            [out('Alice', 'A'), out('Bob', 'B'), putIn('undo', 'two')],
            { isOrderly: false },
        ],
        'a take-over': [
            [aliceOut, bobTaking, checkIn('Bob', 'B', 6, 7)],
            [out('Alice', 'A'), taken, back('Bob', 'B')],
        ],
        'a rename, with what goes along': [
            [named(left, aliceOut), renaming, named(right, checkIn('Alice', 'A', 4, 5))],
            [out('Alice', 'A', left), moved, back('Alice', 'A', right)],
        ],
        'the number of a revision': [
            [aliceOut, kept(3)],
            [out('Alice', 'A'), backAs(3)],
        ],
        'a restore, where somebody did that': [all, [...allLines, restored], { mayRestore: true }],
        'what was written late, where somebody stood still': [
            [checkOut('Alice', 'A', 0, 9), checkIn('Alice', 'A', 2, 3)],
            [back('Alice', 'A'), out('Alice', 'A')],
            { isOrderly: false },
        ],
    };
    for (const [name, [calls, lines, rest]] of Object.entries(sound)) {
        it(`accepts ${name}`, () => assert.deepEqual(faultsOf(calls, lines, rest), []));
    }

    const broken: Record<string, [RegExp, readonly Call[], readonly string[], Partial<Recorded>?]> = {
        'a check-out that is missing': [/lacks what was done: checkOut of 1\.mcam/, [aliceOut], []],
        'a check-in that is missing': [
            /lacks what was done: checkIn/,
            [aliceOut, checkIn('Alice', undefined, 2, 3)],
            [out('Alice', 'A')],
        ],
        'a line that is there twice': [/was not done: check-out/, [aliceOut], [out('Alice', 'A'), out('Alice', 'A')]],
        'a check-in that is there twice': [/was not done: check-in/, all, [...allLines, back('Alice', 'A')]],
        'a refusal that was written': [/was not done/, [checkOut('Alice', 'A', 0, 1, refused)], [out('Alice', 'A')]],
        'a line of what nobody asked for': [/was not done/, [], [out('Alice', 'A')]],
        'a line in the name of somebody else': [/was not done/, [aliceOut], [out('Bob', 'A')]],
        'a line of another file': [/was not done/, [aliceOut], [out('Alice', 'A', '2.mcam')]],
        'the end of another check-out': [/was not done/, [aliceOut, aliceIn], [out('Alice', 'A'), back('Alice', 'B')]],
        'an undo that is missing': [
            /lacks what was done: undo/,
            [aliceOut, putBy('undo', 'one', 2, 3)],
            [out('Alice', 'A')],
        ],
        'a content that was restored after its check-out was over': [
            /cannot go on, after “nobody had it”, with: restore/,
            [aliceOut, aliceIn, putBy('restore', 'one', 2, 9)],
            [out('Alice', 'A'), back('Alice', 'A'), putIn('restore', 'one')],
        ],
        'a content that nobody put there': [
            /was not done: restore/,
            [aliceOut, putBy('restore', 'one', 2, 3)],
            [out('Alice', 'A'), putIn('restore', 'two')],
        ],
        'a take-over that is missing': [/lacks what was done: takeOver/, [aliceOut, bobTaking], [out('Alice', 'A')]],
        'a take-over from nobody': [
            /cannot go on, after “nobody had it”, with: take-over/,
            [aliceOut, aliceIn, bobTaking],
            [out('Alice', 'A'), back('Alice', 'A'), taken],
        ],
        'a rename that is missing': [
            /lacks what was done: rename/,
            [named(left, aliceOut), renaming],
            [out('Alice', 'A', left)],
        ],
        'what is done under the old name after a rename': [
            /cannot go on, after “nobody had it”, with: check-in of turned0-left/,
            [named(left, aliceOut), renaming, named(left, checkIn('Alice', 'A', 2, 9))],
            [out('Alice', 'A', left), moved, back('Alice', 'A', left)],
        ],
        'another number than was told': [
            /lacks what was done: checkIn/,
            [aliceOut, kept(3)],
            [out('Alice', 'A'), backAs(4)],
        ],
        'a check-in below what was found': [
            /has revision 4 before revision 3: check-in/,
            [aliceOut, kept(3)],
            [
                out('Alice', 'A'),
                JSON.stringify({ action: 'found', file, user: 'Alice', revision: { number: 4 } }),
                backAs(3),
            ],
        ],
        'what nobody does': [
            /what nobody does: hand-over/,
            all,
            [...allLines, out('Zoe', '').replace('check-out', 'hand-over')],
        ],
        'a restore that nobody did': [/what nobody does: restore/, all, [...allLines, restored]],
        'a torn line, where nothing was killed': [/1 lines of the history are torn/, all, [...allLines, '{"ti']],
        'two torn lines, where one program was killed': [/torn/, all, ['{"ti', ...allLines, '{"ti'], { mayTear: 1 }],
        'what was over before that which is written first began': [
            /wrong order/,
            all,
            [out('Bob', 'B'), out('Alice', 'A'), back('Alice', 'A')],
            { isOrderly: false },
        ],
        'a check-in before its check-out, though both went on at the same time': [
            /cannot go on, after “nobody had it”/,
            [checkOut('Alice', 'A', 0, 9), checkIn('Alice', 'A', 2, 3)],
            [back('Alice', 'A'), out('Alice', 'A')],
        ],
        'two check-outs of the same file, though both went on at the same time': [
            /cannot go on, after “check-out/,
            [checkOut('Alice', 'A', 0, 9), checkIn('Alice', 'A', 1, 9), checkOut('Bob', 'B', 2, 9)],
            [out('Alice', 'A'), out('Bob', 'B'), back('Alice', 'A')],
        ],
    };
    for (const [name, [fault, calls, lines, rest]] of Object.entries(broken)) {
        it(`objects to ${name}`, () => {
            const faults = faultsOf(calls, lines, rest);
            assert.ok(
                faults.some((sentence) => fault.test(sentence)),
                faults.join('\n'),
            );
            for (const sentence of faults) assert.match(sentence, /^The history .*\.$|^\d+ lines/);
        });
    }

    it('recognises the product’s warning', async () => {
        mkdirSync(path.join(folder(), 'locks.history.jsonl'));
        const warnings: string[] = [];
        const history = new HistoryFile(path.join(folder(), 'locks.json'), (warning) => warnings.push(warning));
        const event = { time: '', action: 'check-out', user: 'Alice', message: '' } as const;
        await history.follow([event], Promise.resolve(true));
        assert.deepEqual(warnings.map(saysUnrecorded), [true]);
        assert.ok(!saysUnrecorded('The change was made, but the last good copy locks.json.bak could not be updated.'));
    });
});
