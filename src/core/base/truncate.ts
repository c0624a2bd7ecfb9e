/**
 * Cuts a text to at most `length` characters, the last of them `…`. Never splits a surrogate pair. Text from other people
 * can be a megabyte long and would hide what stands beside it.
 */
export function truncate(text: string, length: number): string {
    if (text.length <= length) return text;
    const last = text.charCodeAt(length - 2);
    const whole = last >= 0xd800 && last <= 0xdbff ? length - 2 : length - 1;
    return `${text.slice(0, whole)}…`;
}
