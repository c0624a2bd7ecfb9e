// postgres: speaks with PostgreSQL. A bundle of its own, loaded when a lock server is configured, and the only one that opens
// connections.

import type { ConnectionOptions } from 'node:tls';
import { Client, type ClientConfig } from 'pg';
import type { Connect, ConnectOptions, ServerConnection } from './core/server/serverConnection';

/** What there is of the socket in `pg`, which has no types for it. */
interface Inside {
    readonly connection: {
        readonly stream: { readonly bytesRead?: number; destroy(): void; ref?(): void; unref?(): void };
    };
}

/** See `Connect`. */
export const connect: Connect = async (options) => {
    const client = new Client(configOf(options));
    const { connection } = client as unknown as Inside;
    const events: ServerConnection['events'] = {};
    let warnings: string[] = [];
    client.on('error', () => undefined); // Each statement is told, and the end is.
    client.on('end', () => events.onEnd?.());
    client.on('notification', ({ channel }) => events.onNotification?.(channel));
    client.on('notice', ({ severity, code }) => {
        if (severity === 'WARNING') warnings.push(code ?? '');
    });
    try {
        await client.connect();
    } catch (error) {
        connection.stream.destroy();
        throw error;
    }
    connection.stream.unref?.();
    return {
        events,
        get bytesRead() {
            return connection.stream.bytesRead ?? 0;
        },
        async query(text, values) {
            warnings = [];
            connection.stream.ref?.();
            try {
                const { rows } = await client.query<Record<string, unknown>>(text, [...values]);
                return { rows, warnings };
            } finally {
                connection.stream.unref?.();
            }
        },
        close() {
            connection.stream.destroy();
        },
    };
};

function tlsOf({ ca, client }: NonNullable<ConnectOptions['tls']>): ConnectionOptions {
    return {
        rejectUnauthorized: true,
        ...(ca !== undefined && { ca }),
        ...(client !== undefined && { cert: client.certificate, key: client.key }),
    };
}

function configOf({ host, port, database, user, password, tls, timeoutMs }: ConnectOptions): ClientConfig {
    return {
        host,
        port,
        database,
        user,
        password,
        ssl: tls === undefined ? false : tlsOf(tls),
        connectionTimeoutMillis: timeoutMs,
        keepAlive: true,
        application_name: 'cnc-checkout',
    };
}
