import * as assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { check, type Run } from '../../stress/checker';
import type { Answer, Call, Holder, Look } from '../../stress/history';
import { Random } from '../../stress/random';
import { Shop } from '../../stress/shop';
import type { WorkerPlan } from '../../stress/worker';
import { makeTemporaryFolder, removeFolder } from '../../support/temporaryWorkspace';

const done: Answer = { kind: 'done' };
const unknown: Answer = { kind: 'none' };
const refused = (code: string, holder?: Holder): Answer => ({ kind: 'refused', code, holder });
const alices = { user: 'Alice', message: 'A' };
const bobs = { user: 'Bob', message: 'B' };

const call = (operation: Call['operation'], holder: Holder, start: number, end: number, answer: Answer): Call => ({
    who: holder.user,
    ...holder,
    operation,
    file: '1.mcam',
    start,
    end,
    answer,
});
const checkOut = (holder: Holder, start: number, end: number, answer: Answer = done): Call =>
    call('checkOut', holder, start, end, answer);
const checkIn = (holder: Holder, start: number, end: number, answer: Answer = done): Call =>
    call('checkIn', { ...holder, message: '' }, start, end, answer);
const see = (holder: Holder | undefined, start: number, end: number): Call =>
    call('see', { user: '', message: '' }, start, end, { kind: 'seen', holder });

const noted = { ...alices, note: 'N' };
const annotate = (holder: Holder, note: string, start: number, end: number, answer: Answer = done): Call => ({
    ...call('annotate', holder, start, end, answer),
    note,
});
const putContent = (
    operation: 'undo' | 'restore',
    holder: Holder,
    start: number,
    end: number,
    answer: Answer = done,
): Call => ({ ...call(operation, holder, start, end, answer), note: `by ${holder.message} at ${start}` });
const sight = (content: string | undefined, start: number, end: number): NonNullable<Run['sights']>[number] => ({
    file: '1.mcam',
    content,
    start,
    end,
});
/** Emptied at its start. */
const dump = (value: Holder | undefined, start: number, end: number, answer: Answer = done): Call => ({
    ...call('dump', { user: 'Python', message: '' }, start, end, answer),
    value,
    turn: start,
    since: start,
});
const takeOver = (holder: Holder, seen: Holder, start: number, end: number, answer: Answer = done): Call => ({
    ...call('takeOver', holder, start, end, answer),
    seen,
});
const write = (note: string, start: number, end: number): Call => ({
    ...call('write', { ...bobs, message: '' }, start, end, done),
    note,
});
const [left, right] = ['turned0-left.mcam', 'turned0-right.mcam'];
const named = (file: string, one: Call): Call => ({ ...one, file });
const rename = (from: string, to: string, start: number, end: number, answer: Answer): Call => ({
    ...named(from, call('rename', { ...alices, message: '' }, start, end, answer)),
    to,
});
const renamed: Answer = { kind: 'done', holder: alices };
const look = (holders: Record<string, Holder>, start: number, end: number): Look => ({ holders, start, end });
/** One file of a transaction of several. */
const together = (one: Call, file: string): Call => ({ ...one, file, turn: one.start });

/** What the checker says of these calls, when this is in the locks file at the end. */
function kinds(calls: readonly Call[], last?: Holder, rest: Partial<Run> = {}): string[] {
    const run: Run = {
        calls,
        looks: [],
        stays: [],
        before: '{}',
        after: JSON.stringify(last === undefined ? {} : { '1.mcam': last }),
        foreign: [],
        troubles: [],
        names: ['repo', 'locks.json', 'locks.json.bak'],
        mayFail: ['changeUnconfirmed', 'mutexTimeout', 'locksFileDamaged'],
        ...rest,
    };
    return check(run).map(({ kind }) => kind);
}

describe('The checker of the stress test', function () {
    const legal: Record<string, [Call[], Holder?]> = {
        'nothing at all': [[]],
        'one after the other': [[checkOut(alices, 0, 1), checkIn(alices, 2, 3), checkOut(bobs, 4, 5)], bobs],
        'a refusal beside what makes it true': [
            [checkOut(alices, 0, 10), checkOut(bobs, 1, 9, refused('heldByOther', alices))],
            alices,
        ],
        'a refusal that was true for a moment in the middle': [
            [checkOut(alices, 2, 3), checkIn(alices, 4, 5), checkIn(bobs, 0, 10, refused('heldByOther', alices))],
        ],
        'calls at the same time that fit in one order only': [
            [checkOut(bobs, 0, 10), checkIn(alices, 0, 10), checkOut(alices, 0, 10)],
            bobs,
        ],
        'a refusal of what the same person has already': [
            [checkOut(alices, 0, 1), checkOut({ ...alices, message: 'A2' }, 2, 3, refused('alreadyMine', alices))],
            alices,
        ],
        'a killed check-out that happened': [[checkOut(alices, 0, 5, unknown)], alices],
        'a killed check-out that did not happen': [[checkOut(alices, 0, 5, unknown), checkOut(bobs, 1, 2)], bobs],
        'an unconfirmed check-in that happened': [
            [checkOut(alices, 0, 1), checkIn(alices, 2, 3, { kind: 'failed', code: 'changeUnconfirmed' })],
        ],
        'an unconfirmed check-in that did not happen': [
            [checkOut(alices, 0, 1), checkIn(alices, 2, 3, { kind: 'failed', code: 'changeUnconfirmed' })],
            alices,
        ],
        'a failure that changed nothing': [[checkOut(alices, 0, 1, { kind: 'failed', code: 'mutexTimeout' })]],
        'a note that stays until the check-in': [
            [
                checkOut(alices, 0, 1),
                annotate(alices, 'N', 2, 3),
                see(noted, 4, 5),
                checkIn(alices, 6, 7, { kind: 'done', holder: alices }),
                see(undefined, 8, 9),
            ],
        ],
        'a refusal that names a holder without the note, which the product does not know': [
            [checkOut(alices, 0, 1), annotate(alices, 'N', 2, 3), checkOut(bobs, 4, 5, refused('heldByOther', alices))],
            noted,
        ],
        'a note that came too late': [
            [checkOut(alices, 0, 1), checkIn(alices, 2, 3), annotate(alices, 'N', 4, 5, refused('anotherCheckOut'))],
        ],
        'an undo, which ends its check-out': [
            [checkOut(alices, 0, 1), putContent('undo', alices, 2, 3), see(undefined, 4, 5)],
        ],
        'a restore, which does not': [[checkOut(alices, 0, 1), putContent('restore', alices, 2, 3)], alices],
        'an undo that was too late': [
            [
                checkOut(alices, 0, 1),
                checkIn(alices, 2, 3),
                putContent('undo', alices, 4, 5, refused('notCheckedOut')),
                checkOut(bobs, 6, 7),
                putContent('undo', alices, 8, 9, refused('changedHands', bobs)),
            ],
            bobs,
        ],
        'an undo beside another window of the same person, which had changed the file': [
            [checkOut(alices, 0, 1), putContent('undo', alices, 2, 3, { kind: 'failed', code: 'fileNotRestored' })],
            alices,
        ],
        'a check-out that a dump wiped, since it was made after the reading': [
            [checkOut(alices, 0, 1), dump(undefined, 2, 3), checkOut(bobs, 4, 5)],
            bobs,
        ],
        'a check-out that a dump brought back': [
            [checkOut(alices, 0, 1), checkIn(alices, 2, 3), dump(alices, 4, 5), checkIn(alices, 6, 7)],
        ],
        'a dump in whose place a change put its file that had looked before': [
            [dump(bobs, 4, 6, unknown), { ...checkOut(alices, 2, 8), since: 3 }],
            alices,
        ],
        'a dump between the last look of a change and its rename': [
            [dump(bobs, 4, 5), { ...checkOut(alices, 2, 8), since: 3 }],
            alices,
        ],
        'a take-over, and who had the file before': [
            [
                checkOut(alices, 0, 1),
                takeOver(bobs, alices, 2, 3),
                checkIn(alices, 4, 5, refused('heldByOther', bobs)),
                takeOver({ user: 'Carol', message: 'C' }, alices, 6, 7, refused('changedHands', bobs)),
            ],
            bobs,
        ],
        'a killed take-over that did not happen': [
            [checkOut(alices, 0, 1), takeOver(bobs, alices, 2, 3, unknown)],
            alices,
        ],
        'a rename, to and fro, with what goes along': [
            [
                named(left, checkOut(alices, 0, 1)),
                rename(left, right, 2, 3, renamed),
                named(left, checkOut(bobs, 4, 5, refused('fileMissing'))),
                named(right, checkOut(bobs, 4, 5, refused('heldByOther', alices))),
                rename(right, left, 6, 7, renamed),
                named(left, checkIn(alices, 8, 9)),
            ],
        ],
        'a killed rename, either way': [
            [
                named(left, checkOut(alices, 0, 1)),
                rename(left, right, 2, 3, unknown),
                named(right, checkIn(alices, 4, 5)),
            ],
        ],
        'a rename to a name that somebody else has': [
            [
                named(left, checkOut(alices, 0, 1)),
                named(right, checkOut(bobs, 2, 3)),
                rename(left, right, 4, 5, refused('heldByOther', bobs)),
                named(left, checkIn(alices, 6, 7)),
                named(right, checkIn(bobs, 8, 9)),
            ],
        ],
        'an observer beside a check-out': [[checkOut(alices, 0, 10), see(undefined, 1, 2), see(alices, 3, 4)], alices],
    };
    for (const [name, [calls, last]] of Object.entries(legal)) {
        it(`accepts ${name}`, () => assert.deepEqual(kinds(calls, last), []));
    }

    const broken: Record<string, [string, Call[], Holder?]> = {
        'two holders': ['twoHolders', [checkOut(alices, 0, 1), checkOut(bobs, 2, 3)], bobs],
        'a take-over of what somebody else has by then': [
            'lostLock',
            [checkOut(bobs, 0, 1), takeOver({ user: 'Carol', message: 'C' }, alices, 2, 3)],
            bobs,
        ],
        'a renamed file that is checked out under its old name': [
            'twoHolders',
            [
                named(left, checkOut(alices, 0, 1)),
                rename(left, right, 2, 3, renamed),
                named(right, checkOut(bobs, 4, 5)),
            ],
        ],
        'a lock that did not go along with its file': [
            'untrueRefusal',
            [
                named(left, checkOut(alices, 0, 1)),
                rename(left, right, 2, 3, renamed),
                named(right, checkIn(alices, 4, 5, refused('notCheckedOut'))),
            ],
        ],
        'two holders at the same moment': ['twoHolders', [checkOut(alices, 0, 5), checkOut(bobs, 0, 5)], bobs],
        'an acknowledged lock that is gone at the end': ['lostLock', [checkOut(alices, 0, 1)]],
        'an acknowledged lock that is gone for its holder': [
            'untrueRefusal',
            [checkOut(alices, 0, 1), checkIn(alices, 2, 3, refused('notCheckedOut'))],
        ],
        'an acknowledged lock that an observer misses': [
            'lostLock',
            [checkOut(alices, 0, 1), see(undefined, 2, 3), see(alices, 4, 5)],
            alices,
        ],
        'an acknowledged check-in that did not last': [
            'wrongHolder',
            [checkOut(alices, 0, 1), checkIn(alices, 2, 3)],
            alices,
        ],
        'a check-in of nothing': ['lostLock', [checkIn(alices, 0, 1)]],
        'an invented lock': ['inventedLock', [], bobs],
        'an invented holder in a refusal': ['inventedLock', [checkOut(alices, 0, 1, refused('heldByOther', bobs))]],
        'a refusal that was true before only': [
            'untrueRefusal',
            [checkOut(alices, 0, 1), checkIn(alices, 2, 3), checkOut(bobs, 4, 5, refused('heldByOther', alices))],
        ],
        'a refusal that became true afterwards only': [
            'untrueRefusal',
            [checkOut(bobs, 0, 1, refused('heldByOther', alices)), checkOut(alices, 2, 3)],
            alices,
        ],
        'a refusal without a reason': ['untrueRefusal', [checkOut(alices, 0, 1, refused('fileMissing'))]],
        'a killed check-out that happens after the death': [
            'wrongHolder',
            [checkOut(alices, 0, 1, unknown), see(undefined, 2, 3)],
            alices,
        ],
        'a failure that changed something': [
            'wrongHolder',
            [checkOut(alices, 0, 1, { kind: 'failed', code: 'mutexTimeout' })],
            alices,
        ],
        'a failure for which there was no reason': [
            'failure',
            [checkOut(alices, 0, 1, { kind: 'failed', code: 'locksFileUnreachable' })],
        ],
        'a check-in of another check-out than was there': [
            'lostLock',
            [
                checkOut(alices, 0, 1),
                checkIn(alices, 2, 3),
                checkOut({ ...alices, message: 'A2' }, 4, 5),
                checkIn(alices, 6, 7, { kind: 'done', holder: alices }),
            ],
        ],
        'an undo under a check-out that was over': [
            'lostLock',
            [checkOut(alices, 0, 1), checkIn(alices, 2, 3), putContent('undo', alices, 4, 5)],
        ],
        'a restore under a check-out that was over': [
            'lostLock',
            [checkOut(alices, 0, 1), checkIn(alices, 2, 3), putContent('restore', alices, 4, 5)],
        ],
        'an undo that left the file checked out': [
            'wrongHolder',
            [checkOut(alices, 0, 1), putContent('undo', alices, 2, 3)],
            alices,
        ],
        'an undo that says that somebody else has the file': [
            'inventedLock',
            [checkOut(alices, 0, 1), putContent('undo', alices, 2, 3, refused('changedHands', bobs))],
            alices,
        ],
        'a note that is lost': [
            'foreignChanged',
            [checkOut(alices, 0, 1), annotate(alices, 'N', 2, 3), see(alices, 4, 5)],
            alices,
        ],
        'a note that outlives the check-in': [
            'wrongHolder',
            [checkOut(alices, 0, 1), annotate(alices, 'N', 2, 3), checkIn(alices, 4, 5)],
            noted,
        ],
        'a dump that was overwritten though it was finished before the last look': [
            'wrongHolder',
            [dump(bobs, 4, 5), { ...checkOut(alices, 2, 8), since: 6 }],
            alices,
        ],
        'a dump in whose place a change put its file that had looked meanwhile': [
            'overwritten',
            [dump(bobs, 4, 6, unknown), { ...checkOut(alices, 2, 8), since: 5 }],
            alices,
        ],
        'a loss that no dump explains': ['lostLock', [checkOut(alices, 0, 1), dump(alices, 2, 3)]],
        'a locks file that is called damaged after one look': [
            'failure',
            [dump(undefined, 0, 9e6), checkOut(alices, 0, 10e6, { kind: 'failed', code: 'locksFileDamaged' })],
        ],
    };
    for (const [name, [kind, calls, last]] of Object.entries(broken)) {
        it(`objects to ${name}`, () => assert.deepEqual(kinds(calls, last), [kind]));
    }

    it('objects to changed, left-behind or damaged files', () => {
        assert.deepEqual(kinds([], undefined, { foreign: ['"x": 1.0'] }), ['foreignChanged']);
        assert.deepEqual(kinds([], undefined, { names: ['locks.json.lock', 'locks.json.1.tmp'] }), [
            'leftBehind',
            'leftBehind',
        ]);
        const names = ['locks.json', 'locks.json.2026-11-29T09-39-27-890Z.damaged'];
        assert.deepEqual(kinds([], undefined, { names }), ['leftBehind']);
        assert.deepEqual(kinds([], undefined, { names, mayRestore: true }), []);
        assert.deepEqual(kinds([], undefined, { troubles: ['It did not parse.'] }), ['observed']);
        assert.deepEqual(kinds([], undefined, { after: '{"1.mcam": ' }), ['damagedLocksFile']);
    });

    it('objects to two processes inside the mutex at once', () => {
        const stay = (who: string, from: number, to: number): Run['stays'][number] => ({ who, from, to });
        assert.deepEqual(kinds([], undefined, { stays: [stay('W1', 2, 3), stay('W0', 0, 2)] }), []);
        assert.deepEqual(kinds([], undefined, { stays: [stay('W1', 2, 4), stay('W0', 0, 3)] }), ['twoInside']);
    });

    describe('looks at what is in the files', () => {
        const first = putContent('restore', alices, 2, 3);
        const refusedOne = putContent('undo', alices, 6, 7, refused('notCheckedOut'));
        const placed: Answer = { ...refused('notCheckedOut'), kind: 'refused', code: 'notCheckedOut', isPlaced: true };
        const calls = [checkOut(alices, 0, 1), first, putContent('undo', alices, 4, 5)];
        const content = (...sights: ReturnType<typeof sight>[]): string[] => kinds(calls, undefined, { sights });

        it('and accepts what was put there in turn', () => {
            const now = [sight('', 1, 2), sight('by A at 2', 3, 4), sight('by A at 4', 4, 5), sight('by A at 4', 6, 6)];
            assert.deepEqual(content(...now), []);
            const killed = [...calls, putContent('undo', alices, 6, 7, unknown)];
            for (const last of ['by A at 4', 'by A at 6']) {
                assert.deepEqual(kinds(killed, undefined, { sights: [sight(last, 8, 9)] }), []);
            }
            const late = [...calls, { ...refusedOne, answer: placed }];
            assert.deepEqual(kinds(late, undefined, { sights: [sight('by A at 6', 8, 9)] }), []);
        });

        it('and accepts an old revision only once it was put back', () => {
            const back = { ...putContent('restore', alices, 6, 7), note: 'by A at 2', numbers: [1] };
            const all = [checkOut(alices, 0, 1), first, putContent('restore', alices, 4, 5), back];
            const saw = (one: ReturnType<typeof sight>): string[] => kinds(all, alices, { sights: [one] });
            assert.deepEqual(saw(sight('by A at 2', 8, 9)), []);
            assert.deepEqual(saw(sight('by A at 2', 5.2, 5.8)), ['wrongContent']);
            assert.deepEqual(saw(sight('by A at 4', 8, 9)), ['wrongContent']);
        });

        it('and objects to what is put there under a check-out that somebody had taken over', () => {
            const late = putContent('undo', alices, 2, 20, { kind: 'failed', code: 'changeUnconfirmed' });
            const taken = [checkOut(alices, 0, 1), late, takeOver(bobs, alices, 4, 5)];
            const saw = (calls: readonly Call[], ...sights: ReturnType<typeof sight>[]): string[] =>
                kinds(calls, bobs, { sights });
            assert.deepEqual(saw(taken, sight('by A at 2', 8, 9)), []);
            assert.deepEqual(saw(taken, sight('', 6, 7), sight('by A at 2', 8, 9)), ['wrongContent']);
            assert.deepEqual(saw([...taken, write('by Bob', 6, 7)], sight('by Bob', 8, 9)), []);
            assert.deepEqual(saw([...taken, write('by Bob', 6, 7)], sight('by A at 2', 8, 9)), ['wrongContent']);
            // Where an old locks file was restored, the check-out may have been in force again.
            const restored = { sights: [sight('by A at 2', 8, 9)], mayRestore: true };
            assert.deepEqual(kinds([...taken, write('by Bob', 6, 7)], bobs, restored), []);
        });

        it('and objects to what was replaced before, comes too early, or was refused', () => {
            assert.deepEqual(content(sight('', 4, 5)), ['wrongContent']);
            assert.deepEqual(content(sight('by A at 2', 6, 7)), ['wrongContent']);
            assert.deepEqual(content(sight('by A at 4', 2, 3)), ['wrongContent']);
            assert.deepEqual(content(sight('G1', 2, 3)), ['wrongContent']);
            // A client may delete a file before it replaces it, but not leave it so.
            assert.deepEqual(content(sight(undefined, 4, 5)), []);
            assert.deepEqual(content(sight(undefined, 6, 7)), ['wrongContent']);
            const late = [...calls, refusedOne];
            assert.deepEqual(kinds(late, undefined, { sights: [sight('by A at 6', 8, 9)] }), ['wrongContent']);
        });
    });

    it('objects to a half-visible transaction', () => {
        const both = [together(checkOut(alices, 0, 3), '1.mcam'), together(checkOut(alices, 0, 3), '2.mcam')];
        const back = [
            together(checkIn(alices, 4, 7, { kind: 'done', holder: alices }), '1.mcam'),
            together(checkIn(alices, 4, 7, { kind: 'done', holder: alices }), '2.mcam'),
        ];
        const half = look({ '1.mcam': alices }, 1, 2);
        const whole = look({ '1.mcam': alices, '2.mcam': alices }, 3, 4);
        const saw = (calls: readonly Call[], ...looks: readonly Look[]): string[] =>
            kinds(calls, undefined, { looks: [looks] });
        assert.deepEqual(saw([...both, ...back], look({}, 0, 1), whole, look({}, 5, 6)), []);
        assert.deepEqual(saw([...both, ...back], half, whole), ['halfVisible']);
        assert.deepEqual(saw([...both, ...back], whole, look({ '1.mcam': alices }, 5, 6)), ['halfVisible']);
        // One after the other.
        const apart = [
            checkOut(alices, 0, 1),
            together(checkOut(alices, 2, 3), '2.mcam'),
            checkIn(alices, 6, 7),
            together(checkIn(alices, 4, 5), '2.mcam'),
        ];
        assert.deepEqual(saw(apart, half, whole, look({ '1.mcam': alices }, 5, 6)), []);
    });

    it('accepts a damage report only if the damage lasted long enough', () => {
        const damaged: Answer = { kind: 'failed', code: 'locksFileDamaged' };
        assert.deepEqual(kinds([dump(undefined, 0, 100e6), checkOut(alices, 0, 200e6, damaged)]), []);
        assert.deepEqual(kinds([checkOut(alices, 0, 200e6, damaged)]), ['failure']);
    });

    it('objects to a damaged safety copy', () => {
        assert.deepEqual(kinds([], undefined, { backup: '{' }), ['damagedLocksFile']);
    });

    it('accepts every legal history of a register, however calls overlap', () => {
        const random = new Random(7);
        for (let round = 0; round < 200; round++) {
            const calls: Call[] = [];
            let holder: Holder | undefined;
            for (let moment = 0; moment < 60; moment++) {
                const user = `User${random.below(3)}`;
                const [start, end] = [moment - random.fraction() * 6, moment + random.fraction() * 6];
                if (random.fraction() < 0.5) {
                    const wanted = { user, message: `${moment}` };
                    const code = holder?.user === user ? 'alreadyMine' : 'heldByOther';
                    calls.push(checkOut(wanted, start, end, holder === undefined ? done : refused(code, holder)));
                    holder ??= wanted;
                } else if (holder?.user === user) {
                    calls.push(checkIn(holder, start, end, random.fraction() < 0.2 ? unknown : done));
                    holder = undefined;
                } else {
                    const code = holder === undefined ? 'notCheckedOut' : 'heldByOther';
                    calls.push(checkIn({ user, message: '' }, start, end, refused(code, holder)));
                }
            }
            assert.deepEqual(kinds(calls, holder), []);
        }
    });

    /** What three processes of an algorithm were told, each with so many operations on the same few files. */
    async function history(algorithm: WorkerPlan['algorithm'], operations: number): Promise<Run> {
        const [folder, notebook] = await Promise.all([makeTemporaryFolder(), makeTemporaryFolder()]);
        const shop = new Shop(folder, notebook, 4);
        try {
            const children = [0, 1, 2].map((index): ChildProcess => {
                const plan: WorkerPlan = {
                    folder,
                    history: shop.history().file,
                    who: `W${index}`,
                    user: `User${index}`,
                    files: shop.files,
                    seed: index,
                    algorithm,
                    operations,
                    staleAfter: 10_000,
                    allLive: true,
                };
                const script = join(__dirname, '..', '..', 'stress', 'worker.js');
                return spawn(process.execPath, [script, JSON.stringify(plan)], { stdio: 'inherit' });
            });
            await Promise.all(children.map((child) => once(child, 'exit')));
            return { ...shop.outcome(), mayFail: [] };
        } finally {
            await Promise.all([removeFolder(folder), removeFolder(notebook)]);
        }
    }

    it('accepts the answers of several processes of the product', async () => {
        const run = await history('core', 30);
        assert.ok(run.calls.length >= 90);
        assert.deepEqual(check(run), []);
    });

    it('objects to the answers of several processes of the tutorial’s algorithm', async () => {
        const found = new Set(check(await history('seed', 200)).map(({ kind }) => kind));
        assert.ok(found.has('twoHolders') || found.has('lostLock') || found.has('untrueRefusal'), [...found].join());
    });
});
