import { join } from 'node:path';

/** The project's folder; this runs as `out/test/support/root.js`. */
export const root = join(__dirname, '..', '..', '..');
