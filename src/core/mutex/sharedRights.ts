import { stat } from 'node:fs/promises';
import * as path from 'node:path';
import { rethrowUnlessSystemError } from '../base/errors';
import { rightsOf, rightsOfNewFolder, setRights, type Rights } from '../disk/rights';

/**
 * What the folder of a locks file gives to colleagues, for what is made in it for a change. Without it a umask decides
 * whether they see that a holder is alive, and whether they may remove what a killed one left.
 */
export class SharedRights {
    /** Asked once: a umask and the rights of a folder hardly ever change while a program runs. */
    private isNeeded = process.platform !== 'win32'; // Access lists come from the folder there.

    /** @param directory absolute path of the mutex directory */
    constructor(private readonly directory: string) {}

    /**
     * Gives them to the mutex directory, where the umask left less. Never fails because of the disk: the change does.
     * @returns the rights of a file in it; undefined where the umask leaves enough
     */
    async give(): Promise<Rights | undefined> {
        if (!this.isNeeded) return undefined;
        try {
            const above = path.dirname(this.directory);
            const [wanted, now] = await Promise.all([rightsOfNewFolder(above), stat(this.directory)]);
            this.isNeeded = isLess(rightsOf(now), wanted);
            if (!this.isNeeded) return undefined;
            const hasGroup = await setRights(wanted, this.directory);
            // Where the group cannot be given, an access list lets colleagues in, and the next time is like this one.
            if (!hasGroup && (wanted.mode & ~now.mode) === 0) this.isNeeded = false;
            return { ...wanted, mode: wanted.mode & 0o666 };
        } catch (error) {
            rethrowUnlessSystemError(error);
            return undefined;
        }
    }
}

/** Whether colleagues have less than they should. What they have too much in it, the folder above keeps from them. */
function isLess(now: Rights, wanted: Rights): boolean {
    return (wanted.mode & ~now.mode) !== 0 || (wanted.gid !== undefined && wanted.gid !== now.gid);
}
