import { foldPath } from '../core/base/repositoryPath';

/**
 * What tells whether a path is asked for: one that has any of the texts in it, in any case. `*` stands for any letters, `?` for
 * one; a text with them is to match the whole name, or the whole path where it has a `/`.
 * @param patterns without one, every path is
 */
export function matching(patterns: readonly string[]): (path: string) => boolean {
    if (patterns.length === 0) return () => true;
    const tests = patterns.map(testOf);
    return (path) => {
        const folded = foldPath(path);
        return tests.some((test) => test(folded));
    };
}

function testOf(pattern: string): (folded: string) => boolean {
    const text = foldPath(pattern.replaceAll('\\', '/').trim());
    if (!/[*?]/.test(text)) return (folded) => folded.includes(text);
    const literal = text.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&');
    const expression = new RegExp(`^${literal.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
    const isPath = text.includes('/');
    return (folded) => expression.test(isPath ? folded : folded.slice(folded.lastIndexOf('/') + 1));
}
