import type * as vscode from 'vscode';
import { isSharedAccount } from '../core/base/sharedAccounts';
import { isCarriedAlong } from '../core/locks/computerRule';
import { isFromOther } from '../core/locks/holder';
import { sameUser } from '../core/locks/lockTable';
import type { RepositorySession } from './repositorySession';

/** The account under which the user chose to go on, although others may use it too. */
const ACCEPTED = 'sharedAccountAccepted';
/** The name under which the user last worked in each repository on this computer. */
const LAST = 'lastUserNames';

/** Under which names the user works on this computer. */
export class UserNames {
    constructor(private readonly memory: vscode.Memento) {}

    /**
     * Whether the user's name may be that of several people, so that nobody could tell them apart: nothing is set, and the
     * account is one that shops share, or has a file checked out on another computer.
     */
    isShared({ settings, repository }: RepositorySession): boolean {
        const { user, host, userChosen } = settings;
        if (userChosen || sameUser(this.memory.get(ACCEPTED, ''), user)) return false;
        const isElsewhere = repository.snapshot.table
            .locks()
            .some(({ lock }) => sameUser(lock.user, user) && isFromOther(lock, host));
        return isElsewhere || isSharedAccount(user);
    }

    /** Notes that the user goes on under the name of the account. */
    async accept(user: string): Promise<void> {
        await this.memory.update(ACCEPTED, user);
    }

    /**
     * The name under which the user worked in a repository before, if it was another one and has files checked out on this
     * computer; the name of now is the one of before from then on.
     */
    before({ settings, repository }: RepositorySession): { readonly name: string; readonly files: number } | undefined {
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
