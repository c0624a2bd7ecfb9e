import { readFileSync } from 'node:fs';
import { build } from 'esbuild';

const minify = process.argv.includes('--minify');
const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));

await build({
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
});
