import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A request that a wire can be told to look for. */
export type SmbRequest = 'makeFolder' | 'rename' | 'unlink';
/** What is lost when the wire breaks: the request, which the server then never sees, or the answer to it. */
export type Lost = 'request' | 'answer';

const HEADER = 4;
const CREATE = 0x05;
const SET_INFO = 0x11;
const FILE_RENAME_INFORMATION = 10;
const CREATE_NEW = 2;
const DIRECTORY_FILE = 0x1;
const DELETE_ON_CLOSE = 0x1000;

/**
 * The network between a client and a server, which can be made to break at a certain request. It understands just enough
 * of SMB 2 ([MS-SMB2] 2.2.13 and 2.2.39) to know that request when it passes.
 */
export class Wire {
    private readonly sockets = new Set<Socket>();
    private trap:
        | { readonly request: SmbRequest; readonly lost: Lost; readonly broken: () => void; readonly mends: boolean }
        | undefined;
    private isWhole = true;

    private constructor(
        private readonly listener: Server,
        private readonly serverPort: number,
    ) {
        listener.on('connection', (client: Socket) => this.join(client));
    }

    static async open(serverPort: number): Promise<Wire> {
        const listener = createServer();
        await once(listener.listen(0, '127.0.0.1'), 'listening');
        return new Wire(listener, serverPort);
    }

    get port(): number {
        return (this.listener.address() as AddressInfo).port;
    }

    /**
     * Breaks the wire at the next such request. @param mends whether a new connection can be made at once; otherwise
     * after `mend()` @returns when it is broken
     */
    breakAt(request: SmbRequest, lost: Lost, mends = true): Promise<void> {
        return new Promise((broken) => (this.trap = { request, lost, broken, mends }));
    }

    mend(): void {
        this.isWhole = true;
    }

    async close(): Promise<void> {
        this.cut();
        await once(this.listener.close(), 'close');
    }

    private cut(): void {
        for (const socket of this.sockets) socket.destroy();
        this.sockets.clear();
    }

    private join(client: Socket): void {
        if (!this.isWhole) {
            client.destroy();
            return;
        }
        const server = connect(this.serverPort, '127.0.0.1');
        for (const socket of [client, server]) {
            this.sockets.add(socket);
            socket.setNoDelay(true);
            socket.on('error', () => undefined); // The other side is told by the end of its own connection.
            socket.on('close', () => {
                this.sockets.delete(socket);
                client.destroy();
                server.destroy();
            });
        }
        let answerIsLost = false;
        server.on('data', (bytes: Buffer) => {
            if (answerIsLost) this.break();
            else client.write(bytes);
        });
        let rest = Buffer.alloc(0);
        client.on('data', (bytes: Buffer) => {
            rest = Buffer.concat([rest, bytes]);
            for (let length = lengthOf(rest); length !== undefined; length = lengthOf(rest)) {
                const message = rest.subarray(0, length);
                rest = rest.subarray(length);
                const caught = this.trap !== undefined && kindOf(message) === this.trap.request;
                if (caught && this.trap?.lost === 'request') return this.break();
                answerIsLost ||= caught;
                server.write(message);
            }
        });
    }

    private break(): void {
        const trap = this.trap;
        this.trap = undefined;
        this.isWhole = trap?.mends ?? this.isWhole;
        this.cut();
        trap?.broken();
    }
}

/** The length of the first message with its header, or undefined while not all of it is there. */
function lengthOf(bytes: Buffer): number | undefined {
    if (bytes.length < HEADER) return undefined;
    const length = HEADER + bytes.readUIntBE(1, 3);
    return bytes.length < length ? undefined : length;
}

function kindOf(message: Buffer): SmbRequest | undefined {
    const header = message.subarray(HEADER);
    if (header.length < 66 || header.readUInt32BE(0) !== 0xfe534d42) return undefined;
    const command = header.readUInt16LE(12);
    const body = header.subarray(64);
    if (command === SET_INFO) return body[2] === 1 && body[3] === FILE_RENAME_INFORMATION ? 'rename' : undefined;
    if (command !== CREATE) return undefined;
    const options = body.readUInt32LE(40);
    if ((options & DELETE_ON_CLOSE) !== 0) return 'unlink';
    return body.readUInt32LE(36) === CREATE_NEW && (options & DIRECTORY_FILE) !== 0 ? 'makeFolder' : undefined;
}
