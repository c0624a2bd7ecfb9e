import * as assert from 'node:assert/strict';
import { HolderBadges, MY_BADGE, MY_MODIFIED_BADGE } from '../../../src/ui/holderBadges';

/** The badges of these users, who are all known at once. */
function badgesOf(...users: readonly string[]): string[] {
    const badges = new HolderBadges();
    badges.learn(users);
    return users.map((user) => badges.of(user));
}

describe('The badge of a colleague', () => {
    it('is the initials, or the first two letters, where nobody else has them', () => {
        assert.deepEqual(badgesOf('Dave Smith', 'SHOP\\maria', 'bob'), ['DS', 'Ma', 'Bo']);
    });

    it('is that of nobody else, however alike the names are, nor one that differs only in case', () => {
        const users = ['Dave Smith', 'Dora Stone', 'Dan Steel', 'Mark', 'Maria', 'Mike Adams', 'Max', 'Ma', 'M', 'Mm'];
        const badges = badgesOf(...users);
        assert.equal(new Set(badges.map((badge) => badge.toUpperCase())).size, users.length, badges.join(' '));
        for (const badge of badges) assert.match(badge, /^[A-Z][\p{L}\p{N}]?$/u);
    });

    it('is that of nobody else, even among thirty people with the same single letter', () => {
        const users = Array.from({ length: 30 }, (_, index) => `D${'.'.repeat(index)}`);
        assert.equal(new Set(badgesOf(...users)).size, users.length);
    });

    it('is never Me, which everybody would take for their own', () => {
        for (const user of ['Me', 'Melanie', 'Mary Evans', 'SHOP\\me']) {
            assert.doesNotMatch(badgesOf(user)[0]!, /^me$/i, user);
        }
    });

    it('is no badge that stands for something else', () => {
        for (const badge of badgesOf('Alice', '"} *{', '✎', '✎*', '≠', '!')) {
            assert.ok(![MY_BADGE, MY_MODIFIED_BADGE, '≠', '!'].includes(badge), badge);
        }
    });

    it('belongs to a user in any spelling of the name, and stays while the window is open', () => {
        const badges = new HolderBadges();
        assert.equal(badges.of('Maria'), 'Ma');
        badges.learn(['Mark', ' MARIA ', 'Adam', 'Martin']);
        assert.equal(badges.of('maria'), 'Ma');
        assert.notEqual(badges.of('Mark'), 'Ma');
    });

    it('does not depend on the order in which the files are listed', () => {
        const users = ['Mark', 'Maria', 'Martin'];
        assert.deepEqual(badgesOf(...users.toReversed()).toReversed(), badgesOf(...users));
    });
});
