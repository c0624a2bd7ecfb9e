/** Escapes text for a message, in which VS Code turns `[label](command:…)` into a link. */
export function withoutLinks(text: string): string {
    return text.replaceAll('](', '] (');
}

/** Escapes text for a quick pick or the status bar, in which VS Code draws an icon for `$(name)`. */
export function withoutIcons(text: string): string {
    return text.replaceAll('$(', '$ (');
}

/** One line for each of the first items, and a last line with the number of the others. */
export function firstLines<T>(items: readonly T[], limit: number, lineOf: (item: T) => string): string[] {
    const more = items.length - limit;
    return [...items.slice(0, limit).map(lineOf), ...(more > 0 ? [`… and ${more} more`] : [])];
}
