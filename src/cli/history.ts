import { fileCandidates } from '../core/repository/fileArgument';
import { formatAge } from '../core/base/time';
import { isModified, type FileContent, type HistoryEvent } from '../core/history/historyEvent';
import type { Repository } from '../core/repository/repository';
import { truncate } from '../core/base/truncate';
import type { Work } from './invocation';
import { alignColumns, plain, type Streams, writeJson, writeLine } from './output';

const NAME_LENGTH = 60;
const MESSAGE_LENGTH = 500;
const columns = [
    'time',
    'action',
    'file',
    'user',
    'host',
    'message',
    'checked_out_at',
    'checked_out_for',
    'size_before',
    'sha256_before',
    'size_after',
    'sha256_after',
] as const;

/**
 * Tells what was done to a file or to all, the newest first.
 * @param currentFolder absolute path, or undefined where there is none
 * @throws CheckoutError when the history cannot be read
 */
export async function history(
    repository: Repository,
    { files, format, limit }: Work,
    currentFolder: string | undefined,
    { stdout, stderr }: Streams,
): Promise<void> {
    const [named] = files;
    const [file = named] =
        named === undefined ? [] : await fileCandidates(named, repository.options.root, currentFolder);
    const { events, skipped } = await repository.history({ file, limit });
    if (skipped > 0) {
        const lines =
            skipped === 1
                ? '1 line of the history was left out, because it is'
                : `${skipped} lines of the history were left out, because they are`;
        writeLine(stderr, `${lines} not whole.`);
    }
    if (format === 'json') return writeJson(stdout, events);
    if (format === 'csv') {
        // As Excel reads it: each line ends in CR LF.
        stdout.write([columns, ...events.map(cellsOf)].map((row) => `${row.map(csvCell).join(',')}\r\n`).join(''));
        return;
    }
    if (events.length === 0) {
        writeLine(stdout, file === undefined ? 'The history is empty.' : `The history has nothing about ${file}.`);
        return;
    }
    for (const line of alignColumns(tableOf(events, Date.now()))) writeLine(stdout, line);
}

function tableOf(events: readonly HistoryEvent[], now: number): string[][] {
    const rows = events.map((event) => {
        const { time, action, file, user, host, message } = event;
        const who = `${truncate(user, NAME_LENGTH)}${host === undefined ? '' : ` on ${truncate(host, NAME_LENGTH)}`}`;
        const modified = action === 'check-in' ? isModified(event) : undefined;
        const content = modified === undefined ? '' : modified ? 'modified' : 'unchanged';
        const change = [content, event.kept === true ? 'kept' : ''].filter(Boolean).join(', ');
        return [
            formatAge(time, now) ?? time,
            action,
            file ?? 'all files',
            who,
            change,
            truncate(message, MESSAGE_LENGTH),
        ];
    });
    return [['AGE', 'ACTION', 'FILE', 'USER', 'CHANGE', 'MESSAGE'], ...rows];
}

function cellsOf({ time, action, file, user, host, message, checkedOut, before, after }: HistoryEvent): string[] {
    const content = (one: FileContent | undefined): string[] => [String(one?.size ?? ''), one?.sha256 ?? ''];
    return [
        time,
        action,
        file ?? '',
        user,
        host ?? '',
        message,
        checkedOut?.time ?? '',
        checkedOut?.message ?? '',
        ...content(before),
        ...content(after),
    ];
}

/** A cell as RFC 4180 has it. What a spreadsheet would take for a formula is made a text. */
function csvCell(text: string): string {
    const line = plain(text);
    const safe = /^[=+\-@]/.test(line) ? `'${line}` : line;
    return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
