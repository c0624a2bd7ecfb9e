import * as assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { DamagedTable } from '../../../src/core/locks/damagedTable';
import { newLock, sameUser } from '../../../src/core/locks/holder';
import { LockTable } from '../../../src/core/locks/lockTable';
import { foldPath, isRepositoryPath, readKey } from '../../../src/core/base/repositoryPath';
import { trying } from './support/cases';
import { locksBytes, locksText } from './support/locksFiles';

/** The table that these bytes hold, read as the locks file is; undefined when it is refused. */
function read(bytes: Buffer): LockTable | undefined {
    if (!isUtf8(bytes)) return undefined;
    try {
        return LockTable.parse(bytes.toString('utf8'));
    } catch (error) {
        assert.ok(error instanceof DamagedTable, String(error));
        return undefined;
    }
}

/** What the platform says that bytes mean, where it is an object; a byte order mark is none of its concern. */
function meaning(bytes: Buffer): Record<string, unknown> | undefined {
    try {
        const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
        const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
        return isObject ? (value as Record<string, unknown>) : undefined;
    } catch {
        return undefined;
    }
}

/** The tokens of a JSON text without the space between them, non-ASCII characters as `\uXXXX`. */
function tokens(text: string): string[] {
    return (text.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/gs) ?? []).map((token) =>
        token.replace(/[\u007f-\uffff]/g, (character) => {
            return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
        }),
    );
}

/** Which tokens are the keys of the outermost object. */
function outerKeys(list: readonly string[]): Set<number> {
    const found = new Set<number>();
    let depth = 0;
    list.forEach((token, index) => {
        if (token === '{' || token === '[') depth++;
        if (token === '}' || token === ']') depth--;
        if (depth === 1 && list[index + 1] === ':') found.add(index);
    });
    return found;
}

describe('Arbitrary bytes as a locks file', function () {
    it('are refused unless they are a JSON object, and keep their meaning when written', () => {
        fc.assert(
            fc.property(locksBytes, (bytes) => {
                const table = read(bytes);
                const wanted = meaning(bytes);
                assert.equal(table !== undefined, wanted !== undefined);
                if (table === undefined) return;
                const out = table.serialise();
                assert.match(out, /^[\n -~]*$/);
                assert.deepStrictEqual(JSON.parse(out), wanted);
                assert.equal(LockTable.parse(out).serialise(), out);
                assert.ok(LockTable.parse(out).equals(LockTable.parse(out)));
                assert.ok(table.laidOut().equals(LockTable.parse(out)));
                assert.deepEqual(
                    table.laidOut().entries.map(({ lock }) => lock),
                    LockTable.parse(out).entries.map(({ lock }) => lock),
                );
            }),
            trying(300),
        );
    });

    it('keep every token and its order: numbers, escapes, duplicate keys', () => {
        fc.assert(
            fc.property(locksText, (text) => {
                const before = tokens(text);
                const after = tokens(LockTable.parse(text).serialise());
                assert.equal(after.length, before.length);
                const keys = outerKeys(before);
                before.forEach((token, index) => {
                    // Keys are written anew, as Python writes them.
                    if (keys.has(index)) assert.equal(JSON.parse(after[index]!), JSON.parse(token));
                    else assert.equal(after[index], token);
                });
            }),
            trying(200),
        );
    });

    it('yield the locks that any JSON reader finds, one per file, and say which name none', () => {
        fc.assert(
            fc.property(locksText, (text) => {
                const table = LockTable.parse(text);
                const values = JSON.parse(text) as Record<string, { readonly user?: unknown } | null>;
                const users = new Map<string, string[]>();
                for (const [key, value] of Object.entries(values)) {
                    const user = value !== null && Object.hasOwn(Object(value), 'user') ? value.user : undefined;
                    if (Array.isArray(value) || typeof user !== 'string' || user.trim() === '') continue;
                    const file = readKey(key);
                    if (file === undefined) {
                        assert.ok(table.withoutFile().some((entry) => entry.key === key));
                        continue;
                    }
                    users.set(foldPath(file), [...(users.get(foldPath(file)) ?? []), user]);
                    assert.ok(table.find(key)?.lock, key);
                    const { key: spelling, source } = table.find(key)!;
                    assert.deepStrictEqual(JSON.parse(source), values[spelling]);
                }
                const found = new Set<string>();
                for (const { path, lock } of table.locks()) {
                    assert.ok(isRepositoryPath(path));
                    assert.ok(users.get(foldPath(path))?.includes(lock.user));
                    assert.ok(!found.has(foldPath(path)));
                    found.add(foldPath(path));
                }
                assert.deepEqual(found, new Set(users.keys()));
                assert.deepEqual(Object.getOwnPropertyNames(Object.prototype).length, prototypeSize);
            }),
            trying(300),
        );
    });
    const prototypeSize = Object.getOwnPropertyNames(Object.prototype).length;

    it('are unchanged by a check-out and a check-in', () => {
        fc.assert(
            fc.property(locksText, fc.constantFrom('Alice', 'bob', 'ZOE\u0308'), (text, user) => {
                const before = LockTable.parse(text);
                const path = 'never/there before.vnc';
                const after = LockTable.parse(
                    before.with([{ path, lock: newLock(user, 'PC', 'm', new Date(0)) }]).serialise(),
                );
                assert.deepEqual(
                    after.entries.slice(0, -1).map(({ key }) => key),
                    before.entries.map(({ key }) => key),
                );
                assert.equal(after.find(path)?.lock?.user, user);
                assert.equal(after.without([path], user).serialise(), before.serialise());
                const mine = before.locks().filter(({ lock }) => sameUser(lock.user, user));
                const released = before.without(
                    mine.map(({ key }) => key),
                    user,
                );
                for (const { key, lock } of released.locks()) {
                    assert.ok(!sameUser(lock.user, user) || !mine.some((one) => foldPath(one.key) === foldPath(key)));
                }
                // Nobody else's lock, and nothing that is none, goes with them.
                const others = (table: LockTable): string[] =>
                    table.entries
                        .filter(({ lock }) => lock === undefined || !sameUser(lock.user, user))
                        .map(({ key }) => key);
                assert.deepEqual(others(released), others(before));
            }),
            trying(300),
        );
    });
});

describe('The text of a locks file', function () {
    it('is damaged wherever it is truncated', () => {
        const whole = Buffer.from(
            '\ufeff{\n  "caf\u00e9 \ud83d\udd27.vnc" : {"user": "Zo\u00eb", "timestamp": "2026-01-01T00:00:00Z", ' +
                '"message": "\\ud83d\\udd27 \\"{[\\\\", "n": [-1.5e+10, true, null, {}, []]},\r\n\t"b": 12\n}\n',
        );
        const complete = whole.lastIndexOf('}');
        for (let length = 0; length <= whole.length; length++) {
            const table = read(whole.subarray(0, length));
            assert.equal(table !== undefined, length > complete, `${length} of ${whole.length} bytes`);
            if (table !== undefined) assert.equal(table.serialise(), read(whole)?.serialise());
        }
    });

    it('is damaged when doubled or followed by anything', () => {
        const text = '{"a.vnc": {"user": "Al"}}';
        for (const more of [text, `\n${text}`, `,${text}`, 'null', '}', '\0', '\u00a0', '\ufeff', '//', '\u001a']) {
            assert.equal(read(Buffer.from(text + more)), undefined, JSON.stringify(more));
        }
    });

    it('is refused at hundreds of thousands of nesting levels, and kept at 500', () => {
        for (const depth of [501, 100_000, 500_000]) {
            for (const [open, close] of [
                ['[', ']'],
                ['{"a":', '}'],
                ['[{"":', '}]'],
            ] as const) {
                const middle = open === '[' ? '' : '0';
                const text = `{"x":${open.repeat(depth)}${middle}${close.repeat(depth)}}`;
                assert.throws(
                    () => LockTable.parse(text),
                    (error) => error instanceof DamagedTable && /nested too deeply|not valid JSON/.test(error.message),
                );
                // Without its end it is no JSON, which must be found out without a crash too.
                assert.throws(() => LockTable.parse(text.slice(0, 5 + depth * open.length)), DamagedTable);
            }
        }
        const deepest = `{"x":${'['.repeat(500)}${']'.repeat(500)}}`;
        assert.deepEqual(JSON.parse(LockTable.parse(deepest).serialise()), JSON.parse(deepest));
    });

    it('is refused without building anything of it, where four megabytes are nested', () => {
        const program = `
            const { LockTable } = require(${JSON.stringify(join(__dirname, '../../../src/core/locks/lockTable.js'))});
            const text = '{"a":' + '['.repeat(2_000_000) + ']'.repeat(2_000_000) + '}';
            const before = process.resourceUsage().maxRSS;
            try { LockTable.parse(text); } catch (error) { console.log(error.message); }
            console.log(process.resourceUsage().maxRSS - before);
        `;
        const { stdout } = spawnSync(process.execPath, ['-e', program], { encoding: 'utf8' });
        const [message, kilobytes] = stdout.trim().split('\n');
        assert.equal(message, 'it is nested too deeply');
        assert.ok(Number(kilobytes) < 20_000, `${kilobytes} kB`);
    });

    it('may hold any message of a megabyte', () => {
        for (const unit of ['\\', '\u0000\ud83d\udd27\ud800', '\\"']) {
            const message = unit.repeat(Math.ceil(2 ** 20 / unit.length));
            const written = LockTable.parse(JSON.stringify({ 'a.vnc': { user: 'Al', message } })).serialise();
            const lock = newLock('Al', 'PC', message, new Date());
            for (const text of [written, LockTable.empty.with([{ path: 'a.vnc', lock }]).serialise()]) {
                assert.match(text, /^[\n -~]*$/);
                assert.equal(LockTable.parse(text).find('a.vnc')?.lock?.message, message);
            }
        }
    });

    it('may hold 100,000 entries', () => {
        const text = `{${Array.from({ length: 100_000 }, (_, i) => `"${i}.vnc": {"user": "U${i % 50}", "n": ${i}.0}`).join()}}`;
        const table = LockTable.parse(text);
        assert.equal(table.locks().length, 100_000);
        assert.equal(table.find('99999.VNC')?.lock?.user, 'U49');
        const after = table.without(
            Array.from({ length: 100_000 }, (_, i) => `${i}.VNC`),
            'u7',
        );
        assert.equal(LockTable.parse(after.serialise()).entries.length, 98_000);
        assert.deepEqual(JSON.parse(table.serialise()), JSON.parse(text));
    });
});
