import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** What becomes of what comes next. */
type Fate = 'pass' | 'loseRequest' | 'loseAnswer';

/** Stands between clients and one server, and loses what it is told to lose. */
export class AnswerProxy {
    private readonly sockets = new Set<Socket>();
    private fate: Fate = 'pass';
    private whenLost: () => void = () => undefined;
    private isClosed = false;

    private constructor(
        private readonly server: Server,
        private readonly target: number,
    ) {
        server.on('connection', (client: Socket) => this.join(client));
    }

    static async start(target: number): Promise<AnswerProxy> {
        const server = createServer().listen(0, '127.0.0.1');
        await once(server, 'listening');
        return new AnswerProxy(server, target);
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
            socket.on('error', end);
            socket.on('close', () => {
                this.sockets.delete(socket);
                end();
            });
        }
        client.on('data', (piece: Buffer) => {
            if (this.fate === 'loseRequest') return this.cut(end);
            server.write(piece);
        });
        server.on('data', (piece: Buffer) => {
            if (this.fate === 'loseAnswer') return this.cut(end);
            client.write(piece);
        });
    }

    private cut(end: () => void): void {
        this.fate = 'pass';
        end();
        this.whenLost();
    }
}
