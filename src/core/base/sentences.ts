/** "1 file", "3 files". */
export function counted(count: number, one: string, several = `${one}s`): string {
    return `${count} ${count === 1 ? one : several}`;
}

/** "a.vnc, b.vnc and 3 more": the first few of several. @param limit how many are named */
export function listed<T>(items: readonly T[], limit: number, textOf: (item: T) => string): string {
    const more = items.length - limit;
    return `${items.slice(0, limit).map(textOf).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
