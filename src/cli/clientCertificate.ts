import { CheckoutError, rethrowUnlessSystemError } from '../core/base/errors';
import { explainIoError } from '../core/disk/ioErrors';
import { openRegular } from '../core/disk/regularFile';
import type { ClientCertificate } from '../core/server/serverConnection';

/** Certificates and keys are smaller, in bytes. */
const LARGEST_BYTES = 2 ** 20;

/**
 * The certificate with which a script logs in to a lock server, from the files that PGSSLCERT and PGSSLKEY name.
 * @returns undefined where there is none
 * @throws CheckoutError `serverRefused`
 */
export async function clientCertificate(
    environment: Readonly<Record<string, string | undefined>>,
): Promise<ClientCertificate | undefined> {
    const { PGSSLCERT: certificate, PGSSLKEY: key } = environment;
    if (!certificate && !key) return undefined;
    if (!certificate || !key) {
        const [there, missing] = certificate ? ['PGSSLCERT', 'PGSSLKEY'] : ['PGSSLKEY', 'PGSSLCERT'];
        throw new CheckoutError(
            'serverRefused',
            `${there} is set and ${missing} is not. A certificate needs its key: set both, or none.`,
        );
    }
    return { certificate: await read(certificate, 'PGSSLCERT', false), key: await read(key, 'PGSSLKEY', true) };
}

async function read(file: string, namedBy: string, isSecret: boolean): Promise<string> {
    try {
        const { handle, stats } = await openRegular(file, undefined, LARGEST_BYTES);
        try {
            if (isSecret && process.platform !== 'win32' && (stats.mode & 0o077) !== 0) {
                throw new CheckoutError(
                    'serverRefused',
                    `The key ${file} that ${namedBy} names can be read by others, so it was not used. Make it yours alone, with chmod 600, and try again.`,
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
        const { reason, advice } = explainIoError(error, 'read');
        const message = `The file ${file} that ${namedBy} names cannot be read, because ${reason}. ${advice}`;
        throw new CheckoutError('serverRefused', message, file, { cause: error });
    }
}
