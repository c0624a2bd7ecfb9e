import * as path from 'node:path';
import { rethrowUnlessSystemError } from '../base/errors';
import { foldCase } from '../base/repositoryPath';
import { lookInto } from '../disk/diskFault';
import { isRefusal } from '../disk/ioErrors';
import { isSamePlace, isWithin, resolveLinks } from '../disk/realPath';
import { LocksErrors } from '../locks/locksErrors';
import { hasLocks, LOCKS_FILE, placeOf } from './locksPlaces';
import { locateRepository, type LocatedRepository, type RepositoryLocation } from './locateRepository';
import { isSamePair, type LocksPlace, NOTE, writeNote } from './placeNote';
import { noteBeside } from '../base/ownNames';
import { movedMeanwhile } from './placeRefusals';

/**
 * What has to be done before the first check-out in a place that was found: others must find the same locks file, and count
 * its keys from the same folder. Where looking upwards leads them there, nothing is to be done.
 * @param options with which the place was found
 * @returns rejects with a CheckoutError, `locationRefused` or `locksFileNotWritable`, when somebody works elsewhere by now
 * or the place cannot be noted
 */
export function claimOf(options: RepositoryLocation, place: LocatedRepository): () => Promise<void> {
    let claimed: Promise<void> | undefined = place.isInUse ? Promise.resolve() : undefined;
    return async () => {
        claimed ??= claim(options, place);
        try {
            await claimed;
        } catch (error) {
            claimed = undefined;
            const known = await lookInto(error, place.locksFile, 'write');
            throw new LocksErrors(place.locksFile).notWritten(known);
        }
    };
}

async function claim(options: RepositoryLocation, place: LocksPlace): Promise<void> {
    if (!(await hasLocks(place.locksFile))) {
        const now = await locateRepository(options);
        if (!(await isSamePair(now, place))) throw movedMeanwhile(place.repository, now);
    }
    const { repository, locksFile } = place;
    const own = await placeOf(locksFile);
    if (!(await isSamePlace(own.repository, repository))) await writeNote(noteBeside(locksFile), place);
    if (!(await isFoundUpwards(place))) await noteInRepository(place);
}

/** Whether those who look upwards from the repository find the locks file. */
async function isFoundUpwards({ repository, locksFile }: LocksPlace): Promise<boolean> {
    const [inside, folder] = await Promise.all([resolveLinks(repository), resolveLinks(path.dirname(locksFile))]);
    return foldCase(path.basename(locksFile)) === LOCKS_FILE && isWithin(inside, folder);
}

async function noteInRepository(place: LocksPlace): Promise<void> {
    try {
        await writeNote(path.join(place.repository, NOTE), place);
    } catch (error) {
        // People who may change files there, but make none, go on as they did.
        rethrowUnlessSystemError(error);
        if (!isRefusal(error)) throw error;
    }
}
