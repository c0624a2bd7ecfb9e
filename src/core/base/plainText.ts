import { truncate } from './truncate';

const NAME_LENGTH = 100;

/** Makes text from other people fit for one line: without control characters and without changes of reading direction. */
export function plainLine(text: string): string {
    return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu, ' ').trim();
}

/** The name of a person or a computer, made fit for one line and cut to 100 characters. */
export function plainName(name: string): string {
    return plainLine(truncate(name, NAME_LENGTH));
}
