import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { formatTimestamp } from '../../src/core/base/time';
import { root } from '../support/root';
import { skipUnless } from '../support/skips';
import { temporaryFolder } from './support/temporaryFolder';

interface Manifest {
    readonly scripts: Record<string, string>;
    readonly contributes: {
        readonly commands: readonly { readonly title: string }[];
        readonly colors: readonly { readonly id: string }[];
        readonly configuration: { readonly properties: Record<string, { readonly default: unknown }> };
    };
}

const { scripts, contributes } = JSON.parse(read('package.json')) as Manifest;
const pages = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', ...markdownIn('docs')];
const madeByTests = 'test/e2e/screenshots';
const withoutSource = { ...process.env, CNC_CHECKOUT_SOURCE: undefined, CNC_CHECKOUT_REVISION: undefined };

interface Answer {
    readonly name: string;
    readonly error?: { readonly message: string; readonly holder: object };
}

const TWO_DAYS_MS = 2 * 24 * 3600 * 1000;
const cli = join(root, 'dist', 'cli.js');

describe('The documents', () => {
    const folder = temporaryFolder();

    function makeShop(files: readonly string[], locks: object): void {
        for (const file of files) {
            mkdirSync(join(folder(), 'repo', posix.dirname(file)), { recursive: true });
            writeFileSync(join(folder(), 'repo', file), 'M30\n');
        }
        writeFileSync(join(folder(), 'locks.json'), JSON.stringify(locks));
    }

    for (const page of pages) {
        it(`${page} has only links and pictures that lead somewhere, and names only files that exist`, () => {
            const text = read(page);
            for (const { link } of linksIn(text)) {
                if (/^(https:|mailto:)/.test(link)) continue;
                const [path = '', heading] = link.split('#');
                const target = path === '' ? page : posix.join(posix.dirname(page), path);
                assert.ok(existsSync(join(root, target)), `${link} leads to no file.`);
                if (heading !== undefined) assert.ok(anchorsOf(read(target)).includes(heading), `${link}: no heading.`);
            }
            for (const [, path] of text.matchAll(/`((?:src|test|docs|media)\/[\w./-]*)`/g)) {
                assert.ok(path === madeByTests || existsSync(join(root, path!)), `There is no ${path}.`);
            }
        });
    }

    it('README.md is read in five minutes', () => {
        const text = read('README.md');
        assert.ok(text.split(/\s+/).length <= 1000, 'It has more than 1000 words.');
        assert.ok(linksIn(text).filter(({ isPicture }) => isPicture).length <= 3, 'It has more than three pictures.');
    });

    it('show every picture that was taken for them', () => {
        const shown = pages.flatMap((page) => linksIn(read(page)).map(({ link }) => posix.basename(link)));
        for (const picture of readdirSync(join(root, 'media', 'readme'))) assert.ok(shown.includes(picture), picture);
    });

    it('tell every setting with its default, and every colour', () => {
        const text = read('docs/settings.md');
        for (const [name, { default: value }] of Object.entries(contributes.configuration.properties)) {
            const row = text.split('\n').find((line) => line.startsWith(`| \`${name}\` |`));
            const told =
                value === '' || value === null ? 'empty' : `\`${typeof value === 'string' ? value : spaced(value)}\``;
            assert.ok(row?.includes(`| ${told} |`), `${name} is ${told} by default.`);
        }
        for (const { id } of contributes.colors) assert.ok(text.includes(`\`${id}\``), id);
    });

    it('tell every command', () => {
        const section = read('docs/guide.md').split('## All commands')[1] ?? '';
        const told = [...section.matchAll(/^\| ([^|]*) \|/gm)].flatMap(([, names]) => names!.split(', '));
        // A tick only says that it is chosen.
        for (const { title } of contributes.commands) assert.ok(told.includes(title.replace('✓ ', '')), title);
    });

    it('tell every option of the command line', () => {
        const help = execFileSync(process.execPath, [cli, '--help'], { encoding: 'utf8' });
        const text = read('docs/command-line.md');
        for (const [, usage] of help.matchAll(/^ {4}(cnc-checkout .*)$/gm)) assert.ok(text.includes(usage!), usage);
        for (const [option] of help.matchAll(/--[a-z]+/g)) assert.ok(text.includes(`\`${option}`), option);
    });

    it('explain messages that there are, word for word', () => {
        const bundle = read('dist/extension.js');
        for (const page of ['docs/troubleshooting.md', 'docs/administration.md']) {
            const headings = [...read(page).matchAll(/^#+ (.*".*)$/gm)].map(([, heading]) => heading!);
            assert.ok(headings.length > 1);
            for (const message of headings.flatMap((heading) => heading.match(/"[^"]+"/g) ?? [])) {
                for (const part of message.slice(1, -1).split(/[…:]/)) {
                    const words = part.trim().replace(/^(?:An|You|No|The)\b/, '');
                    assert.ok(bundle.includes(words), `${page}: ${message} is said nowhere: “${words}”.`);
                }
            }
        }
    });

    it('show the answer that the command line gives', () => {
        const text = read('docs/command-line.md');
        const [, example] = /### `check-out --json`[\s\S]*?```json\n([\s\S]*?)```/.exec(text) ?? [];
        const documented = JSON.parse(example!) as Answer[];
        const { holder, message } = documented[1]!.error!;
        makeShop(
            documented.map(({ name }) => name),
            { [documented[1]!.name]: { ...holder, timestamp: formatTimestamp(new Date(Date.now() - TWO_DAYS_MS)) } },
        );
        const args = ['check-out', ...documented.map(({ name }) => name), '--user', 'Alice', '--json'];
        const { stdout } = spawnSync(process.execPath, [cli, ...args], { cwd: folder(), encoding: 'utf8' });
        const answers = (JSON.parse(stdout) as Answer[]).map((answer) =>
            answer.error === undefined ? answer : { ...answer, error: { ...answer.error, holder } },
        );
        assert.deepEqual(answers, documented);
        assert.ok(text.includes(`\n${message}\n`), `The example in the terminal does not say: ${message}`);
    });

    it('have all types of the API for other extensions, and an example that compiles with them', function () {
        skipUnless(this, 'ownPackages');
        const [example, listing, ...others] = [...read('docs/api.md').matchAll(/^```ts\n([^]*?)^```$/gm)].map(
            ([, code]) => code!,
        );
        assert.equal(listing, read('src/api/version1.ts'));
        assert.equal(others.length, 0);
        // Where TypeScript finds the types of VS Code.
        const own = mkdtempSync(join(root, 'out', 'api-example-'));
        try {
            writeFileSync(join(own, 'example.ts'), example!);
            writeFileSync(join(own, 'cncCheckout.ts'), listing);
            const options = { noEmit: true, strict: true, module: 'node16', target: 'es2022', types: ['vscode'] };
            writeFileSync(join(own, 'tsconfig.json'), JSON.stringify({ compilerOptions: options }));
            const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
            const { stdout, status } = spawnSync(process.execPath, [compiler, '-p', own], { encoding: 'utf8' });
            assert.deepEqual([status, stdout], [0, '']);
        } finally {
            rmSync(own, { recursive: true });
        }
    });

    it('tell every code with which the API refuses by itself', () => {
        const told = read('docs/api.md');
        const codes = [...read('src/api/changes.ts').matchAll(/\bcode: '(\w+)'/g)].map(([, code]) => code!);
        assert.ok(codes.length > 3);
        for (const code of codes) assert.ok(told.includes(`\`${code}\``), code);
    });

    it('tell contributors every npm script', () => {
        const text = read('CONTRIBUTING.md');
        for (const name of Object.keys(scripts).filter((script) => script !== 'vscode:prepublish')) {
            const command = ['start', 'test'].includes(name) ? `npm ${name}` : `npm run ${name}`;
            assert.ok(text.includes(`\`${command}\``), `\`${command}\` is not in CONTRIBUTING.md.`);
        }
    });

    it('are helped by the code: each room says at the top of one file what it is for, in a sentence', () => {
        const rooms = [...foldersIn('src').filter((name) => name !== 'src/core'), ...foldersIn('src/core')];
        for (const room of rooms) {
            const says = new RegExp(`^(#!.*\\n)?// ${posix.basename(room)}: [^]*?\\.`);
            const files = readdirSync(join(root, room)).map((name) => `${room}/${name}`);
            const main = [...files, `${room}.ts`].filter((file) => isSource(file) && says.test(read(file)));
            assert.equal(main.length, 1, `${room}: ${main.join(', ') || 'no file'} says what it is for.`);
        }
    });

    it('start nothing in the editor that is compiled from no file', () => {
        const files = ['.vscode/launch.json', '.vscode/tasks.json'];
        const modules = files.flatMap((file) => [...read(file).matchAll(/'\.\/out\/([\w./-]+)'/g)]);
        assert.ok(modules.length > 0);
        for (const [, module] of modules)
            assert.ok(existsSync(join(root, `${module}.ts`)), `There is no ${module}.ts.`);
    });

    it('tell nobody, nor the workflows and tasks, to run a script that there is not', () => {
        const others = ['.github/workflows/gate.yml', '.github/workflows/release.yml', '.vscode/tasks.json'];
        for (const file of [...pages, ...others]) {
            for (const [, name] of read(file).matchAll(/\bnpm run ([\w:-]+)/g)) {
                assert.ok(Object.hasOwn(scripts, name!), `${file}: there is no script ${name}.`);
            }
        }
    });
});

describe('The details page of the extension', () => {
    const folder = temporaryFolder();

    it('has only links that work there: to sections of its own, each of them once', () => {
        const text = makeDetailsPage({});
        const anchors = anchorsOf(text);
        const links = linksIn(text);
        assert.deepEqual(
            links.filter(({ isPicture }) => isPicture),
            [],
        );
        assert.ok(links.length > 10);
        for (const { link } of links.filter((one) => !one.link.startsWith('https:'))) {
            assert.ok(link.startsWith('#'), `${link} leads nowhere there.`);
            assert.equal(anchors.filter((anchor) => anchor === link.slice(1)).length, 1, link);
        }
    });

    it('shows pictures, and links to the other files, where a release says where they are', () => {
        const source = 'https://example.org/shop/cnc-checkout';
        const links = linksIn(makeDetailsPage({ CNC_CHECKOUT_SOURCE: source, CNC_CHECKOUT_REVISION: 'v1.2.3' })).filter(
            ({ link }) => !link.startsWith('#'),
        );
        assert.ok(links.some(({ link }) => link === `${source}/raw/v1.2.3/media/readme/tree.png`));
        assert.ok(links.some(({ link }) => link === `${source}/blob/v1.2.3/CONTRIBUTING.md`));
        for (const { link } of links) assert.match(link, /^https:/);
    });

    function makeDetailsPage(variables: NodeJS.ProcessEnv): string {
        const page = join(folder(), 'README.md');
        const script = join(root, 'docs', 'detailsPage.mjs');
        execFileSync(process.execPath, [script, page], { env: { ...withoutSource, ...variables } });
        return readFileSync(page, 'utf8');
    }
});

function read(page: string): string {
    return readFileSync(join(root, page), 'utf8');
}

function foldersIn(folder: string): string[] {
    const entries = readdirSync(join(root, folder), { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => `${folder}/${name}`);
}

function isSource(file: string): boolean {
    return file.endsWith('.ts') && existsSync(join(root, file));
}

function markdownIn(folder: string): string[] {
    const names = readdirSync(join(root, folder), { encoding: 'utf8', recursive: true });
    return names.filter((name) => name.endsWith('.md')).map((name) => posix.join(folder, name.replaceAll('\\', '/')));
}

function withoutCode(text: string): string {
    return text.replace(/^ *```[\s\S]*?^ *```/gm, '').replace(/`[^`\n]*`/g, 'code');
}

function linksIn(text: string): { isPicture: boolean; link: string }[] {
    return [...withoutCode(text).matchAll(/(!?)\[[^\]]*\]\(([^)\s]*)\)/g)].map(([, mark, link]) => ({
        isPicture: mark === '!',
        link: link!,
    }));
}

/** The anchors that GitHub and VS Code give to headings. */
function anchorsOf(text: string): string[] {
    const prose = text.replace(/^ *```[\s\S]*?^ *```/gm, '');
    return [...prose.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
        heading!
            .trim()
            .toLowerCase()
            .replace(/[^\p{L}\p{N}\s_-]/gu, '')
            .replaceAll(' ', '-'),
    );
}

/** As a person writes an array of extensions. */
function spaced(value: unknown): string {
    return JSON.stringify(value).replaceAll(',', ', ');
}
