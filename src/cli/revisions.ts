import { formatAge } from '../core/base/time';
import { truncate } from '../core/base/truncate';
import type { Repository } from '../core/repository/repository';
import { kindText } from '../core/repository/revisionKind';
import { revisionsAndGaps, type RevisionOrGap } from '../core/repository/revisionsAndGaps';
import type { FileRevision } from '../core/repository/readableRevisions';
import type { Gap } from '../core/revisions/revisionRecord';
import { pathOfRevisions } from './fileArguments';
import type { Work } from './invocation';
import { alignColumns, type Streams, whoOf, writeJson, writeLine, writeLines } from './output';

const LABEL_LENGTH = 60;
const MESSAGE_LENGTH = 500;

/**
 * Prints the revisions of a file, newest first, and where a check-in kept none.
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
    const all = await revisionsAndGaps(repository.revisions, path);
    if (format === 'json') return writeJson(stdout, all.map(describe));
    if (all.length === 0) return writeLine(stdout, `${path} has no revisions yet.`);
    writeLines(stdout, alignColumns([['REVISION', 'AGE', 'USER', 'SIZE', 'LABEL', 'MESSAGE'], ...all.map(rowOf)]));
}

function describe(one: RevisionOrGap): object {
    return one.gap === undefined ? describeRevision(one.revision) : describeGap(one.gap);
}

function describeRevision(revision: FileRevision): object {
    const { number, keptAs, record, isGone, isElsewhere } = revision;
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
        ...(isElsewhere && { elsewhere: true }),
    };
}

function describeGap({ time, user, host, message, size }: Gap): object {
    return {
        revision: null,
        kind: 'not-kept',
        time,
        user,
        host: host ?? null,
        message,
        label: null,
        size: size ?? null,
        sha256: null,
        modified: null,
        restored_from: null,
        kept_as: null,
        gone: true,
    };
}

function kindOf({ record, isBaseline }: FileRevision): string {
    return record === undefined ? 'unfinished' : isBaseline ? 'baseline' : record.action;
}

function rowOf(one: RevisionOrGap): string[] {
    return one.gap === undefined ? rowOfRevision(one.revision) : rowOfGap(one.gap);
}

function rowOfGap({ time, user, host, message, size }: Gap): string[] {
    const what = ['no revision was kept', truncate(message, MESSAGE_LENGTH)].filter(Boolean).join(', ');
    return ['-', ageOf(time), whoOf(user, host), `${size ?? ''}`, '', what];
}

function rowOfRevision(revision: FileRevision): string[] {
    const { number, record, isGone, isElsewhere } = revision;
    if (record === undefined) return [`${number}`, '', '', '', '', kindText(revision)];
    const { time, user, host, size, label, message, restoredFrom, action } = record;
    // Nobody knows who made what was found.
    const who = `${action === 'found' ? 'found by ' : ''}${whoOf(user, host)}`;
    const what = [
        isGone ? 'content removed' : isElsewhere ? 'at another site' : '',
        kindText(revision),
        restoredFrom === undefined ? '' : `restored from ${restoredFrom}`,
        truncate(message, MESSAGE_LENGTH),
    ];
    const rest = what.filter(Boolean).join(', ');
    return [`${number}`, ageOf(time), who, `${size}`, truncate(label, LABEL_LENGTH), rest];
}

function ageOf(time: string): string {
    return formatAge(time, Date.now()) ?? time;
}
