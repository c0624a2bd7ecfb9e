import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

/** A folder for the tests of one suite, made anew before each test and removed after it. */
export function temporaryFolder(): () => string {
    let folder = '';
    beforeEach(() => {
        folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'cnc-unit-')));
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }));
    return () => folder;
}
