import { escapeNonAscii } from '../base/jsonText';
import { plainLine } from '../base/plainText';

/** Thrown when a text is not a locks file. The message is the reason, without a file name. */
export class DamagedTable extends Error {}

/** Where the locks of a locks file went. */
export interface MovedTo {
    /** The address of the lock server, without a log-in. */
    readonly lockServer: string;
    /** What identifies the repository there, whatever it is called. */
    readonly repositoryId: string;
    /** ISO 8601. */
    readonly since: string;
}

/** Thrown when a text says that the locks are on a lock server now. */
export class MovedLocks extends DamagedTable {
    constructor(readonly to: MovedTo) {
        super(`its locks were moved to the lock server ${plainLine(to.lockServer)}`);
    }
}

/**
 * The text that takes the place of a locks file whose locks were moved. It is JSON, because a script may take anything else
 * for an empty file; and it is a list, to which no script can add a lock, and which older versions call damaged.
 */
export function markerOf(to: MovedTo): string {
    const sentence = `The check-outs of this repository are kept on a lock server. Use CNC Checkout with the address below; this file records nothing any more.`;
    return escapeNonAscii(JSON.stringify([sentence, to], undefined, 4));
}

/** What a marker says; undefined for any other value. */
export function readMarker(value: unknown): MovedTo | undefined {
    const to: unknown = Array.isArray(value) ? value[1] : undefined;
    if (typeof to !== 'object' || to === null) return undefined;
    const { lockServer, repositoryId, since } = to as Readonly<Record<string, unknown>>;
    if (typeof lockServer !== 'string' || typeof repositoryId !== 'string') return undefined;
    return { lockServer, repositoryId, since: typeof since === 'string' ? since : '' };
}
