import * as assert from 'node:assert/strict';
import * as path from 'node:path';
import * as fc from 'fast-check';
import { keysOfScripts, keysThatLeadAway } from '../support/attacks';
import {
    extensionOf,
    foldPath,
    folderOf,
    isRepositoryPath,
    joinPath,
    nameOf,
    pathIn,
    readKey,
    relativeToRepository,
    spelledInRepository,
} from '../../../src/core/base/repositoryPath';

describe('A key of the locks file', () => {
    for (const [key, file] of keysOfScripts) {
        it(`${JSON.stringify(key)} is read as ${file}`, () => {
            for (const onWindows of [false, true]) assert.equal(readKey(key, onWindows), file);
        });
    }

    for (const key of keysThatLeadAway) {
        it(`${JSON.stringify(key.slice(0, 40))} is read as no file`, () => {
            for (const onWindows of [false, true]) assert.equal(readKey(key, onWindows), undefined);
        });
    }

    it('that is the path of a file is read as it is, and so is what was read of any other', () => {
        const piece = fc.constantFrom('..', '.', '/', '\\', 'C:', 'a', '\0', ' ', '//', '.vnc', 'e\u0301');
        fc.assert(
            fc.property(fc.array(piece, { maxLength: 8 }), fc.boolean(), (pieces, onWindows) => {
                const file = readKey(pieces.join(''), onWindows);
                if (file === undefined) return;
                assert.ok(isRepositoryPath(file, onWindows), file);
                assert.equal(readKey(file, onWindows), file);
                // The same file as a disk of Windows would find, were it not for drives and servers.
                assert.equal(
                    path.win32.normalize(`/r/${pieces.join('').trimEnd()}`),
                    `\\r\\${file.replaceAll('/', '\\')}`,
                );
            }),
            { numRuns: 3000 },
        );
    });
});

describe('repositoryPath', () => {
    for (const attack of [
        '',
        '..',
        '.',
        '../x.vnc',
        'a/../../x.vnc',
        'a/./x.vnc',
        'a//x.vnc',
        '/x.vnc',
        'x/',
        '//server/share/x.vnc',
        '\\\\server\\share\\x.vnc',
        '..\\x.vnc',
        'C:x.vnc',
        'C:/x.vnc',
        'x.vnc:stream',
        'x\0.vnc',
        'x\n.vnc',
        'x\u001b[31m.vnc',
        'x\u007f.vnc',
    ]) {
        it(`refuses ${JSON.stringify(attack)}`, () => assert.equal(isRepositoryPath(attack), false));
    }

    for (const [attack, reason] of [
        ['x\ud800.vnc', 'half of a character, which a disk takes for another name'],
        ['x'.repeat(5000), '5,000 characters'],
        [`${'a/'.repeat(200)}x.vnc`, '200 folders in each other'],
        [`${'a/'.repeat(1_000_000)}x.vnc`, 'a million folders in each other'],
    ] as const) {
        it(`refuses ${reason}`, () => assert.equal(isRepositoryPath(attack), false));
    }

    const devices = [
        'CON',
        'nul.vnc',
        'job/AUX.vnc',
        'com1',
        'LPT9.mcam',
        'COM¹.vnc',
        'nul .vnc',
        'conin$',
        'prn/x.vnc',
    ];
    const others = [
        'x.vnc.',
        'x.vnc ',
        'job./x.vnc',
        'job /x.vnc',
        'x?.vnc',
        'x*.vnc',
        'a|b.vnc',
        '<x>.vnc',
        '"x".vnc',
    ];
    for (const name of [...devices, ...others]) {
        it(`refuses ${name} on Windows, where it names something else or nothing`, () => {
            assert.equal(isRepositoryPath(name, true), false);
            assert.equal(isRepositoryPath(name, false), true);
        });
    }

    for (const name of ['console.vnc', 'null.vnc', 'com10.vnc', 'aux1/x.vnc', 'x.nul', '.vnc', 'a b.c d.vnc']) {
        it(`accepts ${name} on Windows`, () => assert.equal(isRepositoryPath(name, true), true));
    }

    for (const name of ['x.vnc', 'a/b/x.vnc', '..x', 'x..', '__proto__', 'Ünïcode 10 %.vnc', '.hidden/x.vnc']) {
        it(`accepts ${name}`, () => assert.equal(isRepositoryPath(name, false), true));
    }

    it('accepts no text that leads out of the repository, on any system', () => {
        const piece = fc.constantFrom('..', '.', '/', '\\', 'C:', 'a', '\0', ' ', '//', '~', '%2e');
        fc.assert(
            fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
                const text = pieces.join('');
                if (!isRepositoryPath(text)) return;
                for (const [system, root] of [
                    [path.posix, '/r/repo'],
                    [path.win32, 'C:\\r\\repo'],
                ] as const) {
                    assert.ok(system.join(root, text).startsWith(root + system.sep), text);
                }
            }),
            { numRuns: 1000 },
        );
    });

    it('gives all spellings of a name one folded form', () => {
        for (const spellings of [
            ['J\u030c.vnc', 'j\u030c.vnc', '\u01f0.vnc'],
            ['ΟΔΟΣ/x.vnc', 'οδος/x.vnc', 'οδοσ/X.VNC', 'Οδος/x.vnc'],
            ['Größe.vnc', 'GRÖßE.VNC', 'gro\u0308ße.vnc'],
            ['\ud83d\udd27.VNC', '\ud83d\udd27.vnc'],
        ]) {
            assert.equal(new Set(spellings.map(foldPath)).size, 1, spellings.join());
        }
    });

    it('is idempotent when it folds a path', () => {
        const combined = fc.tuple(
            fc.string({ unit: 'grapheme-composite', maxLength: 3 }),
            fc.constantFrom('\u0301', '\u0307', '\u0308', '\u030c', '\u0331', '\u0345', ''),
        );
        fc.assert(
            fc.property(
                fc.oneof(
                    combined.map((parts) => parts.join('')),
                    fc.string({ unit: 'binary' }),
                ),
                (text) => {
                    assert.equal(foldPath(foldPath(text)), foldPath(text));
                },
            ),
            { numRuns: 2000 },
        );
        for (let code = 0x20; code < 0x3000; code++) {
            for (const mark of ['', '\u030c', '\u0331', '\u0308', '\u0301']) {
                const folded = foldPath(String.fromCharCode(code) + mark);
                assert.equal(foldPath(folded), folded);
            }
        }
    });

    it('turns a path on disk into a repository path', () => {
        const root = path.resolve('/r/repo');
        assert.equal(relativeToRepository(root, path.join(root, 'a', 'x.vnc')), 'a/x.vnc');
        assert.equal(relativeToRepository(root, path.join(root, 'e\u0301.vnc')), '\u00e9.vnc');
        assert.equal(spelledInRepository(root, path.join(root, 'e\u0301.vnc')), 'e\u0301.vnc');
        assert.equal(relativeToRepository(root, path.join(root, '..x.vnc')), '..x.vnc');
        for (const outside of [root, path.resolve('/r'), path.resolve('/r/repo2/x.vnc'), path.resolve('/x.vnc')]) {
            assert.equal(relativeToRepository(root, outside), undefined);
        }
    });

    for (const [root, inside, outside] of [
        [
            '\\\\server\\cam\\repo',
            ['\\\\server\\cam\\repo\\job\\x.vnc', '\\\\SERVER\\Cam\\REPO\\job\\x.vnc', '//server/cam/repo/job/x.vnc'],
            [
                '\\\\server\\cam\\repo2\\x.vnc',
                '\\\\other\\cam\\repo\\x.vnc',
                '\\\\server\\other\\repo\\x.vnc',
                'S:\\repo\\x.vnc',
            ],
        ],
        ['\\\\server\\cam\\', ['\\\\server\\cam\\job\\x.vnc'], ['\\\\server\\cam2\\job\\x.vnc', 'C:\\job\\x.vnc']],
        [
            'S:\\',
            ['S:\\job\\x.vnc', 's:/job/x.vnc'],
            ['T:\\job\\x.vnc', '\\\\server\\cam\\job\\x.vnc', 'S:\\job\\x.vnc:stream'],
        ],
        [
            "C:\\Shop 100%\\#1 'A'",
            ["c:\\shop 100%\\#1 'a'\\job\\x.vnc"],
            ['C:\\Shop 100%\\x.vnc', "C:\\Shop 100%\\#1 'A'\\nul.vnc"],
        ],
    ] as const) {
        it(`turns a path on a Windows disk into a repository path, below ${root}`, () => {
            for (const diskPath of inside) assert.equal(relativeToRepository(root, diskPath, path.win32), 'job/x.vnc');
            for (const diskPath of [root, ...outside]) {
                assert.equal(relativeToRepository(root, diskPath, path.win32), undefined, diskPath);
            }
        });
    }

    it('splits a repository path into folder, name and extension', () => {
        assert.deepEqual(['a/b/x.VNC', 'x.VNC'].map(folderOf), ['a/b', '']);
        assert.deepEqual(['a/b/x.VNC', 'x.VNC'].map(nameOf), ['x.VNC', 'x.VNC']);
        assert.deepEqual(['a/b/x.VNC', 'a.b/x', '.vnc', 'x.'].map(extensionOf), ['.vnc', '', '.vnc', '.']);
        assert.equal(joinPath('', 'e\u0301'), '\u00e9');
        assert.equal(joinPath('a', 'x'), 'a/x');
        assert.equal(foldPath('A/E\u0301.VNC'), foldPath('a/\u00e9.vnc'));
    });

    it('accepts 4,096 characters and 128 folders, and no more', () => {
        const long = `${'x'.repeat(4092)}.vnc`;
        const deep = `${'a/'.repeat(127)}x`;
        assert.deepEqual(
            [long, `x${long}`, deep, `a/${deep}`, `${deep}\u00e9`].map((text) => isRepositoryPath(text)),
            [true, false, true, false, true],
        );
    });

    it('knows without being told whether this is Windows', () => {
        const onWindows = process.platform === 'win32';
        assert.equal(isRepositoryPath('nul.vnc'), !onWindows);
        for (const key of ['nul.vnc', '.\\nul.vnc']) assert.equal(readKey(key), onWindows ? undefined : 'nul.vnc');
        assert.equal(relativeToRepository('/r', '/r/nul.vnc', path.posix), 'nul.vnc');
        assert.equal(relativeToRepository('C:\\r', 'C:\\r\\nul.vnc', path.win32), undefined);
    });

    it('joins a name as a listing has it, and finds no extension where there is no dot', () => {
        assert.deepEqual([pathIn('', 'e\u0301'), pathIn('a', 'e\u0301')], ['e\u0301', 'a/e\u0301']);
        assert.equal(extensionOf('README'), '');
    });
});
