import type { HistoryEvent } from '../history/historyEvent';
import type { Lease } from '../mutex/lease';
import { markerOf, MovedLocks, type MovedTo } from './damagedTable';
import type { LocksErrors } from './locksErrors';
import type { LocksReader } from './locksReader';
import type { LocksWriter } from './locksWriter';
import type { LockTable } from './lockTable';

/** Moves the locks of one locks file to a lock server, and back. */
export class LocksMove {
    constructor(
        private readonly reader: LocksReader,
        private readonly writer: LocksWriter,
        private readonly errors: LocksErrors,
    ) {}

    /**
     * Puts a marker in the place of the locks file and its copy, while the mutex is held.
     * @param move puts the locks elsewhere first; given what they were moved to where that was done already
     * @throws CheckoutError
     */
    async away(move: (table: LockTable | MovedTo) => Promise<MovedTo>, lease: Lease): Promise<void> {
        const content = await this.reader.readPatiently();
        if ('damage' in content && !(content.damage instanceof MovedLocks)) throw this.errors.damaged(content.damage);
        const to = await move('damage' in content ? (content.damage as MovedLocks).to : content.table);
        const written = await this.writer.write({ serialise: () => markerOf(to) }, content.source, lease, []);
        if (written.became !== 'replaced') throw this.errors.unconfirmed();
    }

    /**
     * Puts locks in the place of such a marker, while the mutex is held.
     * @param bring gives the locks, and what was done since they were moved
     * @throws CheckoutError
     */
    async back(
        bring: (to: MovedTo) => Promise<{ readonly table: LockTable; readonly events: readonly HistoryEvent[] }>,
        lease: Lease,
    ): Promise<void> {
        const content = await this.reader.readPatiently();
        if (!('damage' in content)) throw this.errors.notMoved();
        if (!(content.damage instanceof MovedLocks)) throw this.errors.damaged(content.damage);
        const { table, events } = await bring(content.damage.to);
        const written = await this.writer.write(table, content.source, lease, events);
        if (written.became !== 'replaced') throw this.errors.unconfirmed();
    }
}
