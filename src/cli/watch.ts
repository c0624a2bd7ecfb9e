import { setTimeout as delay } from 'node:timers/promises';
import { CheckoutError, describeError } from '../core/base/errors';
import { parseTimestamp } from '../core/base/time';
import { escapeNonAscii } from '../core/base/jsonText';
import { isWanted, type HistoryEvent } from '../core/history/historyEvent';
import type { HistoryMark } from '../core/history/historyReader';
import type { Repository } from '../core/repository/repository';
import { pathsMeantBy } from './fileArguments';
import type { Work } from './invocation';
import { type Streams, whoOf, writeLine } from './output';

const BETWEEN_LOOKS_MS = 1000;

/**
 * Prints every event of the history as a line, from now on or from a time, until it is stopped.
 * @param currentFolder absolute path, or undefined where there is none
 * @throws CheckoutError when the history cannot be read at the beginning
 */
export async function watch(
    repository: Repository,
    { files, since, limit = Infinity, format }: Work,
    currentFolder: string | undefined,
    { stdout, stderr }: Streams,
): Promise<void> {
    const [file] = await pathsMeantBy(files, repository, currentFolder);
    let mark: HistoryMark | undefined;
    let told = 0;
    let trouble = '';
    const stopped = new AbortController();
    stdout.once('error', () => stopped.abort()); // The reader went away.
    for (let isFirst = true; told < limit && !stopped.signal.aborted; isFirst = false) {
        if (!isFirst) await delay(BETWEEN_LOOKS_MS);
        try {
            const step = await repository.historySince(mark);
            // When files of the history were moved, what was told already must not be told again.
            const isNew = isFirst || !step.isWhole || mark === undefined;
            mark = step.mark;
            trouble = '';
            const events = isFirst ? step.events.filter((event) => isSince(event, since)) : isNew ? step.events : [];
            for (const event of events) {
                if (told >= limit || !isWanted(event, { file })) continue;
                told++;
                if (format === 'json') stdout.write(`${escapeNonAscii(JSON.stringify(event))}\n`);
                else writeLine(stdout, sentenceOf(event));
            }
        } catch (error) {
            if (isFirst || !(error instanceof CheckoutError)) throw error;
            // The share may come back; what is said once need not be said each second.
            if (trouble !== describeError(error)) writeLine(stderr, (trouble = describeError(error)));
        }
    }
}

function isSince({ time }: HistoryEvent, since: number | undefined): boolean {
    return since !== undefined && (parseTimestamp(time) ?? 0) >= since;
}

function sentenceOf({ time, action, file, user, host, message, revision }: HistoryEvent): string {
    const who = whoOf(user, host);
    const what = `${file ?? 'all files'}${revision === undefined ? '' : ` (revision ${revision.number})`}`;
    return `${time}  ${action}  ${what}  ${who}${message === '' ? '' : `: ${message}`}`;
}
