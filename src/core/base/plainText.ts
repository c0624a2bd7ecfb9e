import { truncate } from './truncate';

const NAME_LENGTH = 100;

/** Line breaks and tabs: one line has a space in their place. */
const BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;
/**
 * Characters that cannot be seen, or that change how others are seen: controls, formats (soft hyphen, zero-width space and
 * joiners, reading direction), fillers (Hangul, Braille), variation selectors, tags, halves of a character. The source of a
 * regular expression, which is made when it is needed: that takes as long as the rest of a short program's start.
 */
const INVISIBLE = String.raw`[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]`;
/** What needs no closer look: nearly every name. */
const PLAIN = /^[ -~]*$/;

let writingOrInvisible: RegExp | undefined;

/**
 * Finds the invisible characters, and with a group those that stand for something: a joiner in an emoji or in a script that
 * is written with it, a variant. Made when it is needed: that takes as long as the rest of a short program's start.
 */
function findInvisible(): RegExp {
    return (writingOrInvisible ??= new RegExp(`(${partOfWriting()})|(?:${INVISIBLE})`, 'gu'));
}

function partOfWriting(): string {
    return [
        '(?<=[\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\ufe0f])\\u200d(?=\\p{Extended_Pictographic})',
        '(?<=\\p{Extended_Pictographic})[\\ufe0e\\ufe0f]',
        '(?<=[#*0-9])\\ufe0f(?=\\u20e3)',
        '(?<=\\p{Script=Han})[\\u{e0100}-\\u{e01ef}]',
        ...['Arabic', 'Bengali', 'Devanagari', 'Gujarati', 'Kannada', 'Malayalam', 'Sinhala', 'Tamil', 'Telugu'].map(
            (script) => `(?<=[\\p{Script=${script}}\\p{Mn}])[\\u200c\\u200d](?=\\p{Script=${script}})`,
        ),
    ].join('|');
}

/**
 * Makes a text that other people may have typed (a name, a message, a path) one line in which nothing is hidden: line breaks
 * and tabs become a space, every other invisible character is shown as what it is, `‹U+2060›`.
 */
export function plainLine(text: string): string {
    return untrimmedLine(text).trim();
}

/** Like `plainLine`, with the space at both ends. */
export function untrimmedLine(text: string): string {
    if (PLAIN.test(text)) return text;
    return text
        .replace(BREAKS, ' ')
        .replace(findInvisible(), (character: string, writing: string | undefined) =>
            writing === undefined ? shown(character) : character,
        );
}

function shown(character: string): string {
    return `‹U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}›`;
}

/** The name of a person or a computer, made fit for one line and cut to 100 characters. */
export function plainName(name: string): string {
    return truncate(plainLine(truncate(name, NAME_LENGTH)), NAME_LENGTH);
}

/** A text without its invisible characters and the space around it: what a person sees of it. */
export function visibleText(text: string): string {
    return (PLAIN.test(text) ? text : text.replace(new RegExp(INVISIBLE, 'gu'), '')).trim();
}
