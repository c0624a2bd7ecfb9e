import { CheckoutError } from '../base/errors';
import { plainLine, plainName } from '../base/plainText';
import { nameOfServer, type ServerAddress } from './serverAddress';

/** The connection broke, or there was no answer in time, after a statement was sent: it may have been carried out. */
export class LostAnswer extends Error {}

/** There is no password to log in with. */
export class NoPassword extends Error {}

/** The code of an error of the server (SQLSTATE), of the network or of TLS. */
export function codeOf(error: unknown): string {
    return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** Whether the server itself answered with an error: then what was asked for was not done. */
export function isAnswer(error: unknown): boolean {
    return error instanceof Error && 'severity' in error;
}

/** Others have been changing the same for so long that a statement was given up; it was not carried out. */
export function isBusy(error: unknown): boolean {
    return ['55P03', '57014', '40P01', '40001'].includes(codeOf(error));
}

/** Whether a server did not accept a name or its password. To try the same again may lock an account. */
export function isRefusedLogIn(error: unknown): boolean {
    return ['28P01', '28000'].includes(codeOf(error));
}

const networkReasons: Readonly<Record<string, string>> = {
    ENOTFOUND: 'its name is not known',
    EAI_AGAIN: 'its name cannot be looked up now',
    ECONNREFUSED: 'nothing listens there',
    ECONNRESET: 'the connection broke',
    EPIPE: 'the connection broke',
    EHOSTUNREACH: 'there is no way to it',
    ENETUNREACH: 'there is no way to it',
    ETIMEDOUT: 'it does not answer',
    '53300': 'it has no free connection',
    '57P01': 'it is being shut down',
    '57P02': 'it crashed',
    '57P03': 'it is starting or being shut down',
};

/** Why a server cannot be reached, as a clause to follow "because". */
function reasonOf(error: unknown): string {
    // A sentence of ours, within another one.
    if (error instanceof CheckoutError) return error.message.replace(/\.$/, '');
    const known = networkReasons[codeOf(error)];
    if (known !== undefined) return known;
    const text = error instanceof Error ? error.message : String(error);
    if (/timeout/i.test(text)) return 'it does not answer';
    if (/terminated/i.test(text)) return 'the connection broke';
    return plainName(text);
}

/** What went wrong between a client and a lock server, in finished sentences. */
export class ServerErrors {
    private readonly server: string;

    constructor(
        private readonly address: ServerAddress,
        private readonly user: string,
    ) {
        this.server = `The lock server ${nameOfServer(address)}`;
    }

    /** No server answers, or none that takes changes. @param each what each host said */
    unreachable(each: readonly { readonly host: string; readonly error: unknown }[]): CheckoutError {
        const reasons = [...new Set(each.map(({ host, error }) => `${host}: ${reasonOf(error)}`))];
        const [only] = each;
        const why = each.length === 1 ? `, because ${reasonOf(only!.error)}` : ` (${reasons.join('; ')})`;
        const message = `${this.server} cannot be reached${why}. Nothing was changed, and what you see may be old. Check the network, or ask the administrator of the server.`;
        return new CheckoutError('serverUnreachable', message, undefined, { cause: only?.error });
    }

    /** @param away the hosts that could not be asked, and may know better */
    oneRefuses(
        refusal: CheckoutError,
        away: readonly { readonly host: string; readonly error: unknown }[],
    ): CheckoutError {
        const reasons = [...new Set(away.map(({ host, error }) => `${host}: ${reasonOf(error)}`))];
        const message = `${refusal.message} Nobody else could be asked (${reasons.join('; ')}).`;
        return new CheckoutError(refusal.code, message, undefined, { cause: refusal.cause });
    }

    readOnly(): CheckoutError {
        return new CheckoutError(
            'serverUnreachable',
            `${this.server} takes no changes now: only a standby answers, or it was made read-only. Nothing was changed, and what you see may be old. Ask the administrator of the server to promote the standby, or to make it writable.`,
        );
    }

    unconfirmed(cause?: unknown): CheckoutError {
        return new CheckoutError(
            'changeUnconfirmed',
            `${this.server} did not confirm the change: it may have been made, and it may not. Its standby may be away, or the connection. Refresh to see what is checked out, before you try again.`,
            undefined,
            { cause },
        );
    }

    busy(): CheckoutError {
        return new CheckoutError(
            'mutexTimeout',
            `Others kept ${this.server.replace(/^The/, 'the')} busy with the same locks, so nothing was changed. Its standby may be away. Try again.`,
        );
    }

    pinned(path: string, holder: string): CheckoutError {
        const name = plainName(holder);
        return new CheckoutError(
            'mutexTimeout',
            `${path} is being put back by ${name} at this moment, so nothing was changed. Try again in a minute.`,
            path,
        );
    }

    noRepository(): CheckoutError {
        const { repository } = this.address;
        return this.refused(
            `${this.server} has no repository ${plainName(repository)}, or none that ${plainName(this.user)} may use. Check its spelling in the address, or ask the administrator of the server.`,
        );
    }

    otherRepository(): CheckoutError {
        const { repository } = this.address;
        return this.refused(
            `The repository ${plainName(repository)} on ${this.server.replace(/^The/, 'the')} is not the one to which the check-outs of this folder were moved. Check the address, or ask the administrator of the server.`,
        );
    }

    noBackup(): CheckoutError {
        return new CheckoutError(
            'noBackup',
            `The check-outs are kept on ${this.server.replace(/^The/, 'the')}, which has no locks file to restore. The administrator of the server restores its backup.`,
        );
    }

    unexpected(cause: unknown): unknown {
        if (!isAnswer(cause)) return cause;
        const text = cause instanceof Error ? plainLine(cause.message) : '';
        return this.refused(
            `${this.server} answered with an error (${codeOf(cause)}: ${text}). Nothing was changed.`,
            cause,
        );
    }

    /** @param namedBy which settings name the server */
    notConfirmed(namedBy: string): CheckoutError {
        return new CheckoutError(
            'serverNotConfirmed',
            `${this.server} is new to this VS Code, so nothing was sent to it. It is named by ${plainLine(namedBy)}. Sign in with the command CNC: Sign In to Lock Server if it is your shop’s.`,
        );
    }

    /** @param version of the schema in the database; undefined for none */
    otherSchema(version: number | undefined, wanted: number): CheckoutError {
        if (version === undefined) {
            return this.refused(
                `The database ${plainName(this.address.database)} at ${nameOfServer(this.address)} is not set up for CNC Checkout. Its administrator does that with the output of cnc-checkout server schema.`,
            );
        }
        return this.refused(
            version < wanted
                ? `${this.server} has schema ${version}, which is older than the schema ${wanted} of this CNC Checkout. Its administrator brings it up to date with the output of cnc-checkout server schema.`
                : `${this.server} has schema ${version}, which is newer than the schema ${wanted} of this CNC Checkout. Install a newer CNC Checkout.`,
        );
    }

    noRole(wanted: 'cnc_viewer' | 'cnc_user' | 'cnc_owner'): CheckoutError {
        const may = { cnc_viewer: 'see', cnc_user: 'change', cnc_owner: 'set up' }[wanted];
        return this.refused(
            `${plainName(this.user)} may not ${may} anything at the lock server ${nameOfServer(this.address)}. Ask its administrator for the role ${wanted}.`,
        );
    }

    /** @param what as the server calls it: "take-over" */
    foremanOnly(what: string): CheckoutError {
        return this.refused(
            `${this.server} lets only a foreman do this (${what}), and ${plainName(this.user)} is none. Nothing was changed. Ask a foreman, or the administrator of the server for the role cnc_foreman.`,
        );
    }

    /** What an error of the server, of TLS or of a log-in means; undefined for one that says no more than that it is away. */
    explain(error: unknown): CheckoutError | undefined {
        if (error instanceof CheckoutError) return error;
        const { server } = this;
        const user = plainName(this.user);
        const code = codeOf(error);
        const text = error instanceof Error ? plainLine(error.message) : '';
        if (error instanceof NoPassword) {
            return this.notSignedIn(
                `${server} wants a password, and none is known for ${user}. Sign in with the command CNC: Sign In to Lock Server, or set PGPASSWORD or PGPASSFILE for the command line.`,
                error,
            );
        }
        if (/^ERR_(?:OSSL|SSL)_.*(?:ALERT|MISMATCH|PEM|ASN1|DECODER|UNSUPPORTED)/.test(code)) {
            return this.refused(
                `${server} and this computer did not agree on the certificate of ${user} (${text}). Look at the files that PGSSLCERT and PGSSLKEY name: they must belong together, must not have expired, and an authority that the server knows must have issued the certificate.`,
                error,
            );
        }
        if (/CERT|SIGNATURE|ISSUER|ALTNAME/.test(code)) {
            return this.refused(
                `The certificate of ${nameOfServer(this.address)} cannot be trusted (${text}), so nothing was sent. Name the authority that issued it, with the setting cncCheckout.lockServerCa or PGSSLROOTCERT, and use the name for which it was issued.`,
                error,
            );
        }
        if (/does not support SSL|establishing an SSL/.test(text)) {
            return this.refused(
                `${server} does not encrypt connections, so nothing was sent. Ask its administrator to switch TLS on.`,
                error,
            );
        }
        const sentence = this.refusals(user, text)[code];
        if (sentence === undefined) return undefined;
        return isRefusedLogIn(error) ? this.notSignedIn(sentence, error) : this.refused(sentence, error);
    }

    private refusals(user: string, text: string): Readonly<Record<string, string>> {
        const { server } = this;
        return {
            '28P01': `${server} did not accept the password of ${user}: it is wrong, or it has expired.`,
            '28000': `${server} does not let ${user} in (${text}). Check the name, or ask the administrator of the server.`,
            '3D000': `${server} has no database ${plainName(this.address.database)}. Check its spelling in the address.`,
            '42501': `${user} has no right to do this at the lock server ${nameOfServer(this.address)}. Ask its administrator for the role cnc_user.`,
            CNC01: this.noRole('cnc_user').message,
            CNC02: this.noRepository().message,
            CNC03: `${text} Nothing was changed.`,
            CNC04: `${server} did not accept a change as this CNC Checkout makes it (${text}). Nothing was changed. Report this.`,
            CNC05: this.foremanOnly(text).message,
        };
    }

    private refused(message: string, cause?: unknown): CheckoutError {
        return new CheckoutError('serverRefused', message, undefined, { cause });
    }

    private notSignedIn(message: string, cause: unknown): CheckoutError {
        return new CheckoutError('signInNeeded', message, undefined, { cause });
    }
}
