import { readFileSync } from 'node:fs';
import type { Call, Sight } from './history';
import { isAmbiguous, isContentChange } from './registerSearch';

/**
 * What was seen in files and cannot have been there: a content that nobody put there, or one that an undo or a restore had
 * replaced before. Each of them puts a text of its own into the file.
 * @param initial what was in every file at the beginning
 * @returns a sentence for each
 */
export function wrongContents(calls: readonly Call[], sights: readonly Sight[], initial: string): string[] {
    const changes = new Map<string, Call[]>();
    for (const call of calls.filter(isContentChange)) changes.set(call.file, [...(changes.get(call.file) ?? []), call]);
    return sights.flatMap(({ file, content, start, end }) => {
        const ofFile = changes.get(file) ?? [];
        // Some clients of a file server replace a file by deleting it first, and may be cut off in between.
        const isHalfWay = (call: Call): boolean =>
            call.start <= end && (call.end >= start || call.answer.kind !== 'done');
        if (content === undefined && ofFile.some(isHalfWay)) return [];
        const put = ofFile.find(({ note }) => note === content);
        const seen = `Between ${start} and ${end}, ${file} held ${content === undefined ? 'nothing' : `"${content}"`}`;
        if (put === undefined && content !== initial) return [`${seen}, which nobody put there.`];
        if (put !== undefined && !mayBePlaced(put))
            return [`${seen}, though its ${put.operation} was not carried out.`];
        if (put !== undefined && put.start > end) return [`${seen}, before anybody put it there.`];
        const since = put?.end ?? -Infinity;
        const later = ofFile.find((call) => call.answer.kind === 'done' && call.start > since && call.end < start);
        if (later === undefined) return [];
        return [`${seen}, though ${later.who} had replaced it by "${later.note}" from ${later.start} to ${later.end}.`];
    });
}

/** What is in a file now; undefined when there is none. */
export function contentOf(file: string): string | undefined {
    try {
        return readFileSync(file, 'utf8');
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
        return undefined;
    }
}

/** Whether the content of a call may be in its file. A failure at the wrong moment says that one has to look. */
function mayBePlaced(call: Call): boolean {
    const { answer } = call;
    if (answer.kind === 'refused') return answer.isPlaced === true;
    return (
        answer.kind !== 'failed' ||
        isAmbiguous(call) ||
        / look at what is in it|may still be checked out/.test(answer.message ?? '')
    );
}
