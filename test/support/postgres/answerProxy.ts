import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** What becomes of what comes next. */
type Fate = 'pass' | 'loseRequest' | 'loseAnswer';

/** Stands between clients and one server: it may be far away, and loses what it is told to lose. */
export class AnswerProxy {
    private readonly sockets = new Set<Socket>();
    private fate: Fate = 'pass';
    private whenLost: () => void = () => undefined;
    private isClosed = false;
    /** How often a client asked that had been answered. */
    roundTrips = 0;
    /** Bytes in both directions. */
    bytes = 0;

    private constructor(
        private readonly server: Server,
        private readonly target: number,
        /** Milliseconds to the server and back; may be changed at any time, and what comes stays in order. */
        public roundTripMs: number,
    ) {
        server.on('connection', (client: Socket) => this.join(client));
    }

    /** @param target the port of the server */
    static async start(target: number, roundTripMs = 0): Promise<AnswerProxy> {
        const server = createServer().listen(0, '127.0.0.1');
        await once(server, 'listening');
        return new AnswerProxy(server, target, roundTripMs);
    }

    get port(): number {
        return (this.server.address() as AddressInfo).port;
    }

    /** The next request does not reach the server, or its answer not the client; both connections break. @returns when it did */
    lose(what: 'request' | 'answer'): Promise<void> {
        this.fate = what === 'request' ? 'loseRequest' : 'loseAnswer';
        return new Promise((resolve) => (this.whenLost = resolve));
    }

    /** Breaks all connections, and takes no new ones until `open`. */
    shut(): void {
        this.isClosed = true;
        for (const socket of this.sockets) socket.destroy();
    }

    open(): void {
        this.isClosed = false;
    }

    async stop(): Promise<void> {
        this.shut();
        this.server.close();
        await once(this.server, 'close');
    }

    private join(client: Socket): void {
        if (this.isClosed) {
            client.destroy();
            return;
        }
        const server = connect(this.target, '127.0.0.1');
        const both = [client, server];
        const end = (): void => both.forEach((socket) => socket.destroy());
        for (const socket of both) {
            this.sockets.add(socket);
            socket.setNoDelay(true);
            socket.on('error', end);
            socket.on('close', () => {
                this.sockets.delete(socket);
                end();
            });
        }
        let isAsking = false;
        this.pass(client, server, () => {
            if (!isAsking) this.roundTrips++;
            isAsking = true;
            if (this.fate === 'loseRequest') this.cut(end);
        });
        this.pass(server, client, () => {
            isAsking = false;
            if (this.fate === 'loseAnswer') this.cut(end);
        });
    }

    private pass(from: Socket, to: Socket, onPiece: () => void): void {
        let last = Promise.resolve();
        let waiting = 0;
        from.on('data', (piece: Buffer) => {
            this.bytes += piece.length;
            onPiece();
            if (from.destroyed) return;
            if (this.roundTripMs === 0 && waiting === 0) {
                to.write(piece);
                return;
            }
            const due = new Promise<void>((resolve) => setTimeout(resolve, this.roundTripMs / 2));
            waiting++;
            last = Promise.all([last, due]).then(() => {
                waiting--;
                if (!to.destroyed) to.write(piece);
            });
        });
    }

    private cut(end: () => void): void {
        this.fate = 'pass';
        end();
        this.whenLost();
    }
}
