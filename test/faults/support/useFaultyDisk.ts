import { makeTemporaryFolder, removeFolder } from '../../support/temporaryWorkspace';
import { FaultyDisk } from './faultyDisk';
import { skipUnless } from '../../support/skips';

export interface FaultyDiskInTests {
    readonly disk: () => FaultyDisk;
    /** Another one in each test. */
    readonly folder: () => string;
}

/** A disk that fails, for the tests of a suite, which is skipped where there is none, and a folder for each of them. */
export function useFaultyDisk(): FaultyDiskInTests {
    let disk: FaultyDisk | undefined;
    let folder: string;

    before(async function () {
        skipUnless(this, 'compiler');
        disk = await FaultyDisk.build();
    });
    beforeEach(async () => {
        folder = await makeTemporaryFolder();
    });
    afterEach(() => removeFolder(folder));
    after(() => disk?.dispose());
    return { disk: () => disk!, folder: () => folder };
}
