// serverAccess: the way to a lock server from a window. A bundle of its own, loaded when the settings name a server.

import { authoritiesIn, passwordFrom } from './core/server/environment';
import { PostgresLockStore } from './core/server/postgresLockStore';
import { nameOfServer, parseServerAddress, type ServerAddress } from './core/server/serverAddress';
import type { Connect, ConnectOptions, ServerConnection } from './core/server/serverConnection';
import { isRefusedLogIn, NoPassword, ServerErrors } from './core/server/serverErrors';
import type { ServerRole } from './core/server/serverLink';

/** A name and a password. */
export interface SignIn {
    readonly user: string;
    readonly password: string;
}

/** A server, and with which certificates it is verified. */
export interface TrustedServer {
    readonly address: ServerAddress;
    /** As PEM; undefined for those of Node.js. */
    readonly ca: string | undefined;
}

/** Where the locks of a repository are, if on a server, and how this person gets there. */
export interface ServerAccess {
    /** As a person names it: "db1, db2:5433". */
    readonly name: string;
    readonly address: ServerAddress;
    /** What names the server in a question. */
    readonly namedBy: string;
    /** Absolute path of the certificates; undefined for those of Node.js. */
    readonly caFile: string | undefined;
    /** The log-in, which is the holder of what is checked out. */
    readonly user: string;
    readonly store: PostgresLockStore;
    /** What the user may do; undefined while nobody knows. */
    readonly role: ServerRole | undefined;
    /** The server as it is to be confirmed. @throws CheckoutError when the certificates cannot be read */
    trusted(): Promise<TrustedServer>;
    /** Tries a name and a password. @throws CheckoutError when the server does not let them in, or cannot be asked */
    verify(signIn: SignIn): Promise<void>;
}

/** What a window knows of a server and of the person who uses it. */
export interface AccessOptions {
    /** As the settings have it. */
    readonly address: string;
    /** Absolute path of the certificates that the settings name. */
    readonly ca: string | undefined;
    /** Which settings name the server. */
    readonly namedBy: string;
    /** The name of the account on this computer, for who has no other. */
    readonly account: string;
    readonly host: string;
    /** See `StoreOptions`. */
    readonly staging: string;
    readonly repositoryId: string;
    /** Milliseconds after which a change that nobody confirms is given up. */
    readonly timeout: number;
    readonly signedIn: (address: ServerAddress) => Promise<SignIn | undefined>;
    readonly isConfirmed: (server: TrustedServer) => boolean;
}

/** An address in its parts, and as a person names the server. @throws CheckoutError */
export function readAddress(text: string): { readonly address: ServerAddress; readonly name: string } {
    const address = parseServerAddress(text);
    return { address, name: nameOfServer(address) };
}

/**
 * The way to the lock server that the settings name. Nothing is connected yet, and nothing will be before the person
 * confirmed the server.
 * @throws CheckoutError
 */
export async function openServerAccess(options: AccessOptions): Promise<ServerAccess> {
    const { ca: caFile, namedBy, host, staging, repositoryId, timeout } = options;
    const { address, name } = readAddress(options.address);
    const signedIn = await options.signedIn(address);
    const user = signedIn?.user ?? address.user ?? process.env['PGUSER'] ?? options.account;
    const errors = new ServerErrors(address, user);
    const trusted = async (): Promise<TrustedServer> => ({
        address,
        ca: caFile === undefined ? undefined : await authoritiesIn(caFile, 'the setting cncCheckout.lockServerCa'),
    });
    const connect: Connect = async (wanted) => {
        const server = await trusted();
        if (!options.isConfirmed(server)) throw errors.notConfirmed(namedBy);
        return openConnection(wanted, server);
    };
    const storeFor = (logIn: string, password: (host: string, port: number) => ReturnType<typeof passwordFrom>) =>
        new PostgresLockStore({
            address,
            user: logIn,
            password,
            connect: oncePerPassword(connect),
            host,
            staging,
            timeout,
            repositoryId,
        });
    const { database } = address;
    const store = storeFor(user, async (at, port) =>
        signedIn === undefined ? passwordFrom(process.env, { host: at, port, user, database }) : signedIn.password,
    );
    return {
        name,
        address,
        namedBy,
        caFile,
        user,
        store,
        get role() {
            return store.role;
        },
        trusted,
        verify: async (signIn) => {
            const trial = storeFor(signIn.user, async () => signIn.password);
            try {
                await trial.list();
            } finally {
                trial.close();
            }
        },
    };
}

/** The part that opens connections is a bundle of its own, which nobody else loads. */
async function openConnection(options: ConnectOptions, { ca }: TrustedServer): Promise<ServerConnection> {
    const { connect } = await import('./postgres.js');
    return connect({ ...options, tls: options.tls === undefined ? undefined : { ca } });
}

/** How often a host may refuse a password that another one accepted. */
const DOUBTFUL_OFFERS = 5;
/** Between two of these offers, in milliseconds: a standby that lags has caught up soon, or takes long. */
const DOUBTFUL_PAUSE_MS = 10_000;

/**
 * Offers no host a password again that it did not accept, and does not ask again for one that nobody has: the polls go on,
 * and an account would be locked. Where another host has accepted it, it is offered a few times more: a standby may not have
 * got it yet.
 */
function oncePerPassword(connect: Connect): Connect {
    const refused = new Map<string, { readonly error: unknown; readonly times: number; readonly at: number }>();
    const accepted = new Set<string>();
    return async (options) => {
        const key = `${options.host}:${options.port}`;
        const last = refused.get(key);
        if (last !== undefined && !mayOfferAgain(last, accepted.has(key) || accepted.size === 0)) throw last.error;
        let isOffered = false;
        const password = (): Promise<string> => {
            isOffered = true;
            return options.password();
        };
        try {
            const connection = await connect({ ...options, password });
            if (isOffered) accepted.add(key);
            refused.delete(key);
            return connection;
        } catch (error) {
            if ((isOffered && isRefusedLogIn(error)) || error instanceof NoPassword) {
                refused.set(key, { error, times: (last?.times ?? 0) + 1, at: performance.now() });
            }
            throw error;
        }
    };
}

function mayOfferAgain({ times, at }: { readonly times: number; readonly at: number }, isCertain: boolean): boolean {
    if (isCertain || times >= DOUBTFUL_OFFERS) return false;
    // The first time at once: most standbys lag by less than a poll.
    return times === 1 || performance.now() - at > DOUBTFUL_PAUSE_MS;
}
