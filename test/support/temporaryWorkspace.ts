import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface TemporaryWorkspace {
    /** The folder to open; its `repo` folder is the repository. */
    readonly folder: string;
    remove(): Promise<void>;
}

const gCode =
    '%\nO1247 (BRACKET, OP 10)\nG21 G90 G17\nT1 M6\nG54 G0 X0. Y0. S4500 M3\nG43 H1 Z25. M8\nG1 Z-2. F180.\nM30\n%\n';
const part = Buffer.from([0x4d, 0x43, 0x41, 0x4d, 0x00, 0x01, 0xff, 0xfe]);

/** What is in it, by paths. */
export const workspaceFiles: Readonly<Record<string, string | Buffer>> = {
    'repo/4801247.mcam': part,
    'repo/4801247.vnc': gCode,
    'repo/job12/op1.vnc': gCode,
    'repo/job12/op2.vnc': gCode,
    'repo/job12/fixture plate.mcam': part,
    'repo/job13/Größe 40/op1.VNC': gCode,
    'repo/notes.txt': 'Not a CAM file.\n',
};

/** Makes a folder with a small repository in it; `locks` becomes its `locks.json`, written as it is. */
export async function makeTemporaryWorkspace(locks?: string): Promise<TemporaryWorkspace> {
    const outer = await makeTemporaryFolder();
    // The window's title and pictures show this name.
    const folder = join(outer, 'shop');
    for (const [name, content] of Object.entries(workspaceFiles)) {
        const file = join(folder, name);
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, content);
    }
    if (locks !== undefined) await writeFile(join(folder, 'locks.json'), locks);
    return { folder, remove: () => removeFolder(outer) };
}

export async function makeTemporaryFolder(): Promise<string> {
    // Resolved, because VS Code shows real paths and the system's temporary folder may be a link.
    return mkdtemp(join(await realpath(tmpdir()), 'cnc-checkout-'));
}

export async function removeFolder(folder: string): Promise<void> {
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}
