import { createHash } from 'node:crypto';
import {
    closeSync,
    constants,
    fchmodSync,
    fstatSync,
    mkdirSync,
    openSync,
    readSync,
    statSync,
    writeFileSync,
} from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { rethrowUnlessSystemError } from '../core/base/errors';

/** V8 makes a fortieth of it of all that there is. */
const LARGEST_BYTES = 16 * 2 ** 20;
const DIGEST_BYTES = 32;
const OWN_FILE = 0o600;
const OWN_FOLDER = 0o700;
const WRITABLE_BY_OTHERS = 0o022;
/** A link or a pipe may be in the place of the file. */
const NOTHING_ELSE = constants.O_NONBLOCK | constants.O_NOFOLLOW;
const { O_RDONLY, O_WRONLY, O_CREAT, O_TRUNC } = constants;

/**
 * What V8 made of a program, in a file that only this user can write. V8 runs whatever it is given: it compares no text and no
 * checksum. So a digest says that the code was made of this build, by this Node.js, and is whole; else it is as if there were
 * none.
 */
export class CompiledCode {
    /**
     * @param file absolute path; undefined where nothing is to be kept
     * @param build what tells the program from every other
     */
    constructor(
        private readonly file: string | undefined,
        private readonly build: string,
    ) {}

    /** The code; undefined where there is none of this build, or somebody else may have written it. */
    read(): Buffer | undefined {
        const { file } = this;
        const bytes = file === undefined ? undefined : attempt(() => readOwn(file));
        const code = bytes?.subarray(DIGEST_BYTES);
        return code && this.digest(code).equals(bytes!.subarray(0, DIGEST_BYTES)) ? code : undefined;
    }

    /** Keeps the code for the next time, where the disk allows that. In place: a part of it has another digest. */
    write(code: Buffer): void {
        const { file } = this;
        if (file === undefined) return;
        attempt(() => {
            mkdirSync(path.dirname(file), { recursive: true, mode: OWN_FOLDER });
            const handle = openSync(file, O_WRONLY | O_CREAT | O_TRUNC | NOTHING_ELSE, OWN_FILE);
            try {
                fchmodSync(handle, OWN_FILE);
                writeFileSync(handle, Buffer.concat([this.digest(code), code]));
            } finally {
                closeSync(handle);
            }
        });
    }

    private digest(code: Buffer): Buffer {
        const maker = `${this.build} ${process.version} ${process.platform} ${process.arch}\n`;
        return createHash('sha256').update(maker).update(code).digest();
    }
}

/**
 * The folder on this computer for what can be made again.
 * @returns absolute path, which may not exist yet; undefined where it would be somebody else's, as under `sudo`
 */
export function cacheFolder(environment = process.env): string | undefined {
    const { LOCALAPPDATA, XDG_CACHE_HOME } = environment;
    if (process.platform === 'win32') return LOCALAPPDATA && path.join(LOCALAPPDATA, 'CNC Checkout', 'compiled');
    const isSet = XDG_CACHE_HOME !== undefined && path.isAbsolute(XDG_CACHE_HOME);
    const base = isSet ? XDG_CACHE_HOME : os.homedir();
    const isOwn = attempt(() => statSync(base).uid === process.getuid?.());
    return isOwn ? path.join(base, ...(isSet ? [] : ['.cache']), 'cnc-checkout', 'compiled') : undefined;
}

function readOwn(file: string): Buffer | undefined {
    const handle = openSync(file, O_RDONLY | NOTHING_ELSE);
    try {
        const { uid, mode, size } = fstatSync(handle);
        // On Windows the folder's access list keeps others out.
        const isOwn = process.platform === 'win32' || (uid === process.getuid?.() && !(mode & WRITABLE_BY_OTHERS));
        if (!isOwn || size > LARGEST_BYTES) return undefined;
        const bytes = Buffer.allocUnsafe(size);
        return bytes.subarray(0, readSync(handle, bytes, 0, size, 0));
    } finally {
        closeSync(handle);
    }
}

/** Undefined where the disk refuses: then the program starts a little later. */
function attempt<T>(action: () => T): T | undefined {
    try {
        return action();
    } catch (error) {
        rethrowUnlessSystemError(error);
        return undefined;
    }
}
