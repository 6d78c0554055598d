import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** The suite that installs the packages as a stranger does: `npm run test:package`. Needs the npm registry and PyPI. */
export default defineConfig({
  root: join(import.meta.dirname, '../..'),
  test: {
    name: 'package',
    include: ['test/package/**/*.test.ts'],
    setupFiles: ['test/support/every-file.ts'],
    testTimeout: 600_000,
    hookTimeout: 600_000,
    maxWorkers: 1,
    retry: 0,
    passWithNoTests: false,
    allowOnly: false,
  },
});
