import { foldUser } from '../core/locks/holder';
import { initials } from './lockText';

/** The badge of the user's own files: a name could have any letters. */
export const MY_BADGE = '✎';
export const MY_MODIFIED_BADGE = '✎*';

/** Where no letters of a name are left that nobody has. */
const SPARE = [...'23456789abcdefghijklmnopqrstuvwxyz'];

/** Everybody would take it for their own. */
const RESERVED = 'ME';

/** The letters of each colleague: no two of them have the same, and nobody's change while the window is open. */
export class HolderBadges {
    private readonly byUser = new Map<string, string>();
    /** In upper case: "MA" and "Ma" are told apart only side by side. */
    private readonly taken = new Set([RESERVED]);

    /** Gives letters to those who have none. In the order of their names, so that most windows agree. */
    learn(users: Iterable<string>): void {
        const unknown = new Map<string, string>();
        for (const user of users) if (!this.byUser.has(foldUser(user))) unknown.set(foldUser(user), user);
        for (const [folded, user] of [...unknown].sort(([one], [other]) => (one < other ? -1 : 1))) {
            const badge = candidates(user).find((each) => !this.taken.has(each.toUpperCase())) ?? initials(user);
            this.taken.add(badge.toUpperCase());
            this.byUser.set(folded, badge);
        }
    }

    of(user: string): string {
        this.learn([user]);
        return this.byUser.get(foldUser(user)) ?? initials(user);
    }
}

/** The usual two letters, then the first with each later one, then with a digit or any letter. */
function candidates(user: string): string[] {
    const usual = initials(user);
    const [first = '?'] = usual;
    const start = user.lastIndexOf('\\') + 1;
    const later = user.slice(start + 1, start + 100).match(/[\p{L}\p{N}]/gu) ?? [];
    return [usual, ...[...later, ...SPARE].map((letter) => first + letter)];
}
