import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** The suite that needs Chromium: `npm run test:browser`. */
export default defineConfig({
  root: join(import.meta.dirname, '../..'),
  test: {
    name: 'browser',
    include: ['test/browser/**/*.test.ts'],
    setupFiles: ['test/support/every-file.ts'],
    testTimeout: 120_000,
    hookTimeout: 180_000,
    maxWorkers: 1,
    retry: 0,
    passWithNoTests: false,
    allowOnly: false,
  },
});
