/**
 * A text of at most `length` characters: a longer one is cut and ends in `…`. What other people wrote can be a megabyte
 * long, and drowns what it stands beside.
 */
export function truncate(text: string, length: number): string {
    if (text.length <= length) return text;
    const last = text.charCodeAt(length - 2);
    // Half a character is none.
    const whole = last >= 0xd800 && last <= 0xdbff ? length - 2 : length - 1;
    return `${text.slice(0, whole)}…`;
}
