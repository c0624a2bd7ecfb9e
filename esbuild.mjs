import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const minify = process.argv.includes('--minify');
const { version } = readJson('package.json');

const { metafile } = await build({
    entryPoints: ['src/extension.ts', 'src/cli.ts'],
    outdir: 'dist',
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    define: { CNC_CHECKOUT_VERSION: JSON.stringify(version) },
    external: ['vscode'],
    minify,
    sourcemap: minify ? false : 'linked',
    logLevel: 'warning',
    metafile: true,
});

writeFileSync('dist/ThirdPartyNotices.txt', noticesOf(bundledIn('dist/extension.js', 'dist/cli.js')));
// People copy this file alone to a share: the licences of what is in it go along.
appendFileSync('dist/cli.js', `\n/*\n${noticesOf(bundledIn('dist/cli.js')).replaceAll('*/', '* /')}*/\n`);

/** The folders of the npm packages that went into these bundles, sorted. */
function bundledIn(...bundles) {
    const inputs = bundles.flatMap((bundle) => Object.keys(metafile.outputs[bundle].inputs));
    // Greedy: a package may lie in the node_modules of another one.
    const folders = inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input) ?? []);
    return [...new Set(folders)].sort();
}

/** What the licences of these packages ask to be handed on with them. */
function noticesOf(folders) {
    const notices = folders.map((folder) => {
        const { name, version: release, license, homepage } = readJson(join(folder, 'package.json'));
        const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)(\.(txt|md))?$/i.test(file));
        if (files.length === 0) throw new Error(`${folder} has no licence file to hand on.`);
        const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim());
        return [`${name} ${release} (${license})`, homepage, '', ...texts].filter((line) => line !== undefined);
    });
    const head = 'CNC Checkout contains the following software of others, under the licences that follow.\n';
    const rule = '-'.repeat(80);
    return [head, ...notices.map((lines) => `${rule}\n${lines.join('\n')}\n`)].join('\n');
}

function readJson(file) {
    return JSON.parse(readFileSync(file, 'utf8'));
}
