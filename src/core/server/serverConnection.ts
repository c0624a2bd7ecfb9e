// server: the locks of several sites in one PostgreSQL, in place of a locks file.

/** What a client proves with who it is, as PEM. */
export interface ClientCertificate {
    readonly certificate: string;
    readonly key: string;
}

/** How to reach a server. */
export interface ConnectOptions {
    readonly host: string;
    readonly port: number;
    readonly database: string;
    readonly user: string;
    /** Asked when the server wants one. */
    readonly password: () => Promise<string>;
    /** With which authorities its certificate is verified, those of Node.js without any; undefined for no encryption. */
    readonly tls: { readonly ca?: string | undefined; readonly client?: ClientCertificate | undefined } | undefined;
    readonly timeoutMs: number;
}

/** What a server answered to a statement. */
export interface ServerAnswer {
    readonly rows: readonly Readonly<Record<string, unknown>>[];
    /** The SQLSTATE codes of the warnings that came with it. */
    readonly warnings: readonly string[];
}

/** One connection to a server. */
export interface ServerConnection {
    /** Runs one statement; the one before must have been answered. Keeps the process alive meanwhile. */
    query(text: string, values: readonly unknown[]): Promise<ServerAnswer>;
    /** Tells of each notification, and of the end of the connection, however it came. */
    readonly events: { onNotification?: (channel: string) => void; onEnd?: () => void };
    /** How many bytes have come so far. */
    readonly bytesRead: number;
    /** Ends it at once. Nothing that the server is doing is cancelled. */
    close(): void;
}

/** Opens a connection. @throws what the network, TLS or the server said */
export type Connect = (options: ConnectOptions) => Promise<ServerConnection>;
