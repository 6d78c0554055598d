import { join } from 'node:path';

/** The repository. */
export const root = join(import.meta.dirname, '../..');

/** One folder and one tarball per package. */
export const output = join(root, 'dist/npm');
