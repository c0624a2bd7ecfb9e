import { nameOf } from '../base/repositoryPath';

const LOSSES = ['changed', 'tooLarge', 'cancelled', 'failed', 'removed'] as const;

/**
 * Why there is no copy of a version: the file was changed, or gone, before it was copied; it is larger than what is copied;
 * the person cancelled; the copy failed; or it was removed because all copies together had become too large.
 */
export type Loss = (typeof LOSSES)[number];

/** The loss that a record names, if it names one. */
export function lossIn(value: unknown): Loss | undefined {
    return LOSSES.find((loss) => loss === value);
}

/** Why there is no copy of a file as it was checked out, as a sentence. @param path inside the repository */
export function describeLoss(path: string, loss: Loss | undefined): string {
    const file = nameOf(path);
    switch (loss) {
        case 'changed':
            return `${file} was changed before its version at check-out could be copied.`;
        case 'tooLarge':
            return `No copy of ${file} as checked out was made, because it is larger than the setting cncCheckout.keepVersionsUpTo allows.`;
        case 'cancelled':
            return `No copy of ${file} as checked out was made, because that was cancelled.`;
        case 'failed':
            return `The copy of ${file} as checked out could not be made. The log says why.`;
        case 'removed':
            return `The copy of ${file} as checked out was removed, because all copies together were larger than the setting cncCheckout.keepVersionsTotal allows.`;
        case undefined:
            return `No copy of ${file} as checked out is on this computer.`;
    }
}
