import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { completionFor } from '../../../src/cli/completion';
import { builtCommandLine, isSentences } from '../../support/commandLine';
import { root } from '../../support/root';
import { skipUnless } from '../../support/skips';
import { makeTemporaryWorkspace, type TemporaryWorkspace } from '../../support/temporaryWorkspace';
import { runHere } from '../support/commandLine';

describe('The command line', () => {
    let shop: TemporaryWorkspace;

    beforeEach(async () => (shop = await makeTemporaryWorkspace()));
    afterEach(() => shop.remove());

    for (const args of [['--help'], ['-h'], ['help'], ['--help', '--root', 'nowhere']]) {
        it(`prints help with ${args.join(' ')}`, async () => {
            const { code, stdout, stderr } = await runHere(shop.folder, args);
            assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
            for (const word of [
                'list',
                'check-out FILE...',
                'check-in',
                '--root',
                '--repository',
                '--locks',
                '--user',
            ]) {
                assert.ok(stdout.includes(word), `--help does not mention ${word}`);
            }
        });
    }

    for (const args of [
        ['check-in', '--help', '--root', 'nowhere'],
        ['check-in', '-h'],
        ['help', 'check-in'],
    ]) {
        it(`prints the help of one command with ${args.join(' ')}`, async () => {
            const { code, stdout, stderr } = await runHere(shop.folder, args);
            assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
            assert.match(stdout, /^Checks files in, .*\n\nUsage:\n {4}cnc-checkout check-in FILE\.\.\./);
            assert.match(stdout, /^ {4}--keep {2,}check in, but keep the files checked out$/m);
            assert.doesNotMatch(stdout, /--dry-run|--as-it-is/);
        });
    }

    it('prints its version with -v', () => {
        const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
        const printed = execFileSync(process.execPath, [builtCommandLine(), '-v'], { encoding: 'utf8' });
        assert.equal(printed, `${version}\n`);
    });

    it('takes the message after -m', async () => {
        assert.equal((await runHere(shop.folder, ['check-out', '4801247.mcam', '-m', 'New jaws'])).code, 0);
        assert.match((await runHere(shop.folder, ['list'])).stdout, / New jaws$/m);
    });

    const meant: Record<string, [args: string[], said: string]> = {
        'a command with letters in the wrong order': [
            ['chekc-out', 'a'],
            'Unknown command: chekc-out. Did you mean check-out?',
        ],
        'a command as other programs call it': [
            ['checkout', 'a'],
            'Unknown command: checkout. Did you mean check-out?',
        ],
        'the beginning of a command': [['rev', 'a'], 'Unknown command: rev. Did you mean revisions?'],
        'an option with a wrong letter': [['list', '--mien'], 'Unknown option: --mien. Did you mean --mine?'],
        'a message after one dash': [
            ['check-out', 'a', '-message', 'x'],
            'Unknown option: -message. Did you mean --message?',
        ],
        'a command for which help is asked': [['help', 'chek-in'], 'Unknown command: chek-in. Did you mean check-in?'],
    };
    for (const [name, [args, said]] of Object.entries(meant)) {
        it(`says what is meant by ${name}`, async () => {
            assert.deepEqual(await runHere(shop.folder, args), { code: 2, stdout: '', stderr: `${said}\n` });
            assert.equal(existsSync(join(shop.folder, 'locks.json')), false);
        });
    }

    it('suggests no option that the command does not take', async () => {
        const { stderr } = await runHere(shop.folder, ['check-out', 'a', '--mien']);
        assert.equal(stderr, 'Unknown option: --mien. See cnc-checkout --help.\n');
    });

    it('has bash complete commands, options and shells', function () {
        skipUnless(this, 'bash');
        const complete = (...words: string[]): string => {
            const script = `${completionFor('bash')}
                COMP_WORDS=(cnc-checkout ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}
                _cnc_checkout; echo "\${COMPREPLY[*]}"`;
            return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).trim();
        };
        assert.equal(complete('check'), 'check-out check-in');
        assert.equal(complete('check-in', 'a.vnc', '--ke'), '--keep');
        assert.equal(complete('check-out', '--ke'), '');
        assert.equal(complete('help', 'rest'), 'restore');
        assert.equal(complete('completion', 'z'), 'zsh');
        assert.equal(complete('check-in', 'a'), '', 'bash itself completes files');
    });

    for (const shell of ['zsh', 'powershell']) {
        it(`has a script for ${shell} with every command and its options`, async () => {
            const { code, stdout } = await runHere(shop.folder, ['completion', shell]);
            assert.equal(code, 0);
            for (const word of ['check-out', 'tidy', '--dry-run', '--from-other-computer'])
                assert.ok(stdout.includes(word));
        });
    }

    const wrong: Record<string, [args: string[], said: RegExp]> = {
        'no command': [[], /No command/],
        'an unknown command': [['frobnicate', '4801247.mcam'], /Unknown command: frobnicate/],
        'an unknown shell': [['completion', 'fish'], /completion needs one word: bash, zsh, powershell/],
        'two choices of a list': [
            ['list', '--mine', '--checked-out'],
            /--mine and --checked-out cannot be used together/,
        ],
        'only mine at a check-in': [['check-in', 'a.vnc', '--mine'], /check-in takes no --mine/],
        'an unknown option': [['list', '--everything'], /Unknown option: --everything/],
        'an option of Object': [['list', '--__proto__=1'], /Unknown option: --__proto__/],
        'a short option': [['list', '-j'], /Unknown option: -j/],
        'no file to check out': [['check-out'], /check-out needs at least one file/],
        'a take-over without a reason': [['take-over', 'a.vnc', '--message', ' '], /take-over needs a --message/],
        'a check-out that keeps': [['check-out', 'a.vnc', '--keep'], /check-out takes no --keep/],
        'no file to check in': [['check-in', '--json'], /check-in needs at least one file/],
        'an empty file': [['check-out', ''], /A file name is empty/],
        'a message for a list': [['list', '--message', 'Done'], /list takes no --message/],
        'CSV of a list': [['list', '--csv'], /list takes no --csv/],
        'two formats at once': [['history', '--csv', '--json'], /--json and --csv cannot be used together/],
        'an unknown separator': [
            ['history', '--csv', '--separator', 'constructor'],
            /--separator can be ",", ";" or tab/,
        ],
        'a separator without CSV': [['history', '--separator', ';'], /--separator is only of use with --csv/],
        'a file to replace without a file': [['list', '--overwrite'], /--overwrite is only of use with --output/],
        'an output file of a check-out': [['check-out', 'a.vnc', '--output', 'b'], /check-out takes no --output/],
        'the history of two files': [['history', 'a.vnc', 'b.vnc'], /history takes at most one file/],
        'a limit of nothing': [
            ['check-in', 'a.vnc', '--revisions-up-to', '0'],
            /needs a number of megabytes greater than 0/,
        ],
        'a limit in words': [['check-in', 'a.vnc', '--revisions-up-to', '2GB'], /megabytes greater than 0, not 2GB/],
        'a limit for a list': [['list', '--revisions-up-to', '500'], /list takes no --revisions-up-to/],
        'half an event': [['history', '--limit', '0.5'], /--limit needs a whole number greater than 0/],
        'an option without its value': [['check-out', 'a.vnc', '--message', '--json'], /--message needs a value/],
        'a value where none belongs': [['list', '--json=yes'], /--json takes no value/],
        'a blank user': [['check-out', '4801247.mcam', '--user', ' '], /--user is empty/],
        'an empty root': [['list', '--root='], /--root is empty/],
        'no time at all': [['list', '--timeout', '0'], /--timeout needs a number of seconds/],
        'less than no time': [['list', '--timeout=-3'], /--timeout needs a number of seconds/],
        'a timeout in words': [['list', '--timeout', 'long'], /--timeout needs a number of seconds/],
        'a timeout of 31 years': [['list', '--timeout', '1e9'], /at most 600, not 1e9/],
        'an endless timeout': [['list', '--timeout', 'Infinity'], /--timeout needs a number of seconds/],
    };
    for (const [name, [args, said]] of Object.entries(wrong)) {
        it(`refuses ${name} with one sentence, a hint and exit code 2`, async () => {
            const { code, stdout, stderr } = await runHere(shop.folder, args);
            assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
            assert.match(stderr, said);
            assert.match(stderr, /^[^\n]*\. See cnc-checkout --help\.\n$/);
            assert.equal(existsSync(join(shop.folder, 'locks.json')), false);
        });
    }

    it('accepts a message that begins with a dash', async () => {
        assert.equal((await runHere(shop.folder, ['check-out', '4801247.mcam', '--message', '-- new jaws'])).code, 0);
        assert.match((await runHere(shop.folder, ['list'])).stdout, /-- new jaws/);
    });

    for (const option of ['--root', '--repository']) {
        it(`names the missing folder of ${option} and exits with 2`, async () => {
            const { code, stdout, stderr } = await runHere(shop.folder, ['list', option, 'gone']);
            assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
            assert.ok(stderr.includes(join(shop.folder, 'gone')), stderr);
            assert.ok(isSentences(stderr), stderr);
        });
    }

    it('resolves relative options against the root', async () => {
        const args = ['check-out', 'op1.vnc', '--root', 'shop', '--repository', 'repo/job12', '--locks', 'l.json'];
        assert.deepEqual(await runHere(join(shop.folder, '..'), args), {
            code: 0,
            stdout: 'Checked out op1.vnc.\n',
            stderr: '',
        });
        assert.deepEqual(Object.keys(JSON.parse(readFileSync(join(shop.folder, 'l.json'), 'utf8')) as object), [
            'op1.vnc',
        ]);
    });

    it('exits with 2 when the folder of the locks file is missing', async () => {
        const { code, stdout, stderr } = await runHere(shop.folder, [
            'check-out',
            '4801247.mcam',
            '--locks',
            'gone/l.json',
        ]);
        assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
        assert.ok(stderr.includes(join(shop.folder, 'gone', 'l.json')), stderr);
        assert.ok(isSentences(stderr), stderr);
    });

    it('gives up after --timeout when another program has the mutex, and exits with 2', async () => {
        mkdirSync(join(shop.folder, 'locks.json.lock'));
        const { code, stderr } = await runHere(shop.folder, ['check-out', '4801247.mcam', '--timeout', '0.6']);
        assert.equal(code, 2, stderr);
        assert.match(stderr, / was not free within 1 s, so nothing was changed\./);
        assert.ok(isSentences(stderr), stderr);
        assert.equal(existsSync(join(shop.folder, 'locks.json')), false);
    });
});
