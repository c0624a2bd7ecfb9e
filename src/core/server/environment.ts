import * as os from 'node:os';
import * as path from 'node:path';
import { CheckoutError, rethrowUnlessSystemError, systemCode } from '../base/errors';
import { lookInto } from '../disk/diskFault';
import { explainIoError } from '../disk/ioErrors';
import { openRegular } from '../disk/regularFile';
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
export function authoritiesIn(file: string, namedBy: string): Promise<string> {
    return readLogInFile(file, `The certificates ${file} that ${namedBy} names`);
}

/** `''` where there is none. As for other programs, one that others may read does not count. */
async function passwordFile(environment: Environment): Promise<string> {
    const file = environment['PGPASSFILE'] ?? usualPasswordFile(environment);
    try {
        const subject = `The password file ${file}`;
        return await readLogInFile(file, subject, { secret: subject });
    } catch (error) {
        const isMissing = error instanceof CheckoutError && systemCode(error.cause) === 'ENOENT';
        if (isMissing && environment['PGPASSFILE'] === undefined) return '';
        throw error;
    }
}

/**
 * Reads a file that is needed to log in.
 * @param subject how a sentence begins that tells of the file
 * @param terms `secret` begins the sentence for a file that nobody else may read, and is left out where everybody may
 * @throws CheckoutError `serverRefused`
 */
export async function readLogInFile(
    file: string,
    subject: string,
    { secret, largestBytes = LARGEST_BYTES }: { readonly secret?: string; readonly largestBytes?: number } = {},
): Promise<string> {
    try {
        const { handle, stats } = await openRegular(file, undefined, largestBytes);
        try {
            if (secret !== undefined && process.platform !== 'win32' && (stats.mode & 0o077) !== 0) {
                throw new CheckoutError(
                    'serverRefused',
                    `${secret} can be read by others, so it was not used. Make it yours alone, with chmod 600, and try again.`,
                    file,
                );
            }
            return await handle.readFile('utf8');
        } finally {
            await handle.close();
        }
    } catch (error) {
        if (error instanceof CheckoutError) throw error;
        rethrowUnlessSystemError(error);
        const { reason, advice } = explainIoError(await lookInto(error, file, 'read'), 'read');
        const message = `${subject} cannot be read, because ${reason}. ${advice}`;
        throw new CheckoutError('serverRefused', message, file, { cause: error });
    }
}

function usualPasswordFile(environment: Environment): string {
    if (process.platform !== 'win32') return path.join(os.homedir(), '.pgpass');
    return path.join(environment['APPDATA'] ?? os.homedir(), 'postgresql', 'pgpass.conf');
}
