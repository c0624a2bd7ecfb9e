import { authoritiesIn, type Environment, passwordFrom } from '../core/server/environment';
import { parseServerAddress } from '../core/server/serverAddress';
import type { LinkOptions } from '../core/server/serverLink';
import { clientCertificate } from './clientCertificate';
import { UsageError } from './invocation';

/**
 * How to log in to a lock server, by its address and the variables that programs of PostgreSQL know: PGUSER, PGPASSWORD,
 * PGPASSFILE, PGSSLROOTCERT, PGSSLCERT and PGSSLKEY.
 * @param account the name of this account, for who has no other
 * @throws CheckoutError, UsageError
 */
export async function logIn(text: string, account: () => string, environment: Environment): Promise<LinkOptions> {
    const address = parseServerAddress(text);
    const { database } = address;
    const user = address.user ?? environment['PGUSER'] ?? account();
    const password = (host: string, port: number): Promise<string | undefined> =>
        passwordFrom(environment, { host, port, user, database });
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
    return authoritiesIn(file, 'PGSSLROOTCERT');
}
