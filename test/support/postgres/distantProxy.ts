import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Stands between clients and a server that is some milliseconds away, and counts what goes to and fro. */
export class DistantProxy {
    private readonly sockets = new Set<Socket>();
    /** How often a client asked after it had been answered. */
    roundTrips = 0;
    /** Bytes in both directions. */
    bytes = 0;

    private constructor(
        private readonly server: Server,
        private readonly target: number,
        private readonly roundTripMs: number,
    ) {
        server.on('connection', (client: Socket) => this.join(client));
    }

    /** @param target the port of the server @param roundTripMs milliseconds to the server and back */
    static async start(target: number, roundTripMs: number): Promise<DistantProxy> {
        const server = createServer().listen(0, '127.0.0.1');
        await once(server, 'listening');
        return new DistantProxy(server, target, roundTripMs);
    }

    get port(): number {
        return (this.server.address() as AddressInfo).port;
    }

    async stop(): Promise<void> {
        for (const socket of this.sockets) socket.destroy();
        this.server.close();
        await once(this.server, 'close');
    }

    private join(client: Socket): void {
        const server = connect(this.target, '127.0.0.1');
        let isAsking = false;
        this.pass(client, server, () => {
            if (!isAsking) this.roundTrips++;
            isAsking = true;
        });
        this.pass(server, client, () => void (isAsking = false));
    }

    private pass(from: Socket, to: Socket, onPiece: () => void): void {
        this.sockets.add(from);
        from.setNoDelay(true);
        from.on('error', () => to.destroy());
        from.on('close', () => {
            this.sockets.delete(from);
            this.later(() => to.destroy());
        });
        from.on('data', (piece: Buffer) => {
            onPiece();
            this.bytes += piece.length;
            this.later(() => to.write(piece));
        });
    }

    private later(action: () => void): void {
        if (this.roundTripMs === 0) action();
        else setTimeout(action, this.roundTripMs / 2);
    }
}
