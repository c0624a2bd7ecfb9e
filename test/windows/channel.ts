/**
 * Loaded before a script that talks with the process which started it: under Wine there are none of Node's own channels
 * from Linux, so this makes one of a socket, which looks the same to the script.
 */
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

/** One line in either direction. */
export type Line = { readonly message: unknown } | { readonly asked: number } | Showing;

/** What the clock of the other end showed when it was asked; both in nanoseconds. */
interface Showing {
    readonly asked: number;
    readonly shown: number;
}

/** The port and the number by which the other end knows this process. */
export const channelVariable = 'CNC_CHECKOUT_CHANNEL';

function openChannel(port: number, number: string): void {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    const write = (line: Line, done?: () => void): void => void socket.write(`${JSON.stringify(line)}\n`, done);
    socket.write(`${number}\n`);
    const lines = createInterface({ input: socket });
    // The socket says the same.
    lines.on('error', () => undefined);
    lines.on('line', (text) => {
        const line = JSON.parse(text) as Line;
        if ('message' in line) process.emit('message', line.message, undefined);
        else write({ asked: line.asked, shown: Number(process.hrtime.bigint()) });
    });
    let isOpen = true;
    const close = (): void => {
        if (isOpen) process.emit('disconnect');
        isOpen = false;
    };
    socket.on('error', close);
    socket.on('close', close);
    Object.defineProperty(process, 'connected', { get: () => isOpen });
    Object.assign(process, {
        channel: { ref: () => socket.ref(), unref: () => socket.unref() },
        send: (message: unknown, _handle: unknown, _options: unknown, done?: () => void) => write({ message }, done),
        disconnect: () => socket.end(),
    });
    const kill = process.kill.bind(process);
    // Who asks to be killed is killed from outside, at once and without a goodbye; until then nothing goes on here.
    process.kill = (pid, signal) => {
        if (pid === process.pid && signal === 'SIGKILL') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
        return kill(pid, signal);
    };
}

const [port, number] = (process.env[channelVariable] ?? '').split(' ');
if (number !== undefined) openChannel(Number(port), number);
