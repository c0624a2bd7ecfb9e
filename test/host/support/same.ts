import assert from 'node:assert/strict';

/**
 * Asserts that two are the same object. `assert.equal` would write out all that they refer to where they are not, again for each
 * way to it: many gigabytes for a row of the tree or a repository.
 */
export function assertSame(actual: unknown, expected: unknown, what: string): void {
    assert.ok(actual === expected, `Not the same ${what}.`);
}
