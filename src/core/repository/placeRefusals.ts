import * as path from 'node:path';
import { CheckoutError } from '../base/errors';
import { LOCKS_FILE, REPOSITORY } from './locksPlaces';
import type { LocksPlace } from './placeNote';

/** Two locks files are in use for one folder. */
export function two(folder: string, one: LocksPlace, other: LocksPlace): CheckoutError {
    return refusal(
        `The files in ${folder} have two locks files, ${one.locksFile} and ${other.locksFile}, so two people could hold one file. Keep the one that everyone is to use, copy the other one’s entries into it, and move the other one away together with its copy (.bak).`,
        other.locksFile,
    );
}

/** The locks file that was named is not the one in use. */
export function otherLocks(folder: string, used: LocksPlace, named: string): CheckoutError {
    return refusal(
        `The check-outs of ${folder} are recorded in ${used.locksFile}, so ${named} cannot be used: two people could hold one file. Use ${used.locksFile}, or move it away together with its copy (.bak) once everyone has checked in.`,
        used.locksFile,
    );
}

/** The locks file is the right one, but its keys count from another folder. */
export function otherKeys(folder: string, used: LocksPlace): CheckoutError {
    return refusal(
        `The locks file ${used.locksFile} records the files of ${used.repository}, not of ${folder}: two people could hold one file under two names. Use ${used.repository} as the repository.`,
        used.locksFile,
    );
}

/** A part of the folder has a locks file, and the whole has none. */
export function below(folder: string, locks: string): CheckoutError {
    return refusal(
        `${folder} has no locks file yet, but ${locks} shows that check-outs of a part of it are recorded elsewhere, so two people could hold one file. Open ${path.dirname(locks)}, or move that locks file away together with its copy (.bak) once everyone has checked in.`,
        locks,
    );
}

/** There is another locks file by now than when the repository was opened. */
export function movedMeanwhile(folder: string, now: LocksPlace): CheckoutError {
    return refusal(
        `Since ${folder} was opened, somebody began to record its check-outs in ${now.locksFile}, so nothing was changed. Refresh, and try again.`,
        now.locksFile,
    );
}

export function missing(folder: string): CheckoutError {
    return new CheckoutError(
        'repositoryMissing',
        `There is no repository folder ${folder}. Check the path, and whether the share is connected.`,
        folder,
    );
}

export function nothingIn(root: string): CheckoutError {
    return new CheckoutError(
        'repositoryMissing',
        `There is no repository in ${root}: it has no folder ${REPOSITORY}, no ${LOCKS_FILE} and no CAM files, and lies in no repository. Name the folder that holds them.`,
        root,
    );
}

/** @param about what is in the way */
function refusal(message: string, about: string): CheckoutError {
    return new CheckoutError('locationRefused', message, about);
}
