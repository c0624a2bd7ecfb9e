import { stat } from 'node:fs/promises';
import * as path from 'node:path';
import { systemCode } from '../../src/core/base/errors';
import { root } from '../support/root';
import type { Row } from './report';
import { buildAsShipped } from './shipped';

/** How large what people install is: the bundles as they are packed, and the VSIX if one was packed. */
export async function benchBundles(folder: string): Promise<Row[]> {
    buildAsShipped(folder);
    const size = async (name: string): Promise<number> => (await stat(path.join(folder, name))).size;
    return [
        row('extension.js, minified', await size('extension.js'), 100),
        row('cli.js, minified, with the licences of what is in it', await size('cli.js'), undefined),
        await packedSize('cnc-checkout.vsix', 370),
    ];
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
