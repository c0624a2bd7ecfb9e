/** Undoes Bob's check-out in a shop whose disk fails from the moment at which the undo begins; says what Bob is told. */
import { writeFileSync } from 'node:fs';
import { CheckoutError } from '../../../src/core/base/errors';
import { Programmer } from '../../unit/support/programmer';

const [folder = ''] = process.argv.slice(2);

async function undo(): Promise<void> {
    const bob = new Programmer(folder, 'Bob', { storage: `${folder}.storage`, staleAfter: 2000 });
    await bob.repository.refresh();
    const request = await bob.look('bob.vnc');
    writeFileSync(`${folder}.begun`, '');
    try {
        const { refusal } = await bob.repository.undo(request, bob.versions);
        console.log(refusal?.message ?? 'done');
    } catch (error) {
        if (!(error instanceof CheckoutError)) throw error;
        console.log(error.message);
    }
}

void undo();
