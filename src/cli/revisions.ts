import { formatAge } from '../core/base/time';
import { truncate } from '../core/base/truncate';
import type { Repository } from '../core/repository/repository';
import type { FileRevision } from '../core/repository/sharedRevisions';
import { pathOfRevisions } from './fileArguments';
import type { Work } from './invocation';
import { alignColumns, type Streams, writeJson, writeLine, writeLines } from './output';

const NAME_LENGTH = 60;
const MESSAGE_LENGTH = 500;

/**
 * Prints the revisions of a file, newest first.
 * @param currentFolder absolute path, or undefined where there is none
 * @throws CheckoutError when the history cannot be read
 */
export async function revisions(
    repository: Repository,
    { files, format }: Work,
    currentFolder: string | undefined,
    { stdout }: Streams,
): Promise<void> {
    const path = await pathOfRevisions(files[0]!, repository, currentFolder);
    const all = await repository.revisions.list(path);
    if (format === 'json') return writeJson(stdout, all.map(describe));
    if (all.length === 0) return writeLine(stdout, `${path} has no revisions yet.`);
    writeLines(stdout, alignColumns([['REVISION', 'AGE', 'USER', 'SIZE', 'LABEL', 'MESSAGE'], ...all.map(rowOf)]));
}

function describe(revision: FileRevision): object {
    const { number, keptAs, record, isGone } = revision;
    return {
        revision: number,
        kind: kindOf(revision),
        time: record?.time ?? null,
        user: record?.user ?? null,
        host: record?.host ?? null,
        message: record?.message ?? null,
        label: record?.label ?? null,
        size: record?.size ?? null,
        sha256: record?.sha256 ?? null,
        modified: record?.modified ?? null,
        restored_from: record?.restoredFrom ?? null,
        kept_as: keptAs,
        gone: isGone,
    };
}

function kindOf({ record, isBaseline }: FileRevision): string {
    return record === undefined ? 'unfinished' : isBaseline ? 'baseline' : record.action;
}

function rowOf(revision: FileRevision): string[] {
    const { number, record, isGone } = revision;
    if (record === undefined) return [`${number}`, '', '', '', '', 'kept by a check-in that was not finished'];
    const { time, user, host, size, label, message, restoredFrom } = record;
    const who = `${truncate(user, NAME_LENGTH)}${host === undefined ? '' : ` on ${truncate(host, NAME_LENGTH)}`}`;
    const what = [
        isGone ? 'content removed' : '',
        revision.isBaseline ? 'before the first check-in' : record.action === 'found' ? 'changed outside' : '',
        restoredFrom === undefined ? '' : `restored from ${restoredFrom}`,
        truncate(message, MESSAGE_LENGTH),
    ];
    const age = formatAge(time, Date.now()) ?? time;
    return [`${number}`, age, who, `${size}`, truncate(label, NAME_LENGTH), what.filter(Boolean).join(', ')];
}
