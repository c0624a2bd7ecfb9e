const NS_PER_SECOND = 1_000_000_000n;

/** Tells two states of a file or folder apart without reading it: another inode, size or modification time. */
export class FileStamp {
    private constructor(
        private readonly inode: bigint,
        private readonly size: bigint,
        private readonly modifiedNs: bigint,
    ) {}

    /** The stamp of a file from its `stat` in bigint form. */
    static of({ ino, size, mtimeNs }: { ino: bigint; size: bigint; mtimeNs: bigint }): FileStamp {
        return new FileStamp(ino, size, mtimeNs);
    }

    /**
     * Whether the disk keeps times in whole seconds or coarser (FAT: every second one), so that the file may have been
     * written in place since and still have the same stamp.
     */
    get isCoarse(): boolean {
        return this.modifiedNs % NS_PER_SECOND === 0n;
    }

    /** Whether two stamps are the same; two missing files are. */
    static same(one: FileStamp | undefined, other: FileStamp | undefined): boolean {
        return one?.inode === other?.inode && one?.size === other?.size && one?.modifiedNs === other?.modifiedNs;
    }

    /** The stamp as a text that is the same for the same stamp. */
    toString(): string {
        return `${this.inode} ${this.size} ${this.modifiedNs}`;
    }
}
