/** Checks one file out for Carol in a shop, within so many milliseconds, `asNobody` or as who we are; says what was refused. */
import { describeError } from '../../../src/core/base/errors';
import { becomeNobody } from '../support/nobody';
import { checkOutForCarol, shopIn } from '../support/shop';

const [folder = '', timeout = '60000', who = ''] = process.argv.slice(2);
if (who === 'asNobody') becomeNobody();
checkOutForCarol(shopIn(folder), Number(timeout)).then(
    () => console.log('done'),
    (error: unknown) => {
        console.log(describeError(error));
        process.exitCode = 1;
    },
);
