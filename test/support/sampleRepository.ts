/** A folder that looks like a machine shop's share, to try CNC Checkout on. */

import { access, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Part, parts } from './sampleJobs';
import { firstOperation, secondOperation, sidePortOperation, softJaws } from './samplePrograms';
import { setupSheet, tombstonePlate, warmUp } from './sampleShopPrograms';

interface CheckOut {
    file: string;
    user: string;
    message: string;
    minutesAgo: number;
    host?: string;
}

const hour = 60;
const day = 24 * hour;

const checkOuts: CheckOut[] = [
    {
        file: '4801247 Bracket/4801247-op2.vnc',
        user: 'Maria',
        message: 'Rev C: soft jaws moved to the left stop',
        minutesAgo: 14.2,
        host: 'CAM-PC-03',
    },
    {
        file: '4801247 Bracket/4801247.mcam',
        user: 'Maria',
        message: 'Rev C: soft jaws moved to the left stop',
        minutesAgo: 14.1,
        host: 'CAM-PC-03',
    },
    {
        file: '4801310 Manifold/4801310-op3.vnc',
        user: 'Dave',
        message: 'M14 taps breaking, trying lower speed on the VF-4',
        minutesAgo: 2 * day + 3 * hour + 7.6,
        host: 'CAM-PC-01',
    },
    {
        file: '4801352 Bearing Housing/4801352-op1.vnc',
        user: 'Ingrid',
        message: 'Bore runs 0.02 under, proving out new D3',
        minutesAgo: 3 * hour + 11.3,
        host: 'DNM5700-CELL',
    },
    {
        file: '4801366 Kühlplatte/4801366.mcam',
        user: 'Tomáš',
        message: 'Kühlplatte rev D: pocket 1 mm deeper',
        minutesAgo: 3.4,
        host: 'CAM-PC-02',
    },
    // No host: taken by a script that predates the field.
    {
        file: 'fixtures/FX-034 Tombstone Plate.vnc',
        user: 'Dave',
        message: 'Adding dowel row for 4801389',
        minutesAgo: 5 * day + 1 * hour + 40.8,
    },
    // The part was renumbered on the share while it was checked out.
    {
        file: '4801298 Spacer/4801298-op1.vnc',
        user: 'Ingrid',
        message: 'Waiting for drawing rev B from the customer',
        minutesAgo: 12 * day + 6 * hour + 2.9,
        host: 'CAM-PC-02',
    },
];

/**
 * Makes `repo/` and `locks.json` in `folder`. Does nothing when either is there already: it may be
 * somebody's work by now.
 */
export async function makeSampleRepository(folder: string): Promise<void> {
    const repository = path.join(folder, 'repo');
    const locksFile = path.join(folder, 'locks.json');
    if ((await exists(repository)) || (await exists(locksFile))) {
        return;
    }
    await mkdir(folder, { recursive: true });
    // Made aside and renamed, so that an interrupted run leaves no half repository to be taken for a whole one.
    const aside = await mkdtemp(path.join(folder, '.sample-'));
    try {
        for (const [file, content] of sampleFiles()) {
            const target = path.join(aside, 'repo', ...file.split('/'));
            await mkdir(path.dirname(target), { recursive: true });
            await writeFile(target, content);
        }
        await rename(path.join(aside, 'repo'), repository);
        await writeFile(locksFile, locksText(new Date()), { flag: 'wx' });
    } finally {
        await rm(aside, { recursive: true, force: true });
    }
}

function sampleFiles(): Map<string, string | Uint8Array> {
    const files = new Map<string, string | Uint8Array>();
    for (const part of parts) {
        const { folder, number } = part;
        // One programmer's PC writes capitals; the extension counts in any case.
        files.set(
            `${folder}/${number}${part.programmer === 'INGRID' ? '.MCAM' : '.mcam'}`,
            mastercamPart(number, part),
        );
        files.set(`${folder}/${number}-op1.vnc`, firstOperation(part));
        files.set(`${folder}/${number}-op2.vnc`, secondOperation(part));
        if (part.sidePorts) {
            files.set(`${folder}/${number}-op3.vnc`, sidePortOperation(part));
        }
        files.set(`${folder}/${number} setup sheet.txt`, setupSheet(part));
    }
    const [bracket, , , coolingPlate] = parts;
    if (bracket && coolingPlate) {
        files.set(
            `${bracket.folder}/old/4801247-op1 rev B.vnc`,
            firstOperation({ ...bracket, revision: 'B', posted: '2026-03-03', length: 118 }),
        );
        files.set('fixtures/FX-021 Soft Jaws 4801247.vnc', softJaws(bracket));
        files.set('fixtures/FX-021 Soft Jaws 4801247.mcam', mastercamPart(21, bracket));
        files.set('fixtures/FX-027 Soft Jaws 4801366.vnc', softJaws(coolingPlate));
    }
    files.set('fixtures/FX-034 Tombstone Plate.vnc', tombstonePlate());
    files.set('fixtures/FX-034 Tombstone Plate.mcam', mastercamPart(34));
    files.set('machines/VF-2SS warm-up.vnc', warmUp('HAAS VF-2SS', 12000));
    files.set('machines/DNM 5700 warm-up.vnc', warmUp('DOOSAN DNM 5700', 8000));
    return files;
}

/** Binary enough that an editor refuses it as text; the real format is Mastercam's secret. */
function mastercamPart(seed: number, part?: Part): Uint8Array {
    let state = (seed * 2654435761) >>> 0 || 1;
    const next = (): number => {
        state ^= state << 13;
        state ^= state >>> 17;
        state ^= state << 5;
        return (state >>>= 0);
    };
    const bytes = new Uint8Array(20_000 + (next() % 280_000));
    for (let at = 0; at < bytes.length; at++) {
        bytes[at] = next() >>> 24;
    }
    const name = part ? `${part.number} ${part.title} REV ${part.revision}` : 'FIXTURE';
    bytes.set(new TextEncoder().encode(`MCAM-SAMPLE\0\x1a\x02\0\0${name}\0\0\0\0`));
    return bytes;
}

/** Byte for byte what Python's `json.dump(locks, file, indent=4)` writes, which shops' scripts compare. */
function locksText(now: Date): string {
    const locks = Object.fromEntries(
        checkOuts.map(({ file, user, message, minutesAgo, host }) => {
            const timestamp = new Date(now.getTime() - minutesAgo * 60_000).toISOString().replace('Z', '000+00:00');
            return [file.normalize('NFC'), { user, timestamp, message, ...(host === undefined ? {} : { host }) }];
        }),
    );
    return JSON.stringify(locks, null, 4).replace(
        /[\u007f-\uffff]/g,
        (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
}

async function exists(file: string): Promise<boolean> {
    try {
        await access(file);
        return true;
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
            return false;
        }
        throw error;
    }
}
