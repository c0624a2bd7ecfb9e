import { foldUser } from '../core/locks/holder';
import { initials } from './lockText';

/** The badge of the user's own files: a name could have any letters. */
export const MY_BADGE = '✎';
export const MY_MODIFIED_BADGE = '✎*';

/** Where no letters of a name are left that nobody has. */
const DIGITS = [...'23456789'];

/** The letters of each colleague: no two of them have the same, and nobody's change while the window is open. */
export class HolderBadges {
    private readonly byUser = new Map<string, string>();
    private readonly taken = new Set<string>();

    /** Gives letters to those who have none. In the order of their names, so that most windows agree. */
    learn(users: Iterable<string>): void {
        const unknown = new Map<string, string>();
        for (const user of users) if (!this.byUser.has(foldUser(user))) unknown.set(foldUser(user), user);
        for (const [folded, user] of [...unknown].sort(([one], [other]) => (one < other ? -1 : 1))) {
            const badge = candidates(user).find((each) => !this.taken.has(each)) ?? initials(user);
            this.taken.add(badge);
            this.byUser.set(folded, badge);
        }
    }

    of(user: string): string {
        this.learn([user]);
        return this.byUser.get(foldUser(user)) ?? initials(user);
    }
}

/** The usual two letters, then the first with each later one, then with a digit. */
function candidates(user: string): string[] {
    const usual = initials(user);
    const [first = '?'] = usual;
    const start = user.lastIndexOf('\\') + 1;
    const later = user.slice(start + 1, start + 100).match(/[\p{L}\p{N}]/gu) ?? [];
    return [usual, ...[...later, ...DIGITS].map((letter) => first + letter)];
}
