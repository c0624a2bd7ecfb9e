/** Undoes a check-out of Alice and stops at a moment of it, with its whole process. */
import { readSync } from 'node:fs';
import { Programmer } from '../support/programmer';

const [folder, name, stopAt] = process.argv.slice(2) as [string, string, string];

function stopIf(moment: string): void {
    if (moment !== stopAt) return;
    console.log(moment);
    readSync(0, Buffer.alloc(1)); // Nothing of this process goes on, no timer either.
}

async function undo(): Promise<void> {
    const alice = new Programmer(folder, 'Alice', { atFailpoint: stopIf });
    await alice.repository.refresh();
    const request = await alice.look(name);
    alice.versions.whenPrepared = () => stopIf('prepared');
    await alice.repository.undo(request, alice.versions);
}

void undo();
