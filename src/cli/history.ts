import { formatAge } from '../core/base/time';
import { isModified, type FileContent, type HistoryEvent } from '../core/history/historyEvent';
import type { Repository } from '../core/repository/repository';
import { truncate } from '../core/base/truncate';
import { pathsMeantBy } from './fileArguments';
import type { Work } from './invocation';
import { alignColumns, type Streams, whoOf, writeJson, writeLine } from './output';

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
    'checked_out_on',
    'size_before',
    'sha256_before',
    'size_after',
    'sha256_after',
    'kept',
    'checked_out_by',
] as const;

/**
 * Prints the history of a file or of the whole repository, newest first.
 * @param currentFolder absolute path, or undefined where there is none
 * @throws CheckoutError when the history cannot be read
 */
export async function history(
    repository: Repository,
    { files, format, separator, limit }: Work,
    currentFolder: string | undefined,
    { stdout, stderr }: Streams,
): Promise<void> {
    // Of a file that is gone, only the history knows.
    const [file] = await pathsMeantBy(files, repository, currentFolder, async (path) =>
        (await repository.history({ file: path, limit: 1 })).events.some((event) => event.file),
    );
    const { events, skipped } = await repository.history({ file, limit });
    if (skipped > 0) {
        const lines = skipped === 1 ? '1 incomplete line was' : `${skipped} incomplete lines were`;
        writeLine(stderr, `${lines} skipped in the history.`);
    }
    if (format === 'json') return writeJson(stdout, events);
    if (format === 'csv') {
        // Loaded only here: no other command needs it.
        const { csvOf } = await import('./csv.js');
        stdout.write(csvOf([columns, ...events.map(cellsOf)], separator));
        return;
    }
    if (events.length === 0) {
        writeLine(stdout, file === undefined ? 'The history is empty.' : `There is no history for ${file}.`);
        return;
    }
    for (const line of alignColumns(tableOf(events, Date.now()))) writeLine(stdout, line);
}

function tableOf(events: readonly HistoryEvent[], now: number): string[][] {
    const rows = events.map((event) => {
        const { time, action, user, host, message } = event;
        const file = event.from === undefined ? event.file : `${event.from} → ${event.file}`;
        const who = whoOf(user, host);
        const modified = action === 'check-in' ? isModified(event) : undefined;
        const content = modified === undefined ? '' : modified ? 'modified' : 'unchanged';
        const change = [content, event.kept === true ? 'still checked out' : ''].filter(Boolean).join(', ');
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

function cellsOf(event: HistoryEvent): string[] {
    const { time, action, file, user, host, message, checkedOut, kept, before, after } = event;
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
        checkedOut?.host ?? '',
        ...content(before),
        ...content(after),
        kept === true ? 'yes' : '',
        // The history leaves it out where it is the user of the event.
        checkedOut === undefined ? '' : (checkedOut.user ?? user),
    ];
}
