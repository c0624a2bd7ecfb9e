/** More matches are not looked through, and take long to draw. */
const MATCHES_SHOWN = 300;

/** Finds items by words in any order, in any case, with or without accents. */
export class WordFilter<T> {
    private readonly folded: readonly string[];

    /** @param textOf what of an item is searched */
    constructor(
        private readonly items: readonly T[],
        textOf: (item: T) => string,
    ) {
        this.folded = items.map((item) => fold(textOf(item)));
    }

    /** The first of those that have all words, and how many there are. */
    matches(text: string): { readonly shown: readonly T[]; readonly count: number } {
        const words = fold(text).split(/\s+/).filter(Boolean);
        const found = this.items.filter((_, index) => words.every((word) => this.folded[index]!.includes(word)));
        return { shown: found.slice(0, MATCHES_SHOWN), count: found.length };
    }
}

function fold(text: string): string {
    return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
