import { stat } from 'node:fs/promises';
import * as path from 'node:path';
import { build } from 'esbuild';
import { systemCode } from '../../src/core/base/errors';
import type { Row } from './report';

const root = path.join(__dirname, '..', '..', '..');

/** How large what people install is: the bundles as they are packed, and the VSIX if one was packed. */
export async function benchBundles(): Promise<Row[]> {
    return [
        row('extension.js, minified', await minifiedSize('extension'), 100),
        row('cli.js, minified', await minifiedSize('cli'), undefined),
        await packedSize('cnc-checkout.vsix', 250),
    ];
}

/** With the options of esbuild.mjs, but into memory: what was built last may be for debugging. */
async function minifiedSize(name: string): Promise<number> {
    const { outputFiles } = await build({
        absWorkingDir: root,
        entryPoints: [`src/${name}.ts`],
        bundle: true,
        platform: 'node',
        format: 'cjs',
        target: 'node20',
        define: { CNC_CHECKOUT_VERSION: '"0.0.0"' },
        external: ['vscode'],
        minify: true,
        write: false,
        logLevel: 'warning',
    });
    return outputFiles.reduce((sum, { contents }) => sum + contents.length, 0);
}

async function packedSize(file: string, atMost: number): Promise<Row> {
    try {
        return row(file, (await stat(path.join(root, file))).size, atMost);
    } catch (error) {
        if (systemCode(error) !== 'ENOENT') throw error;
        return { what: `${file} (not packed yet)`, ours: '', reference: '', target: '', met: undefined };
    }
}

function row(what: string, bytes: number, atMost: number | undefined): Row {
    const kilobytes = bytes / 1000;
    return {
        what,
        ours: `${kilobytes.toFixed(1)} kB`,
        reference: '',
        target: atMost === undefined ? '' : `<= ${atMost} kB`,
        met: atMost === undefined ? undefined : kilobytes <= atMost,
    };
}
