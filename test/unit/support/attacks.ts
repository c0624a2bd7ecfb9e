/** Keys of a locks file that are no files of the repository: none may lead anywhere, be shown as a file, or do harm. */
export const keysThatLeadAway: readonly string[] = [
    '',
    '.',
    '..',
    '../outside.vnc',
    '../../outside.vnc',
    'job12/../../outside.vnc',
    'job12/',
    '//server/share/outside.vnc',
    '\\\\server\\share\\outside.vnc',
    '\\\\?\\C:\\outside.vnc',
    '\\\\.\\COM1',
    '..\\outside.vnc',
    'C:\\outside.vnc',
    'C:/outside.vnc',
    'C:outside.vnc',
    '4801247.vnc:stream',
    '4801247.vnc::$DATA',
    '4801247.vnc\u0000.txt',
    'line\nbreak.vnc',
    '\u001b[2J.vnc',
    'half \ud83d.vnc',
    'x'.repeat(100_000),
    'a/'.repeat(100_000),
];

/** Keys of scripts that a person would read as a file, and the file. */
export const keysOfScripts: readonly (readonly [key: string, path: string])[] = [
    ['job12\\op1.vnc', 'job12/op1.vnc'],
    ['.\\a.vnc', 'a.vnc'],
    ['./job12/./op1.vnc', 'job12/op1.vnc'],
    ['/etc/b.vnc', 'etc/b.vnc'],
    ['\\b.vnc', 'b.vnc'],
    ['job12//op1.vnc', 'job12/op1.vnc'],
    ['job12\\\\op1.vnc', 'job12/op1.vnc'],
    ['job12\\..\\c.vnc', 'c.vnc'],
    ['d.vnc ', 'd.vnc'],
    ['job12/../job13/./e.vnc\t', 'job13/e.vnc'],
];

/** Keys that a disk could hold, and that trouble programs all the same. */
export const keysThatTrouble: readonly string[] = [
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'valueOf.vnc',
    '__proto__/__proto__.vnc',
    'length',
    '0',
    '-1',
    'undefined',
    'null',
    '%2e%2e/outside.vnc',
    '~/outside.vnc',
    '$(rm -rf outside).vnc',
    '`outside`.vnc',
    '$(flame).vnc',
    '-rf',
    '--json',
    "'; DROP TABLE locks; --",
    '\u009b31m.vnc',
    'right\u202eto left.vnc',
    'mark\u061c\u200e\u200f.vnc',
    'zero\u200bwidth.vnc',
    '\ufeff.vnc',
    '\u2028\u2029.vnc',
    'cafe\u0301.vnc',
    'J\u030c.vnc',
    '\ud83d\udd27'.repeat(50),
    'x'.repeat(4000),
    'a/'.repeat(100) + 'x.vnc',
];

/** Names of devices and the like, which only Windows takes for something else. */
export const keysThatTroubleWindows: readonly string[] = [
    'CON',
    'nul.vnc',
    'job12/COM1.vnc',
    'x.vnc.',
    'x.vnc ',
    'a?.vnc',
];

/** What would command a terminal: colours, the title, a link, a bell, overwriting the line, 8-bit controls. */
export const commandsToTerminals =
    '\u001b[31mred\u001b]0;title\u0007\u001b]8;;https://example.invalid\u001b\\link\u001b]8;;\u001b\\' +
    '\rover\b\b\u009b2J\u0090q\u009c\u007f\u000e\u202egnp.\u2066x\u2069\u061c';
