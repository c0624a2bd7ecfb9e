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
}

const ASCII = /^[\u0000-\u007f]*$/;

/** Indexes the names of a folder. @param onDisk names as a directory read gives them, in its order */
export function namesOf(onDisk: readonly string[]): Names {
    if (onDisk.every((name) => ASCII.test(name))) return new PlainNames(onDisk);
    const taken = new Set(onDisk.filter((name) => name.normalize('NFC') === name));
    return new Map(
        onDisk.map((name) => {
            const composed = name.normalize('NFC');
            if (composed === name || taken.has(composed)) return [name, name];
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
}
