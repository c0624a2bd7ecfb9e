import { CheckoutError } from '../core/base/errors';
import { readLogInFile } from '../core/server/environment';
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
    const largestBytes = LARGEST_BYTES;
    const secret = `The key ${key} that PGSSLKEY names`;
    return {
        certificate: await readLogInFile(certificate, `The file ${certificate} that PGSSLCERT names`, { largestBytes }),
        key: await readLogInFile(key, `The file ${key} that PGSSLKEY names`, { secret, largestBytes }),
    };
}
