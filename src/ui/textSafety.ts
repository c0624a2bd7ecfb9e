/** Text for a message of VS Code, which turns `[label](command:…)` into a link: what other people typed stays text. */
export function withoutLinks(text: string): string {
    return text.replaceAll('](', '] (');
}

/** Text for a quick pick or the status bar, which draw an icon for `$(name)`: what other people typed stays text. */
export function withoutIcons(text: string): string {
    return text.replaceAll('$(', '$ (');
}

/** What is said of each of the first things of a list, a line each, and how many more there are. */
export function firstLines<T>(things: readonly T[], most: number, say: (thing: T) => string): string[] {
    const more = things.length - most;
    return [...things.slice(0, most).map(say), ...(more > 0 ? [`… and ${more} more`] : [])];
}
