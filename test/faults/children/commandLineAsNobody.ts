/** The command line as somebody who is not root. */
import { main } from '../../../src/cli';
import { becomeNobody } from '../support/nobody';

becomeNobody();
const { stdout, stderr } = process;
void main(process.argv.slice(2), { stdout, stderr, currentFolder: () => undefined }).then(
    (code) => (process.exitCode = code),
);
