import { CheckoutError } from '../base/errors';
import { plainName } from '../base/plainText';

/** Where a lock server is, and which of its repositories is meant. */
export interface ServerAddress {
    /** Tried in turn. */
    readonly hosts: readonly { readonly host: string; readonly port: number }[];
    readonly database: string;
    readonly repository: string;
    /** The log-in, where the address names it. */
    readonly user: string | undefined;
    /** Whether even a server on this computer has to prove who it is. */
    readonly verifiesLoopback: boolean;
}

const DEFAULT_PORT = 5432;
const ADDRESS = /^postgres(?:ql)?:\/\/(?:([^@/?]*)@)?([^@/?]*)(?:\/([^?]*))?(?:\?(.*))?$/s;
const HOST = /^(\[[\da-f:.]+\]|[\w.-]+)(?::(\d{1,5}))?$/i;

/**
 * Reads an address: `postgresql://db1,db2:5433/cnc?repository=plant`.
 * @throws CheckoutError `serverRefused`
 */
export function parseServerAddress(text: string): ServerAddress {
    const [, login, hosts = '', database = '', query = ''] = ADDRESS.exec(text.trim()) ?? [];
    if (hosts === '') throw unusable(text, 'it does not look like postgresql://HOST/DATABASE?repository=NAME');
    if (login?.includes(':')) {
        // It is not repeated: it has the password in it.
        throw new CheckoutError(
            'serverRefused',
            'The address of a lock server must not have a password in it. Leave it out: in VS Code it belongs to CNC: Sign In to Lock Server…, which keeps it safely for you alone, and on the command line to PGPASSWORD or PGPASSFILE.',
        );
    }
    const parameters = new URLSearchParams(query);
    const repository = parameters.get('repository') ?? '';
    if (repository === '') throw unusable(text, 'it names no repository: add ?repository=NAME');
    const sslmode = parameters.get('sslmode') ?? 'verify-full';
    if (sslmode !== 'verify-full')
        throw unusable(text, 'certificates are always verified: sslmode can only be verify-full');
    const unknown = [...parameters.keys()].find((name) => name !== 'repository' && name !== 'sslmode');
    if (unknown !== undefined) throw unusable(text, `there is no parameter ${plainName(unknown)}`);
    return {
        hosts: hosts.split(',').map((one) => {
            const [, host, port] = HOST.exec(one) ?? [];
            const number = port === undefined ? DEFAULT_PORT : Number(port);
            if (host === undefined || number > 65_535) throw unusable(text, `${plainName(one)} is no host`);
            return { host: host.replace(/^\[|\]$/g, ''), port: number };
        }),
        database: decoded(database, text) || 'cnc',
        repository,
        user: login === undefined || login === '' ? undefined : decoded(login, text),
        verifiesLoopback: parameters.has('sslmode'),
    };
}

/** The address as everybody may read it: no log-in, and nothing that is usual. */
export function addressWithoutLogIn(address: ServerAddress): string {
    const { database, repository, verifiesLoopback } = address;
    const hosts = nameOfServer(address).replaceAll(', ', ',');
    const mode = verifiesLoopback ? '&sslmode=verify-full' : '';
    return `postgresql://${hosts}/${encodeURIComponent(database)}?repository=${encodeURIComponent(repository)}${mode}`;
}

/** A server as a person names it: "db1, db2:5433". */
export function nameOfServer({ hosts }: ServerAddress): string {
    return hosts
        .map(({ host, port }) => {
            const name = host.includes(':') ? `[${host}]` : host;
            return port === DEFAULT_PORT ? name : `${name}:${port}`;
        })
        .join(', ');
}

/** Whether a host is this computer, where nobody else listens. */
export function isLoopback(host: string): boolean {
    return host.toLowerCase() === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function decoded(part: string, text: string): string {
    try {
        return decodeURIComponent(part);
    } catch (error) {
        if (!(error instanceof URIError)) throw error;
        throw unusable(text, 'a % in it has to be written as %25');
    }
}

function unusable(text: string, reason: string): CheckoutError {
    return new CheckoutError('serverRefused', `${plainName(text)} is no address of a lock server: ${reason}.`);
}
