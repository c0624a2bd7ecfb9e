import { stat } from 'node:fs/promises';
import * as path from 'node:path';
import { backupOf } from '../base/ownNames';
import { formatDuration } from '../base/time';
import { probeDisk } from '../disk/diskProbe';
import { isTight, spaceOf } from '../disk/freeSpace';
import { mountedDisk } from '../disk/mountedDisk';
import { rightsOf } from '../disk/rights';
import { inMilliseconds, type Finding } from './finding';
import { synchronisedBy } from './synchronisers';

const CLOCKS_AGREE_MS = 2000;
const COARSE_MS = 1000;

/** On what a folder lies. */
export async function ofMount(folder: string): Promise<readonly Finding[]> {
    const mounted = await mountedDisk(folder);
    if (mounted === undefined) return [];
    const { type, source, isNetwork } = mounted;
    if (!isNetwork)
        return [{ topic: 'disk', verdict: 'fine', text: `${folder} is on a disk of this computer (${type}).` }];
    return [
        {
            topic: 'disk',
            verdict: 'fine',
            text: `${folder} is on a network drive (${type}, ${source}).`,
            means: 'Network drives tell of few changes, so a colleague’s change shows when the locks are looked at next.',
        },
    ];
}

/** Whether a program copies a folder to other computers. */
export async function ofSynchronisers(folder: string, isOnServer: boolean): Promise<readonly Finding[]> {
    const found = await synchronisedBy(folder);
    if (found === undefined) {
        return [
            {
                topic: 'synchronised',
                verdict: 'fine',
                text: 'No program was found that copies the folder to other computers.',
            },
        ];
    }
    const text = `${found.folder} is copied to other computers by ${found.program}.`;
    if (isOnServer)
        return [{ topic: 'synchronised', verdict: 'fine', text: `${text} The locks are on the lock server.` }];
    return [
        {
            topic: 'synchronised',
            verdict: 'problem',
            text,
            means: 'Each computer has a locks file of its own for a time, so two people can check out the same file.',
            advice: 'Keep the repository on a shared drive that everybody opens, or use a lock server.',
        },
    ];
}

/**
 * What the disk of the locks file does when several programs want the same.
 * @param staging absolute path of the locks file
 * @throws the system error where nobody may write there
 */
export async function ofDisk(staging: string): Promise<readonly Finding[]> {
    const folder = path.dirname(staging);
    const { isExclusive, isReplacing, isCaseSensitive, granularityMs, clockAheadMs } = await probeDisk(staging);
    const another = 'Keep the repository on another disk or server.';
    const findings: Finding[] = [
        isExclusive
            ? { topic: 'exclusiveCreate', verdict: 'fine', text: 'Of two programs that create one file, one succeeds.' }
            : {
                  topic: 'exclusiveCreate',
                  verdict: 'problem',
                  text: `In ${folder} two programs can create the same file, and both are told that they did.`,
                  means: 'Two people can check out the same file at the same time.',
                  advice: another,
              },
        isReplacing
            ? { topic: 'rename', verdict: 'fine', text: 'A file is replaced as a whole.' }
            : {
                  topic: 'rename',
                  verdict: 'problem',
                  text: `In ${folder} a file cannot be replaced by another one as a whole.`,
                  means: 'Nothing can be checked out or checked in.',
                  advice: another,
              },
    ];
    const apart = Math.abs(clockAheadMs);
    const direction = clockAheadMs > 0 ? 'ahead of' : 'behind';
    findings.push(
        apart <= CLOCKS_AGREE_MS
            ? { topic: 'clock', verdict: 'fine', text: 'The clocks of this computer and of the disk agree.' }
            : {
                  topic: 'clock',
                  verdict: 'notice',
                  text: `The clock of this computer is ${formatDuration(apart) ?? `${Math.round(apart / 1000)} s`} ${direction} that of the disk.`,
                  means: 'The times of check-outs from this computer are wrong by as much. The locks themselves are not affected.',
                  advice: 'Have both take the time from the same time server.',
              },
        granularityMs < COARSE_MS
            ? {
                  topic: 'fileTimes',
                  verdict: 'fine',
                  text: `Times of files are kept to ${inMilliseconds(granularityMs)}.`,
              }
            : {
                  topic: 'fileTimes',
                  verdict: 'notice',
                  text: `Times of files are kept to ${granularityMs / 1000} s only.`,
                  means: 'Of two changes within that time the second is found by reading the file, which takes longer.',
              },
        {
            topic: 'letterCase',
            verdict: 'fine',
            text: isCaseSensitive
                ? 'The disk tells A.vnc from a.vnc. CNC Checkout does not: they are one file for a check-out.'
                : 'A.vnc and a.vnc are one file on the disk.',
        },
    );
    return findings;
}

/**
 * Whether colleagues can do what they need to, as far as modes tell. On Windows access lists decide, which nothing here can read.
 * @param root absolute path of the repository
 * @param locksFile absolute path, where that decides
 * @throws the system error
 */
export async function ofRights(root: string, locksFile: string | undefined): Promise<readonly Finding[]> {
    if (process.platform === 'win32') return [];
    const places = [...new Set([...(locksFile === undefined ? [] : [path.dirname(locksFile)]), root])];
    const findings: Finding[] = [];
    for (const place of places) {
        const { mode, gid } = rightsOf(await stat(place));
        const text = `${place} has the mode ${mode.toString(8).padStart(3, '0')} and the group ${gid}`;
        if ((mode & 0o030) === 0o030 || (mode & 0o003) === 0o003)
            findings.push({ topic: 'rights', verdict: 'fine', text: `${text}, so colleagues can write there.` });
        else
            findings.push({
                topic: 'rights',
                verdict: 'notice',
                text: `${text}, so only its owner can write there, unless an access list says otherwise.`,
                means: 'On this computer, other accounts can check nothing out. Over the network, the server decides.',
                advice: `Give it to the group of your colleagues: chgrp GROUP ${place} and chmod g+rwxs ${place}.`,
            });
    }
    if (locksFile === undefined) return findings;
    for (const file of [locksFile, backupOf(locksFile)]) {
        const stats = await stat(file).catch(() => undefined);
        if (stats === undefined || (stats.mode & 0o044) !== 0) continue;
        findings.push({
            topic: 'rights',
            verdict: 'problem',
            text: `${file} can be read by its owner only (mode ${rightsOf(stats).mode.toString(8)}).`,
            means: 'Colleagues see no check-outs and can make none.',
            advice: `Let them read it: chmod g+r ${file}.`,
        });
    }
    return findings;
}

/** How much room there is. @throws the system error */
export async function ofSpace(folder: string): Promise<readonly Finding[]> {
    const found = await spaceOf(folder);
    const gigabytes = (found.free / 2 ** 30).toFixed(1);
    if (!isTight(found)) return [{ topic: 'space', verdict: 'fine', text: `The disk has ${gigabytes} GB free.` }];
    return [
        {
            topic: 'space',
            verdict: 'notice',
            text: `The disk has only ${gigabytes} GB free.`,
            means: 'A check-in whose content cannot be kept is not made.',
            advice: 'Tidy up old revisions, or make room.',
        },
    ];
}
