/** Has Wine's server open a file when it is asked to, and says when that is done: what came before is done, too. */
import { closeSync, openSync } from 'node:fs';

process.on('message', (question: number) => {
    closeSync(openSync(__filename, 'r'));
    process.send!(question);
});
