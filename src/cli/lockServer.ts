import * as os from 'node:os';
import * as path from 'node:path';
import { CheckoutError, rethrowUnlessSystemError, systemCode } from '../core/base/errors';
import { explainIoError } from '../core/disk/ioErrors';
import { openRegular, readRegular } from '../core/disk/regularFile';
import { passwordIn } from '../core/server/passwordFile';
import { parseServerAddress } from '../core/server/serverAddress';
import type { LinkOptions } from '../core/server/serverLink';
import { clientCertificate } from './clientCertificate';
import { UsageError } from './invocation';

/** Certificates and passwords are smaller, in bytes. */
const LARGEST_BYTES = 2 ** 22;

/** Where programs of PostgreSQL look, too. */
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * How to log in to a lock server, by its address and the variables that programs of PostgreSQL know: PGUSER, PGPASSWORD,
 * PGPASSFILE, PGSSLROOTCERT, PGSSLCERT and PGSSLKEY.
 * @param account the name of this account, for who has no other
 * @throws CheckoutError, UsageError
 */
export async function logIn(text: string, account: () => string, environment: Environment): Promise<LinkOptions> {
    const address = parseServerAddress(text);
    const user = address.user ?? environment['PGUSER'] ?? account();
    const password = async (host: string, port: number): Promise<string | undefined> =>
        environment['PGPASSWORD'] ??
        passwordIn(await passwordFile(environment), { host, port, user, database: address.database });
    const client = await clientCertificate(environment);
    return { address, user, password, ca: await authorities(environment), client, connect: await driver() };
}

/** The part that opens connections lies beside the command line. */
async function driver(): Promise<LinkOptions['connect']> {
    try {
        return (await import('../postgres.js')).connect;
    } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND')) throw error;
        throw new UsageError('A lock server needs the file postgres.js of CNC Checkout, in the same folder as cli.js.');
    }
}

async function authorities(environment: Environment): Promise<string | undefined> {
    const file = environment['PGSSLROOTCERT'];
    if (file === undefined || file === '' || file === 'system') return undefined;
    try {
        return (await readRegular(file, LARGEST_BYTES)).toString('utf8');
    } catch (error) {
        rethrowUnlessSystemError(error);
        const { reason, advice } = explainIoError(error, 'read');
        const message = `The certificates ${file} that PGSSLROOTCERT names cannot be read, because ${reason}. ${advice}`;
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
        const { reason, advice } = explainIoError(error, 'read');
        throw new CheckoutError(
            'serverRefused',
            `The password file ${file} cannot be read, because ${reason}. ${advice}`,
            file,
            {
                cause: error,
            },
        );
    }
}

function usualPasswordFile(environment: Environment): string {
    if (process.platform !== 'win32') return path.join(os.homedir(), '.pgpass');
    return path.join(environment['APPDATA'] ?? os.homedir(), 'postgresql', 'pgpass.conf');
}
