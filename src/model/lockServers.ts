import { createHash } from 'node:crypto';
import type * as vscode from 'vscode';
import { EventEmitter } from 'vscode';
import type { ServerAddress } from '../core/server/serverAddress';
import type { SignIn, TrustedServer } from '../serverAccess';
import { DisposableStore } from './disposables';

/** The servers that the person confirmed, each with the certificates that were trusted for it. */
const CONFIRMED = 'confirmedLockServers';
/** The name under which the person last signed in to each server, to offer it again. */
const NAMES = 'lockServerNames';
const SECRET = 'lockServer ';

/**
 * To which lock servers this person's name and password may go, and as whom they signed in. A settings file of a workspace,
 * which anybody can write, decides neither.
 */
export class LockServers implements vscode.Disposable {
    private readonly disposables = new DisposableStore();
    private readonly emitter = this.disposables.add(new EventEmitter<void>());

    /** The person signed in or out in another window. */
    readonly onDidChange = this.emitter.event;
    /** What this window last kept: VS Code tells of that, too. */
    private readonly own = new Map<string, string | undefined>();

    constructor(
        private readonly secrets: vscode.SecretStorage,
        private readonly memory: vscode.Memento,
    ) {
        this.disposables.add(
            secrets.onDidChange(({ key }) => {
                if (key.startsWith(SECRET)) void this.changed(key);
            }),
        );
    }

    /** Whether the person confirmed these hosts and this database, with these certificates. */
    isConfirmed(server: TrustedServer): boolean {
        return this.memory.get<readonly string[]>(CONFIRMED, []).includes(trustKeyOf(server));
    }

    /** Notes that the person confirmed a server. */
    async confirm(server: TrustedServer): Promise<void> {
        if (this.isConfirmed(server)) return;
        await this.memory.update(CONFIRMED, [...this.memory.get<readonly string[]>(CONFIRMED, []), trustKeyOf(server)]);
    }

    /** As whom the person signed in; undefined where they did not. */
    async signedIn(address: ServerAddress): Promise<SignIn | undefined> {
        const kept = await this.secrets.get(SECRET + keyOf(address));
        return kept === undefined ? undefined : (JSON.parse(kept) as SignIn);
    }

    /** Keeps a name and a password that the server accepted. */
    async signIn(address: ServerAddress, signIn: SignIn): Promise<void> {
        await this.memory.update(NAMES, { ...this.names, [keyOf(address)]: signIn.user });
        const [key, kept] = [SECRET + keyOf(address), JSON.stringify(signIn)];
        this.own.set(key, kept);
        await this.secrets.store(key, kept);
    }

    async signOut(address: ServerAddress): Promise<void> {
        const key = SECRET + keyOf(address);
        this.own.set(key, undefined);
        await this.secrets.delete(key);
    }

    /** Whether the person signed out in this window, and so knows that they are. */
    hasSignedOut(address: ServerAddress): boolean {
        const key = SECRET + keyOf(address);
        return this.own.has(key) && this.own.get(key) === undefined;
    }

    /** The name under which the person last signed in. */
    lastName(address: ServerAddress): string | undefined {
        return this.names[keyOf(address)];
    }

    dispose(): void {
        this.disposables.dispose();
    }

    private async changed(key: string): Promise<void> {
        const kept = await this.secrets.get(key);
        if (this.own.has(key) && this.own.get(key) === kept) return;
        this.own.set(key, kept);
        this.emitter.fire();
    }

    private get names(): Readonly<Record<string, string>> {
        return this.memory.get<Readonly<Record<string, string>>>(NAMES, {});
    }
}

/** One more host is another server: a password may go to each of them. */
function keyOf({ hosts, database }: ServerAddress): string {
    return `${hosts.map(({ host, port }) => `${host.toLowerCase()}:${port}`).join(',')}/${database}`;
}

/** Who chooses the authorities chooses who can pass for the server. */
function trustKeyOf({ address, ca }: TrustedServer): string {
    return ca === undefined ? keyOf(address) : `${keyOf(address)} ${createHash('sha256').update(ca).digest('hex')}`;
}
