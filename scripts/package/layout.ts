import { join } from 'node:path';

/** Root of the repository. */
export const root = join(import.meta.dirname, '../..');

/** Output: one folder and one tarball per package. */
export const output = join(root, 'dist/npm');
