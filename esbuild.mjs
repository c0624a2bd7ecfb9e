import { createHash } from 'node:crypto';
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const { values } = parseArgs({
    options: { minify: { type: 'boolean', default: false }, outdir: { type: 'string', default: 'dist' } },
});
const { minify, outdir } = values;
const { version } = readJson('package.json');

/** @type {import('esbuild').BuildOptions} */
const options = {
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    minify,
    sourcemap: minify ? false : 'linked',
    logLevel: 'warning',
};
const { metafile } = await build({
    ...options,
    entryPoints: ['src/extension.ts', 'src/opener.ts', 'src/serverAccess.ts', 'src/postgres.ts', 'src/cli.ts'],
    outdir,
    define: { CNC_CHECKOUT_VERSION: JSON.stringify(version), 'import.meta.url': 'undefined' },
    // `pg` asks for the others only where it is told to, or gets no password from us.
    external: ['vscode', 'pg-native', 'pgpass'],
    plugins: [{ name: 'bundles of their own', setup: leaveOutside }],
    supported: { 'dynamic-import': false },
    // proper-lockfile is given a file system by `core/mutex/heartbeat.ts`. Its own patches `fs` for the whole process, also
    // for the other extensions of a window, and takes longer to load than the rest of it.
    alias: { 'graceful-fs': 'node:fs' },
    metafile: true,
});
// Not for debugging, which needs the bundle itself.
if (minify) await packInLauncher(join(outdir, 'cli.js'));

writeFileSync(
    join(outdir, 'ThirdPartyNotices.txt'),
    noticesOf(bundledIn('extension.js', 'opener.js', 'serverAccess.js', 'postgres.js', 'cli.js')),
);
// People copy these files alone to a share: the licences of what is in them go along.
for (const name of ['cli.js', 'postgres.js']) {
    appendFileSync(join(outdir, name), `\n/*\n${noticesOf(bundledIn(name)).replaceAll('*/', '* /')}*/\n`);
}
writeFileSync(
    join(outdir, 'packages.json'),
    JSON.stringify({
        extension: bundledIn('extension.js', 'opener.js', 'serverAccess.js'),
        cli: bundledIn('cli.js'),
        postgres: bundledIn('postgres.js'),
    }),
);

/** Puts the bundle of the command line into a launcher, as text: V8 parses no text that it compiled before. */
async function packInLauncher(file) {
    const bundle = readFileSync(file, 'utf8').replace(/^#!.*\n/, '');
    const program = `(function (exports, require, module, __filename, __dirname) {${bundle}})`;
    await build({
        ...options,
        entryPoints: ['src/launch.ts'],
        outfile: file,
        allowOverwrite: true,
        define: {
            CNC_CHECKOUT_PROGRAM: JSON.stringify(program),
            CNC_CHECKOUT_BUILD: JSON.stringify(createHash('sha256').update(program).digest('hex')),
        },
    });
}

/** They are required beside what needs them: when the first file is opened, when a lock server is configured. */
function leaveOutside({ onResolve }) {
    onResolve({ filter: /\/opener\.js$/ }, () => ({ path: './opener.js', external: true }));
    onResolve({ filter: /\/serverAccess\.js$/ }, () => ({ path: './serverAccess.js', external: true }));
    onResolve({ filter: /\/postgres\.js$/ }, () => ({ path: './postgres.js', external: true }));
}

/** The folders of the npm packages that went into these bundles, sorted. */
function bundledIn(...bundles) {
    const inputs = Object.entries(metafile.outputs).flatMap(([output, { inputs }]) =>
        bundles.includes(basename(output)) ? Object.keys(inputs) : [],
    );
    // Greedy: a package may lie in the node_modules of another one.
    const folders = inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input) ?? []);
    return [...new Set(folders)].sort();
}

/** What the licences of these packages ask to be handed on with them. */
function noticesOf(folders) {
    const notices = folders.map((folder) => {
        const { name, version: release, license, homepage } = readJson(join(folder, 'package.json'));
        const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)(\.(txt|md))?$/i.test(file));
        const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim());
        if (files.length === 0) texts.push(licenceInReadme(folder));
        return [`${name} ${release} (${license})`, homepage, '', ...texts].filter((line) => line !== undefined);
    });
    const head = 'CNC Checkout contains the following software of others, under the licences that follow.\n';
    const rule = '-'.repeat(80);
    return [head, ...notices.map((lines) => `${rule}\n${lines.join('\n')}\n`)].join('\n');
}

/** Some packages have their licence as the last section of their README alone. */
function licenceInReadme(folder) {
    const [, text] = /^#+ licen[cs]e\n(.*)$/ims.exec(readFileSync(join(folder, 'README.md'), 'utf8')) ?? [];
    if (text === undefined) throw new Error(`${folder} has no licence to hand on.`);
    return text.trim();
}

function readJson(file) {
    return JSON.parse(readFileSync(file, 'utf8'));
}
