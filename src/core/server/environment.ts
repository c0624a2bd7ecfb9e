import * as os from 'node:os';
import * as path from 'node:path';
import { CheckoutError, rethrowUnlessSystemError, systemCode } from '../base/errors';
import { lookInto } from '../disk/diskFault';
import { explainIoError } from '../disk/ioErrors';
import { openRegular, readRegular } from '../disk/regularFile';
import { type LogIn, passwordIn } from './passwordFile';

/** Certificates and passwords are smaller, in bytes. */
const LARGEST_BYTES = 2 ** 22;

/** The variables of a process, of which programs of PostgreSQL know PGPASSWORD, PGPASSFILE and others. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The password for a log-in, where programs of PostgreSQL look: PGPASSWORD, PGPASSFILE, the usual password file.
 * @returns undefined when none is known
 * @throws CheckoutError
 */
export async function passwordFrom(environment: Environment, logIn: LogIn): Promise<string | undefined> {
    return environment['PGPASSWORD'] ?? passwordIn(await passwordFile(environment), logIn);
}

/**
 * The certificates of the authorities in a file, as PEM.
 * @param namedBy what named the file, for a message
 * @throws CheckoutError `serverRefused`
 */
export async function authoritiesIn(file: string, namedBy: string): Promise<string> {
    try {
        return (await readRegular(file, LARGEST_BYTES)).toString('utf8');
    } catch (error) {
        rethrowUnlessSystemError(error);
        const { reason, advice } = explainIoError(await lookInto(error, file, 'read'), 'read');
        const message = `The certificates ${file} that ${namedBy} names cannot be read, because ${reason}. ${advice}`;
        throw new CheckoutError('serverRefused', message, file, { cause: error });
    }
}

/** `''` where there is none. As for other programs, one that others may read does not count. */
async function passwordFile(environment: Environment): Promise<string> {
    const file = environment['PGPASSFILE'] ?? usualPasswordFile(environment);
    try {
        const { handle, stats } = await openRegular(file, undefined, LARGEST_BYTES);
        try {
            if (process.platform !== 'win32' && (stats.mode & 0o077) !== 0) {
                throw new CheckoutError(
                    'serverRefused',
                    `The password file ${file} can be read by others, so it was not used. Make it yours alone, with chmod 600, and try again.`,
                    file,
                );
            }
            return await handle.readFile('utf8');
        } finally {
            await handle.close();
        }
    } catch (error) {
        if (error instanceof CheckoutError) throw error;
        if (systemCode(error) === 'ENOENT' && environment['PGPASSFILE'] === undefined) return '';
        rethrowUnlessSystemError(error);
        const { reason, advice } = explainIoError(await lookInto(error, file, 'read'), 'read');
        const message = `The password file ${file} cannot be read, because ${reason}. ${advice}`;
        throw new CheckoutError('serverRefused', message, file, { cause: error });
    }
}

function usualPasswordFile(environment: Environment): string {
    if (process.platform !== 'win32') return path.join(os.homedir(), '.pgpass');
    return path.join(environment['APPDATA'] ?? os.homedir(), 'postgresql', 'pgpass.conf');
}
