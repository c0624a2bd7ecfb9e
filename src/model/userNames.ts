import type * as vscode from 'vscode';
import { isSharedAccount } from '../core/base/sharedAccounts';
import { isCarriedAlong } from '../core/locks/computerRule';
import { foldUser, isFromOther, sameUser } from '../core/locks/holder';
import type { Lock } from '../core/locks/lockEntry';
import type { RepositorySession } from './repositorySession';

/** The account under which the user chose to go on, although others may use it too. */
const ACCEPTED = 'sharedAccountAccepted';
/** The name under which the user last worked in each repository on this computer. */
const LAST = 'lastUserNames';
/** The check-outs of which the user said that they are theirs, the oldest first. */
const CLAIMED = 'claimedCheckOuts';

/** Later ones push out the oldest, of files that were checked in long ago. */
const CLAIMS_KEPT = 500;

/** Under which names the user works on this computer, and which check-outs under them are the user's. */
export class UserNames {
    constructor(private readonly memory: vscode.Memento) {}

    /**
     * Whether the user's name may be that of several people, so that nobody could tell them apart: nothing is set, and the
     * account is one that shops share, or has a file checked out on another computer that the user did not call theirs.
     */
    isShared(session: RepositorySession): boolean {
        const { user, userChosen } = session.settings;
        if (userChosen || sameUser(this.memory.get(ACCEPTED, ''), user)) return false;
        if (isSharedAccount(user)) return true;
        const locks = session.repository.snapshot.table.locks();
        return locks.some(({ lock }) => sameUser(lock.user, user) && !this.isMine(session, lock));
    }

    /**
     * Whether a check-out is the user's, and not perhaps somebody else's of the same name: it was made at this computer, or
     * the user said so. Older writers name no computer; that counts only for an account that shops share.
     */
    isMine({ settings }: RepositorySession, lock: Lock): boolean {
        const { user, host } = settings;
        if (!sameUser(lock.user, user)) return false;
        const isElsewhere = (lock.host ?? '').trim() === '' ? this.isSharedKind(settings) : isFromOther(lock, host);
        return !isElsewhere || this.memory.get<readonly string[]>(CLAIMED, []).includes(idOf(lock));
    }

    /** Notes that check-outs are the user's. */
    async claim(session: RepositorySession, locks: readonly Lock[]): Promise<void> {
        const claimed = new Set([...this.memory.get<readonly string[]>(CLAIMED, []), ...locks.map(idOf)]);
        const saved = this.memory.update(CLAIMED, [...claimed].slice(-CLAIMS_KEPT));
        session.lookAgain();
        await saved;
    }

    /** Whether the user goes by an account that shops share, and did not say that others do not use it. */
    isSharedKind({ user, userChosen }: RepositorySession['settings']): boolean {
        return !userChosen && !sameUser(this.memory.get(ACCEPTED, ''), user) && isSharedAccount(user);
    }

    /** Notes that the user goes on under the name of the account. */
    async accept(user: string): Promise<void> {
        await this.memory.update(ACCEPTED, user);
    }

    /**
     * The name under which the user worked in a repository before, if it was another one and has files checked out on this
     * computer; the name of now is the one of before from then on.
     */
    before({
        settings,
        repository,
        server,
    }: RepositorySession): { readonly name: string; readonly files: number } | undefined {
        // The holder is who logs in there, and nobody can go on for somebody else.
        if (server !== undefined) return undefined;
        const { root } = repository.options;
        const names = this.memory.get<Readonly<Record<string, string>>>(LAST, {});
        const name = Object.hasOwn(names, root) ? names[root] : undefined;
        const isOther = name !== undefined && !sameUser(name, settings.user);
        const files = isOther
            ? repository.snapshot.table.locks().filter(({ lock }) => isCarriedAlong(lock, name, settings.host))
            : [];
        if (name !== settings.user) void this.memory.update(LAST, { ...names, [root]: settings.user });
        return isOther && files.length > 0 ? { name, files: files.length } : undefined;
    }
}

/** The same for all files that were checked out together, and after a rename. */
function idOf({ user, host = '', timestamp }: Lock): string {
    return JSON.stringify([foldUser(user), host, timestamp]);
}
