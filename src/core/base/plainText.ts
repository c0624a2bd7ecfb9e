import { truncate } from './truncate';

const NAME_LENGTH = 100;

/** What other people typed, fit for one line: no control characters, and none that turn the reading direction round. */
export function plainLine(text: string): string {
    return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu, ' ').trim();
}

/** The name of a person or a computer for one line. */
export function plainName(name: string): string {
    return plainLine(truncate(name, NAME_LENGTH));
}
