import { lstat, readdir } from 'node:fs/promises';
import * as path from 'node:path';
import { rethrowUnlessSystemError } from '../base/errors';
import { mutexPathOf, stagingStemOf } from '../base/ownNames';
import { listed } from '../base/sentences';
import { formatDuration } from '../base/time';
import { isTemporary } from '../disk/stagedFile';
import { readOwner } from '../mutex/ownerFile';
import type { Finding } from './finding';

/** What is younger may belong to a change that is being made. */
const LEFT_AFTER_MS = 60 * 60_000;
const NAMED = 5;

/**
 * Looks for what programs left beside the locks file when they were ended, and for who holds the mutex.
 * @param locksFile absolute path
 * @throws the system error when the folder cannot be read
 */
export async function leftoversBeside(locksFile: string): Promise<readonly Finding[]> {
    const folder = path.dirname(locksFile);
    const [mutex, staging] = [mutexPathOf(locksFile), stagingStemOf(locksFile)].map((place) =>
        path.basename(place),
    ) as [string, string];
    const left: string[] = [];
    for (const name of await readdir(folder)) {
        if (!name.startsWith(`${mutex}.`) && !name.startsWith(`${staging}.`) && !isTemporary(name)) continue;
        const described = await describeLeft(path.join(folder, name));
        if (described !== undefined) left.push(described);
    }
    const findings = await mutexOf(mutexPathOf(locksFile));
    if (left.length === 0) {
        return [
            ...findings,
            { topic: 'leftovers', verdict: 'fine', text: 'No program has left anything behind beside the locks.' },
        ];
    }
    return [
        ...findings,
        {
            topic: 'leftovers',
            verdict: 'notice',
            text: `Programs that were ended have left behind in ${folder}: ${listed(left, NAMED, (one) => one)}.`,
            means: 'It is in nobody’s way, and the next change removes what it may remove.',
            advice: 'If it stays, have its owner or the administrator of the share remove it.',
        },
    ];
}

async function mutexOf(mutex: string): Promise<readonly Finding[]> {
    const owner = await readOwner(mutex);
    const age = owner === undefined ? undefined : await ageOf(mutex);
    if (owner === undefined || age === undefined) return [];
    const { user, host } = owner.owner ?? { user: 'somebody', host: 'a computer that is not known' };
    const text = `The mutex is held by ${user} on ${host}, who changes the locks now.`;
    if (age.milliseconds < LEFT_AFTER_MS) return [{ topic: 'leftovers', verdict: 'fine', text }];
    return [
        {
            topic: 'leftovers',
            verdict: 'notice',
            text: `The mutex ${mutex} has been there for ${age.text}, of ${user} on ${host}.`,
            means: 'The next change takes it over after ten seconds, if it may.',
            advice: 'If changes fail because of it, remove that folder by hand.',
        },
    ];
}

async function describeLeft(place: string): Promise<string | undefined> {
    const age = await ageOf(place);
    if (age === undefined || age.milliseconds < LEFT_AFTER_MS) return undefined;
    const whose = age.uid === undefined ? '' : ` by the account ${age.uid}`;
    return `${path.basename(place)} (made ${age.text} ago${whose})`;
}

async function ageOf(
    place: string,
): Promise<{ readonly milliseconds: number; readonly text: string; readonly uid: number | undefined } | undefined> {
    try {
        const { mtimeMs, uid } = await lstat(place);
        const milliseconds = Date.now() - mtimeMs;
        const text = formatDuration(milliseconds) ?? 'less than a minute';
        return { milliseconds, text, uid: process.platform === 'win32' ? undefined : uid };
    } catch (error) {
        rethrowUnlessSystemError(error);
        return undefined; // It is gone.
    }
}
