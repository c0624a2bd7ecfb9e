import { DEVICES_OF_WINDOWS } from './repositoryPath';

/**
 * Maps the NFC form of names to the names on disk, which may be in another Unicode form. Of two names with the same NFC form
 * one has it for its key, the one that is in NFC or else the first, and the other keeps its own: they are two files.
 */
export interface Names {
    readonly size: number;
    has(name: string): boolean;
    get(name: string): string | undefined;
    keys(): Iterable<string>;
    values(): Iterable<string>;
    entries(): Iterable<readonly [string, string]>;
}

const ASCII = /^[\u0000-\u007f]*$/;

/** Indexes the names of a folder. @param onDisk names as a directory read gives them, in its order */
export function namesOf(onDisk: readonly string[]): Names {
    if (onDisk.every((name) => ASCII.test(name))) return new PlainNames(onDisk);
    const taken = new Set(onDisk);
    return new Map(
        onDisk.map((name) => {
            const composed = name.normalize('NFC');
            if (taken.has(composed)) return [name, name];
            taken.add(composed);
            return [composed, name];
        }),
    );
}

/** Names that are their own NFC form. Most folders are never searched, so the index is made by the first search. */
class PlainNames implements Names {
    private index: ReadonlySet<string> | undefined;

    constructor(private readonly all: readonly string[]) {}

    get size(): number {
        return this.all.length;
    }

    has(name: string): boolean {
        this.index ??= new Set(this.all);
        return this.index.has(name);
    }

    get(name: string): string | undefined {
        return this.has(name) ? name : undefined;
    }

    keys(): Iterable<string> {
        return this.all;
    }

    values(): Iterable<string> {
        return this.all;
    }

    entries(): Iterable<readonly [string, string]> {
        return this.all.map((name) => [name, name]);
    }
}

/** What systems and other programs leave beside files: AppleDouble and hidden files (`._a.vnc`), owner files (`~$a.mcam`), previews. */
const LITTER = /^(?:\.|~\$|(?:thumbs\.db|desktop\.ini)$)/i;

/** Whether a name is that of a hidden file or of one that a system or a program keeps for itself. */
export function isLitter(name: string): boolean {
    return LITTER.test(name);
}

const DEVICE = new RegExp(`^(${DEVICES_OF_WINDOWS}) *(?:\\.|$)`, 'i');

/**
 * Why a file with this name cannot be shared with Windows, as a clause to follow "because"; undefined for any usual name.
 * Half of the shop could not open it, or would open another file.
 */
export function whyUnusable(name: string): string | undefined {
    const [, device] = DEVICE.exec(name) ?? [];
    if (device !== undefined) return `Windows takes “${device}” for a device`;
    const [sign] = /[<>:"|?*\\]/.exec(name) ?? [];
    if (sign !== undefined) return `Windows allows no “${sign}” in a name`;
    if (/[\u0000-\u001f\u007f]/.test(name)) return 'its name has a control character';
    if (/[\ud800-\udfff]/u.test(name)) return 'its name is no valid text';
    if (name.endsWith('.')) return 'Windows drops the dot at the end of its name';
    return name.endsWith(' ') ? 'Windows drops the space at the end of its name' : undefined;
}
