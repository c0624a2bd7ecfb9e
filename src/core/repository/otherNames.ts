import * as path from 'node:path';
import { foldCase, relativeToRepository, spelledInRepository } from '../base/repositoryPath';
import { identityOf, isWithin, resolveLinks, withAncestors } from '../disk/realPath';

/** A path on disk that leads to a folder or file of the repository. */
interface Name {
    readonly diskPath: string;
    /** What it leads to, inside the repository; `''` for the repository itself. */
    readonly path: string;
}

/**
 * By what paths one repository is opened on this computer: its own, and those through links, other drives and other
 * spellings. They are learned one by one, because only the disk can tell them; after that a path is found without the disk.
 */
export class OtherNames {
    /** The longest first: a link inside another folder of the repository leads elsewhere. */
    private names: readonly Name[];
    private real: Promise<string> | undefined;

    /** @param root absolute path of the repository */
    constructor(private readonly root: string) {
        this.names = [{ diskPath: root, path: '' }];
    }

    /** The path inside the repository that a path on disk stands for, as it is spelled there; undefined outside, as far as is known. */
    pathOf(diskPath: string): string | undefined {
        for (const name of this.names) {
            if (name.path !== '' && path.relative(name.diskPath, diskPath) === '') return name.path;
            const relative = spelledInRepository(name.diskPath, diskPath);
            if (relative !== undefined) return name.path === '' ? relative : `${name.path}/${relative}`;
        }
        return undefined;
    }

    /**
     * All known paths on disk of a file or folder, its own first.
     * @param own its path on disk below the root
     * @param diskPathOf the path on disk below the root of a path inside the repository
     */
    diskPathsOf(own: string, diskPathOf: (path: string) => string): string[] {
        const others = this.names.flatMap((name) => {
            if (name.diskPath === this.root) return [];
            const target = name.path === '' ? this.root : diskPathOf(name.path);
            return isWithin(own, target) ? [path.join(name.diskPath, path.relative(target, own))] : [];
        });
        return [...new Set([own, ...others])];
    }

    /**
     * Asks the disk whether a path leads into the repository or to it, and remembers it.
     * @param spelled absolute path
     * @returns whether it is another name than those that were known
     */
    async learn(spelled: string): Promise<boolean> {
        const diskPath = path.resolve(spelled); // `repo/` is no other name than `repo`.
        const inside = await this.insideOf(await resolveLinks(diskPath));
        if (inside === undefined || this.isKnown(diskPath, inside)) return false;
        const name = outermost({ diskPath, path: inside });
        if (name.diskPath !== diskPath && this.isKnown(name.diskPath, name.path)) return false;
        this.names = [...this.names, name].sort((one, other) => other.diskPath.length - one.diskPath.length);
        return true;
    }

    private isKnown(diskPath: string, inside: string): boolean {
        if (inside === '') return this.names.some((name) => name.path === '' && name.diskPath === diskPath);
        // Spelled in another case it is another resource to VS Code, though the same file.
        return this.diskPathsOf(path.join(this.root, ...inside.split('/')), (folder) =>
            path.join(this.root, ...folder.split('/')),
        ).includes(diskPath);
    }

    /** What a real path is inside the repository; on a disk that ignores case its spelling may differ. */
    private async insideOf(real: string): Promise<string | undefined> {
        this.real ??= resolveLinks(this.root);
        const root = await this.real;
        if (path.relative(root, real) === '') return '';
        const inside = relativeToRepository(root, real);
        if (inside !== undefined) return inside;
        const identity = await identityOf(root);
        if (identity === undefined) return undefined;
        for (const folder of withAncestors(real)) {
            if (foldCase(path.basename(folder)) !== foldCase(path.basename(root))) continue;
            if ((await identityOf(folder)) === identity)
                return folder === real ? '' : relativeToRepository(folder, real);
        }
        return undefined;
    }
}

/** The name of the outermost folder that two paths agree in: `S/repo/job12` as `job12` is `S/repo` as `''`. */
function outermost(name: Name): Name {
    if (name.path === '') return name;
    const parts = name.path.split('/');
    const last = parts.at(-1) ?? '';
    if (path.basename(name.diskPath).normalize('NFC') !== last) return name;
    return outermost({ diskPath: path.dirname(name.diskPath), path: parts.slice(0, -1).join('/') });
}
